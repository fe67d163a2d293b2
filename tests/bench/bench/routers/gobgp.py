"""GoBGP under measurement: without kernel, and without policies."""

from lab.gobgp import Gobgp, neighbor

from ..setup import ROUTER_ADDRESS, ROUTER_AS
from .router import Router


class QuietGobgp(Gobgp):
    def start(self):
        self.launch("gobgp.log", ["gobgpd", "-f", self.node.path("gobgp.toml"), "-t", "toml", "--pprof-disable",
                                  "--api-hosts", "127.0.0.1:50051", "--log-level", "error"])
        self.wait_ready(self._listens, "GoBGP answers")
        return self


class GobgpRouter(Router):
    def __init__(self, node, setup, variants):
        super().__init__(node, setup, variants)
        self.daemon = QuietGobgp(node, ROUTER_AS, ROUTER_ADDRESS, [self._neighbor(peer) for peer in setup.peers])

    def _neighbor(self, peer):
        text = neighbor(peer.address, peer.asn, [self.setup.family]).replace("hold-time = 30", "hold-time = 180")
        text = text.replace("keepalive-interval = 10", "keepalive-interval = 60")
        text += "  [neighbors.transport.config]\n    passive-mode = true\n"
        if peer.client:
            text += f'  [neighbors.route-reflector.config]\n    route-reflector-client = true\n    route-reflector-cluster-id = "{ROUTER_ADDRESS}"\n'
        return text

    def reset(self, peer):
        self.daemon.control("neighbor", self.setup.named(peer).address, "reset")
