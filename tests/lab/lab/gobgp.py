"""GoBGP in a node. It programs no kernel, so its host needs routes of its own.

Its client takes seconds in User Mode Linux; what its log says is read from there: sessions, notifications and the
routes of its one peer.
"""

import json
import socket

from .daemon import Daemon
from .wait import Failed

MED, MP_REACH, MP_UNREACH = 4, 14, 15
NAMES = {"ipv4": "ipv4-unicast", "ipv6": "ipv6-unicast", "vpnv4": "l3vpn-ipv4-unicast", "vpnv6": "l3vpn-ipv6-unicast",
         "rtc": "rtc"}


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
        self._offset, self._up, self._sessions, self._notifications, self._known = 0, False, 0, [], {}
        with open(node.path("gobgp.toml"), "w") as file:
            file.write(f'[global.config]\n  as = {asn}\n  router-id = "{router_id}"\n' + "".join(neighbors))

    def start(self):
        self.launch("gobgp.log", ["gobgpd", "-f", self.node.path("gobgp.toml"), "-t", "toml", "--pprof-disable",
                                  "--api-hosts", "127.0.0.1:50051", "--log-level", "debug"])
        self.wait_ready(self._listens, "GoBGP answers")
        return self

    def _listens(self):
        with self.node.inside(), socket.create_connection(("127.0.0.1", 50051), 1):
            return True

    def _follow(self):
        """Takes in what the log has got since the last call."""
        with open(self.node.path("gobgp.log"), errors="replace") as file:
            file.seek(self._offset)
            for line in iter(file.readline, ""):
                if not line.endswith("\n"):
                    break
                self._offset += len(line.encode())
                if line.startswith("{"):
                    self._note(json.loads(line))

    def _note(self, entry):
        what = entry.get("msg")
        if what == "Peer Up":
            self._up, self._sessions = True, self._sessions + 1
        elif what == "Peer Down":
            self._up, self._known = False, {}
        elif what == "received notification":
            self._notifications.append((int(entry["Code"]), int(entry["Subcode"])))
        elif what == "received update":
            attributes = {one["type"]: one for one in entry["attributes"]}
            gone = (entry["withdrawals"] or []) + (attributes.get(MP_UNREACH, {}).get("value") or [])
            come = (entry["nlri"] or []) + (attributes.get(MP_REACH, {}).get("value") or [])
            for one in gone:
                self._known.pop(one["prefix"], None)
            for one in come:
                self._known[one["prefix"]] = attributes

    def _run(self, *words):
        return self.node.run("gobgp", "-u", "127.0.0.1", *words)

    def control(self, *words):
        done = self._run(*words)
        if done.returncode != 0:
            raise Failed(f"{self.node.name}: gobgp {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def json(self, *words):
        return json.loads(self.control("-j", *words) or "{}")

    def up(self):
        self._follow()
        return self._up

    def sessions(self):
        self._follow()
        return self._sessions

    def notifications(self):
        """(code, subcode) of those received."""
        self._follow()
        return self._notifications

    def learned(self):
        """Prefix (without RD) → attributes by type, of what its peer has announced and not withdrawn."""
        self._follow()
        return self._known

    def med(self, prefix):
        attributes = self.learned().get(prefix)
        return None if attributes is None else attributes.get(MED, {}).get("metric", 0)

    def refreshes_received(self, address):
        return self.json("neighbor", address)["state"]["messages"]["received"].get("refresh", 0)

    def announce(self, *words):
        """`gobgp global rib add …`, for example ("10.0.0.0/24",) or ("-a", "vpnv4", …)."""
        self.control("global", "rib", "add", *words)

    def withdraw(self, *words):
        self.control("global", "rib", "del", *words)

    def routes(self):
        return self.learned()

    def state(self):
        return self.control("neighbor") + self.control("global", "rib")[:3000]
