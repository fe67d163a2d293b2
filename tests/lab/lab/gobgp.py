"""GoBGP in a node. It programs no kernel, so its host needs routes of its own."""

import json

from .daemon import Daemon
from .wait import Failed

ESTABLISHED = 6
NAMES = {"ipv4": "ipv4-unicast", "ipv6": "ipv6-unicast", "vpnv4": "l3vpn-ipv4-unicast", "vpnv6": "l3vpn-ipv6-unicast"}


def neighbor(address, asn, families=("ipv4",), local_address=None, extra=""):
    """One [[neighbors]] of GoBGP's TOML; `extra` are lines of [neighbors.config]."""
    lines = ["[[neighbors]]", "  [neighbors.config]", f'    neighbor-address = "{address}"', f"    peer-as = {asn}", extra]
    lines += ["  [neighbors.timers.config]", "    connect-retry = 1", "    idle-hold-time-after-reset = 1",
              "    hold-time = 30", "    keepalive-interval = 10"]
    if local_address:
        lines += ["  [neighbors.transport.config]", f'    local-address = "{local_address}"']
    for family in families:
        lines += ["  [[neighbors.afi-safis]]", "    [neighbors.afi-safis.config]",
                  f'      afi-safi-name = "{NAMES[family]}"']
    return "\n".join(lines) + "\n"


class Gobgp(Daemon):
    def __init__(self, node, asn, router_id, neighbors):
        super().__init__(node)
        with open(node.path("gobgp.toml"), "w") as file:
            file.write(f'[global.config]\n  as = {asn}\n  router-id = "{router_id}"\n' + "".join(neighbors))

    def start(self):
        self.launch("gobgp.log", ["gobgpd", "-f", self.node.path("gobgp.toml"), "-t", "toml", "--pprof-disable",
                                  "--api-hosts", "127.0.0.1:50051", "--log-level", "debug"])
        self.wait_ready(lambda: self._run("global").returncode == 0, "GoBGP answers")
        return self

    def _run(self, *words):
        return self.node.run("gobgp", "-u", "127.0.0.1", *words)

    def control(self, *words):
        done = self._run(*words)
        if done.returncode != 0:
            raise Failed(f"{self.node.name}: gobgp {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def json(self, *words):
        return json.loads(self.control("-j", *words) or "{}")

    def peer(self, address):
        return self.json("neighbor", address)

    def established(self, address):
        return self.peer(address)["state"].get("session_state") == ESTABLISHED

    def refreshes_received(self, address):
        return self.peer(address)["state"]["messages"]["received"].get("refresh", 0)

    def notifications_received(self, address):
        return self.peer(address)["state"]["messages"]["received"].get("notification", 0)

    def announce(self, *words):
        """`gobgp global rib add …`, for example ("10.0.0.0/24",) or ("-a", "vpnv4", …)."""
        self.control("global", "rib", "add", *words)

    def withdraw(self, *words):
        self.control("global", "rib", "del", *words)

    def routes(self, family="ipv4"):
        """Prefix (of VPN families: rd:prefix) → list of paths."""
        return self.json("global", "rib", "-a", family)

    def state(self):
        return self.control("neighbor") + self.control("global", "rib")[:3000]
