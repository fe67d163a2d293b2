"""FRRouting in a node: zebra, staticd, bgpd under a path space of the node's name."""

import json
import re
import os
import shutil
import subprocess

from .daemon import Daemon
from .wait import Failed

FOLDER = "/usr/lib/frr"


class Frr(Daemon):
    def __init__(self, node, config):
        super().__init__(node)
        self.space = node.name
        self._etc, self._run = f"/etc/frr/{self.space}", f"/run/frr/{self.space}"
        for folder in (self._etc, self._run):
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
        with open(f"{self._etc}/vtysh.conf", "w") as file:
            file.write("service integrated-vtysh-config\n")
        with open(f"{self._etc}/frr.conf", "w") as file:
            # Neighbor events: without them bgpd does not log the NOTIFICATIONs that it receives.
            file.write(f"hostname {self.space}\ndebug bgp neighbor-events\n{config}")
        subprocess.run(["chown", "-R", "frr:frr", "/etc/frr", "/run/frr", node.folder], check=True)

    def start(self):
        # staticd refuses labels until zebra has told it of MPLS, and both call zebra again only after 10 s.
        self._launch("zebra")
        self.wait_ready(lambda: os.path.exists(f"{self._run}/zserv.api"), "zebra's socket")
        self._launch("staticd")
        self._launch("bgpd")
        self.wait_ready(self._greeted, "staticd and bgpd with zebra")
        self._vtysh("-b")
        return self

    def _launch(self, name):
        self.launch(f"{name}.log", [f"{FOLDER}/{name}", "-N", self.space, "--log", "stdout"])

    def _greeted(self):
        with open(self.node.path("zebra.log")) as file:
            log = file.read()
        return all(f"announce only {kind} routes" in log for kind in ("static", "bgp")) and all(
            os.path.exists(f"{self._run}/{name}.vty") for name in ("zebra", "staticd", "bgpd"))

    def _vtysh(self, *words):
        done = self.node.run("vtysh", "-N", self.space, *words)
        if done.returncode != 0:
            raise Failed(f"{self.space}: vtysh {words}: {done.stdout}{done.stderr}")
        return done.stdout

    def show(self, *commands):
        return self._vtysh(*(word for command in commands for word in ("-c", command)))

    def json(self, command):
        return json.loads(self.show(command + " json") or "{}")

    def configure(self, *lines):
        return self.show("configure terminal", *lines)

    def notification_from(self, address):
        """The text of the last NOTIFICATION but those of collisions that bgpd logged, "Cease/Administrative Reset"."""
        with open(self.node.path("bgpd.log")) as file:
            texts = re.findall(rf"received from neighbor {re.escape(address)} \d+/\d+ \(([^)]*)\)", file.read())
        texts = [text for text in texts if "ollision" not in text]
        return texts[-1] if texts else self.neighbor(address).get("lastNotificationReason")

    def log(self, name="bgpd"):
        with open(self.node.path(f"{name}.log"), errors="replace") as file:
            return file.read()

    def neighbor(self, address, vrf=None):
        """FRR's record of the peer: bgpState, messageStats, capabilities, last reset."""
        scope = f"vrf {vrf} " if vrf else ""
        return self.json(f"show bgp {scope}neighbors {address}")[address]

    def established(self, address, vrf=None):
        return self.neighbor(address, vrf)["bgpState"] == "Established"

    def refreshes_received(self, address, vrf=None):
        return self.neighbor(address, vrf)["messageStats"]["routeRefreshRecv"]

    def routes(self, family="ipv4 unicast", vrf=None):
        """Prefix → list of paths, of a unicast table."""
        scope = f"vrf {vrf} " if vrf else ""
        return self.json(f"show bgp {scope}{family}").get("routes", {})

    def vpn_routes(self, family="ipv4"):
        """RD → prefix → list of paths."""
        return self.json(f"show bgp {family} vpn").get("routes", {}).get("routeDistinguishers", {})

    def vpn_label(self, rd, prefix, family="ipv4"):
        """The label that this PE's VPN table holds for the prefix, its own or the one received."""
        detail = self.json(f"show bgp {family} vpn rd {rd} {prefix}")
        return detail.get(rd, detail)["paths"][0].get("remoteLabel")

    def state(self):
        return self.show("show bgp vrf all summary", "show bgp ipv4 vpn", "show bgp vrf all ipv4 unicast",
                         "show ip route vrf all")[:6000]


def prepare_machine():
    """FRR wants its folders; ours are private to the lab's mount namespace."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/etc/frr"], check=True)
    os.makedirs("/run/frr", exist_ok=True)
    subprocess.run(["chown", "frr:frr", "/etc/frr", "/run/frr"], check=True)
