"""The bench for the commands: one vrfd with peers of every kind, so that each selector has someone to hit and someone
to leave alone.

VPN red:     bird 65101, gobgp 65102 (group ce), frr internal (group inside), speaker 65103 (group lone)
VPN blue:    speaker 65101 (group ce): the same AS and group as in red, another VPN
VPNv4:       frr, bird, speaker internal (group core), gobgp 65201 (group border), speaker 65202 (group far)
public:      speaker 65301 (group transit), family ipv4
"""

from . import gobgp, seen
from .bird import Bird
from .frr import Frr
from .gobgp import Gobgp
from .speaker import Speaker
from .vrfd import Vrfd
from .wait import wait_for

AS = 65000
RED_ROUTE, BLUE_ROUTE, PUBLIC_ROUTE = "10.9.0.0/16", "10.8.0.0/16", "10.7.0.0/16"
RED_TABLE, BLUE_TABLE, MAIN_TABLE = 1001, 1002, 254
RED_RD, BLUE_RD, RED_TARGET, BLUE_TARGET = "65000:1", "65000:2", "65000:100", "65000:200"

# name → (number of the link, AS, group); vrfd has .1 and the peer .2 of 10.0.N.0/24
PEERS = {
    "red_bird": (1, 65101, "ce"), "red_gobgp": (2, 65102, "ce"), "red_frr": (3, AS, "inside"),
    "red_speaker": (4, 65103, "lone"), "blue_speaker": (5, 65101, "ce"),
    "vpn_frr": (11, AS, "core"), "vpn_gobgp": (12, 65201, "border"), "vpn_speaker": (13, AS, "core"),
    "vpn_far": (14, 65202, "far"), "vpn_bird": (15, AS, "core"), "public_speaker": (21, 65301, "transit"),
}
CE_FAMILIES = {"ipv4": {"import_policy": "from-ce", "export_policy": "to-ce"}}
VPN_FAMILIES = {"vpnv4": {"import_policy": "from-core", "export_policy": "to-core"}}
PUBLIC_FAMILIES = {"ipv4": {"import_policy": "from-transit", "export_policy": "to-transit"}}


def address(name):
    return f"10.0.{PEERS[name][0]}.2"


def own(name):
    return f"10.0.{PEERS[name][0]}.1"


def marking(med):
    """An export policy that lets all out with a MED by which one sees that it has been run."""
    return [{"set": {"med": med}, "then": "accept"}]


def config(names):
    def peers(prefix):
        return {address(name): {"as": PEERS[name][1], "group": PEERS[name][2]} for name in names if name.startswith(prefix)}

    def instance(vpn, rd, target, table, network):
        return {"rd": rd, "import_targets": [target], "export_targets": [target], "table": table, "networks": [network],
                "interfaces": [f"e{PEERS[name][0]}" for name in names if name.startswith(vpn)], "peers": peers(vpn)}
    groups = {group: {"connect_retry": 2, "families": families}
              for families, members in ((CE_FAMILIES, ("ce", "inside", "lone")), (VPN_FAMILIES, ("core", "border", "far")),
                                        (PUBLIC_FAMILIES, ("transit",)))
              for group in members}
    accept = [{"then": "accept"}]
    return {
        "as": AS, "router_id": "10.255.0.1", "groups": groups, "public": {"table": MAIN_TABLE, "networks": [PUBLIC_ROUTE]},
        "core_interfaces": [f"e{PEERS[name][0]}" for name in names if name.startswith("vpn")],
        "peers": {**peers("vpn"), **peers("public")},
        "vpn_instances": {"red": instance("red", RED_RD, RED_TARGET, RED_TABLE, RED_ROUTE),
                          "blue": instance("blue", BLUE_RD, BLUE_TARGET, BLUE_TABLE, BLUE_ROUTE)},
        "policies": {"from-ce": accept, "to-ce": marking(1), "from-core": accept, "to-core": marking(1),
                     "from-transit": accept, "to-transit": marking(1)},
        "prefix_lists": {},
    }


