"""BIRD under measurement."""

import re

from lab.bird import Bird

from ..setup import ABSENT, ADDED, MARK, ROUTER_ADDRESS, ROUTER_AS
from .router import Router

TABLES = {"ipv4": "master4", "vpnv4": "routes_of_vpns"}
CHANNELS = {"ipv4": "ipv4", "vpnv4": "vpn4 mpls"}


def pair(community):
    return "(" + community.replace(":", ",") + ")"


POLICIES = {
    "accept": "accept;",
    "mark_all": f"bgp_community.add({pair(ADDED)}); accept;",
    "deny_marked": f"if {pair(MARK)} ~ bgp_community then reject; accept;",
    "deny_absent": f"if {pair(ABSENT)} ~ bgp_community then reject; accept;",
}


class QuietBird(Bird):
    def write(self, config):
        with open(self.node.path("bird.conf"), "w") as file:
            file.write("log stderr { warning, error, fatal, bug };\nprotocol device { scan time 60; }\n" + config)


class BirdRouter(Router):
    def __init__(self, node, setup, variants):
        super().__init__(node, setup, variants)
        self.daemon = QuietBird(node, self._config())

    def _config(self):
        lines = [f"router id {ROUTER_ADDRESS};"]
        if self.setup.family == "vpnv4":
            lines.append("vpn4 table routes_of_vpns;")
        if self.setup.kernel_table:
            lines.append(f"protocol kernel {{ kernel table {self.setup.kernel_table}; scan time 3600; "
                         "ipv4 { import none; export all; }; }")
        return "\n".join(lines + [self._protocol(peer) for peer in self.setup.peers]) + "\n"

    def _protocol(self, peer):
        policy = f"import filter {{ {POLICIES[peer.policy]} }};" if peer.policy else "import all;"
        channel = [policy, "export none;" if peer.source else "export all;"]
        if self.setup.family == "vpnv4":
            channel.append("table routes_of_vpns;")
        elif peer.asn != ROUTER_AS:
            channel.append("next hop self;")
        if "stored" in self.variants and peer.source:
            channel.append("import table on;")
        return (f"protocol bgp {peer.name} {{ local {ROUTER_ADDRESS} as {ROUTER_AS}; neighbor {peer.address} as {peer.asn}; "
                f"passive on; {'rr client; ' if peer.client else ''}connect delay time 1; error wait time 1, 2; "
                f"{CHANNELS[self.setup.family]} {{ {' '.join(channel)} }}; }}")

    def set_policy(self, peer, policy):
        self.setup.named(peer).policy = policy
        self.daemon.write(self._config())
        self.daemon.control("configure soft")

    def refresh_import(self, peer):
        self.daemon.control(f"reload in {peer}")

    def reset(self, peer):
        self.daemon.control(f"restart {peer}")

    def received(self, peer):
        found = re.search(r"(\d+) of \d+ routes", self.daemon.show(f"route protocol {peer} table {TABLES[self.setup.family]} count"))
        return int(found[1])
