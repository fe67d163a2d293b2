"""A small edge: one vrfd and a node for each neighbour, on a link of its own.

The link of the n-th neighbour is `e<n>` at vrfd, 10.0.n.0/24 and 2001:db8:n::/64; vrfd has .1 and the neighbour .2.
Neighbours whose name begins with `core` are outside of every VPN, the others belong to the VPN of their word before "_".
"""

import copy

from .bird import Bird
from .frr import Frr
from .speaker import Speaker
from .vrfd import Vrfd

AS = 65000
RD, TARGET = {"red": "65000:1", "blue": "65000:2"}, {"red": "65000:100", "blue": "65000:200"}
TABLE = {"red": 1001, "blue": 1002}
ACCEPT = [{"then": "accept"}]
FAMILIES = {"ipv4": {"import_policy": "any", "export_policy": "any"}}


class Edge:
    def __init__(self, lab, names):
        self.names, self.node = list(names), lab.node("pe")
        self.nodes = {name: lab.node(name.replace("_", "-")) for name in names}
        for name in names:
            n = self.number(name)
            lab.link((self.node, f"e{n}", f"10.0.{n}.1/24", f"2001:db8:{n}::1/64"),
                     (self.nodes[name], "eth0", f"10.0.{n}.2/24", f"2001:db8:{n}::2/64"))
        self.lab, self.vrfd = lab, None

    def number(self, name):
        return self.names.index(name) + 1

    def address(self, name, family=4):
        return f"10.0.{self.number(name)}.2" if family == 4 else f"2001:db8:{self.number(name)}::2"

    def own(self, name, family=4):
        return f"10.0.{self.number(name)}.1" if family == 4 else f"2001:db8:{self.number(name)}::1"

    def config(self, peers, **changes):
        """`peers`: name → keys of that peer (at least `as`); `changes` go to the top level."""
        made = {"as": AS, "router_id": "10.255.0.1", "policies": {"any": ACCEPT}, "peers": {}, "vpn_instances": {}}
        for name in self.names:
            vpn, keys = name.split("_")[0], {"connect_retry": 1, "families": FAMILIES, **peers.get(name, {})}
            if vpn == "core":
                if name in peers:
                    made["peers"][self.address(name)] = keys
                continue
            instance = made["vpn_instances"].setdefault(vpn, {
                "rd": RD[vpn], "import_targets": [TARGET[vpn]], "export_targets": [TARGET[vpn]], "table": TABLE[vpn],
                "interfaces": [], "peers": {}})
            instance["interfaces"].append(f"e{self.number(name)}")
            if name in peers:
                instance["peers"][self.address(name)] = keys
        made["core_interfaces"] = [f"e{self.number(name)}" for name in self.names if name.startswith("core")]
        return {**made, **changes}

    def start(self, config):
        self.lab.build()
        self.vrfd = Vrfd(self.node, config).start()
        return self

    def change(self, edit):
        """Applies the configuration as `edit` leaves it."""
        config = copy.deepcopy(self.vrfd.config)
        edit(config)
        self.vrfd.apply(config).expect_code(0)

    def keys(self, config, name):
        """The keys of the neighbour in a configuration."""
        vpn = name.split("_")[0]
        return (config if vpn == "core" else config["vpn_instances"][vpn])["peers"][self.address(name)]

    def row(self, name, family=4):
        vpn = name.split("_")[0]
        return self.vrfd.peers(None if vpn == "core" else vpn)[self.address(name, family)]

    def up(self, name, family=4):
        return self.row(name, family)["state"] == "established"

    def frr(self, name, asn, neighbor="", family_lines="", networks=(), before="", local_as=AS):
        """An FRR with one session to vrfd; `neighbor` and `family_lines` are words after `neighbor ADDRESS`."""
        own = self.own(name)
        lines = "".join(f" neighbor {own} {words}\n" for words in neighbor.splitlines() if words)
        inside = "".join(f"  network {network}\n" for network in networks)
        inside += "".join(f"  neighbor {own} {words}\n" for words in family_lines.splitlines() if words)
        return Frr(self.nodes[name], f"""{before}router bgp {asn}
 bgp router-id {self.address(name)}
 no bgp ebgp-requires-policy
 no bgp network import-check
 neighbor {own} remote-as {local_as}
 neighbor {own} timers connect 1
{lines} address-family ipv4 unicast
{inside} exit-address-family
exit
""").start()

    def bird(self, name, asn, networks=(), options="", local_as=AS, channel="import all; export where source = RTS_STATIC;"):
        """`local_as` None takes whatever AS vrfd says it is in."""
        routes = "".join(f"route {network} blackhole; " for network in networks)
        return Bird(self.nodes[name], f"""router id {self.address(name)};
protocol static {{ ipv4; {routes}}}
protocol bgp uplink {{ local {self.address(name)} as {asn}; neighbor {self.own(name)} {f"as {local_as}" if local_as else "external"};
  connect delay time 1; connect retry time 1; error wait time 1, 2; {options}
  ipv4 {{ {channel} }}; }}
""").start()

    def speaker(self, name, asn, families=("ipv4",), peer_as=AS, **options):
        return Speaker(self.nodes[name], self.address(name), self.own(name), asn, peer_as, families=families, **options)