class ManyPeers:
    """Builds and starts vrfd with the peers named (all if none are)."""

    def __init__(self, lab, names=None, **changes):
        self.names = list(names or PEERS)
        self.node = lab.node("pe")
        self.nodes = {name: lab.node(name.replace("_", "-")) for name in self.names}
        for name, node in self.nodes.items():
            number = PEERS[name][0]
            lab.link((self.node, f"e{number}", f"10.0.{number}.1/24"), (node, "eth0", f"10.0.{number}.2/24"))
            lab.command(node, f"route add default via 10.0.{number}.1")
        lab.build()
        self.config = {**config(self.names), **changes}
        self.vrfd = Vrfd(self.node, self.config)
        self.peers = {}

    def start(self, timeout=60):
        self.vrfd.start()
        for name in self.names:
            self.peers[name] = MAKERS[name.split("_")[1]](name, self.nodes[name])
        self.wait_up(timeout)
        return self

    def wait_up(self, timeout=60):
        for name, peer in self.peers.items():
            wait_for(peer.up, timeout, f"{name} has its session")
        for name, peer in self.peers.items():
            wait_for(lambda: peer.has(self.route_for(name)), 20, f"{name} has vrfd's route {self.route_for(name)}")

    def route_for(self, name):
        """The route that vrfd originates and this peer must have."""
        return {"red": RED_ROUTE, "blue": BLUE_ROUTE, "vpn": RED_ROUTE, "public": PUBLIC_ROUTE}[name.split("_")[0]]

    def expected(self, prefix, selector):
        """The names that a selector means among the peers whose names begin with `prefix`."""
        def meant(name):
            number, asn, group = PEERS[name]
            return selector in ("all", address(name), str(asn), f"group {group}", "internal" if asn == AS else "external")
        return {name for name in self.names if name.startswith(prefix) and meant(name)}

    def apply(self, policies=None, **changes):
        """Sets policies (and other top-level keys) and applies the configuration."""
        self.config = {**self.config, **changes, "policies": {**self.config["policies"], **(policies or {})}}
        self.vrfd.apply(self.config).expect_code(0)

    def meds(self, names):
        return {name: self.peers[name].med(self.route_for(name)) for name in names}

    def sessions(self):
        return {name: peer.sessions() for name, peer in self.peers.items()}

    def refreshes(self):
        return {name: peer.refreshes() for name, peer in self.peers.items()}


def _described(name):
    number, asn, group = PEERS[name]
    return address(name), asn, group, asn == AS


def _bird(name, node):
    vpn = name.startswith("vpn")
    channel = "vpn4 mpls" if vpn else "ipv4"
    tables = "vpn4 table master4v;\n" if vpn else ""
    router = Bird(node, f"""router id {address(name)};
{tables}protocol bgp uplink {{ local {address(name)} as {PEERS[name][1]}; neighbor {own(name)} as {AS};
  connect delay time 1; connect retry time 1; error wait time 1, 2;
  {channel} {{ {"table master4v; " if vpn else ""}import all; export all; }}; }}
""").start()
    return seen.SeenByBird(router, *_described(name), table="master4v" if vpn else "master4")


def _gobgp(name, node):
    family = "vpnv4" if name.startswith("vpn") else "ipv4"
    router = Gobgp(node, PEERS[name][1], address(name), [gobgp.neighbor(own(name), AS, [family])]).start()
    return seen.SeenByGobgp(router, *_described(name), vrfd_address=own(name))


def _frr(name, node):
    vpn = name.startswith("vpn")
    family = "ipv4 vpn" if vpn else "ipv4 unicast"
    router = Frr(node, f"""router bgp {PEERS[name][1]}
 bgp router-id {address(name)}
 no bgp default ipv4-unicast
 no bgp ebgp-requires-policy
 neighbor {own(name)} remote-as {AS}
 neighbor {own(name)} timers connect 1
 address-family {family}
  neighbor {own(name)} activate
 exit-address-family
exit
""").start()
    return seen.SeenByFrr(router, *_described(name), vrfd_address=own(name), vpn=vpn)


def _speaker(name, node):
    family = "vpnv4" if name.startswith("vpn") else "ipv4"
    router = Speaker(node, address(name), own(name), PEERS[name][1], AS, families=(family,), persistent=True).connect()
    return seen.SeenBySpeaker(router, *_described(name), family=family)


MAKERS = {"bird": _bird, "gobgp": _gobgp, "frr": _frr, "speaker": _speaker, "far": _speaker}
