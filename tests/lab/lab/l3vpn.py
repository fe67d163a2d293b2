"""The classic bench: two VPNs with overlapping addresses, two sites each, two PEs, one core router.

    red1  (BIRD)  ┐                                          ┌ red2  (FRR)
                  pe1 ── 172.16.1.0/24 ── p ── 172.16.2.0/24 ── pe2
    blue1 (GoBGP) ┘    label 1001 ◄──     ──► label 1002     └ blue2 (BIRD)

Site n of either VPN: link 10.n.0.0/24 (PE .1, CE .2), network 192.168.n.0/24 (CE .1). Addresses that only one VPN has:
192.168.10n.0/24 in red, 192.168.11n.0/24 in blue. The core router pops the transport labels; the PEs' way to each
other's loopback 10.255.0.n is labelled, as FRR wants it.
"""

import socket
import threading

from . import gobgp
from .bird import Bird
from .frr import Frr
from .gobgp import Gobgp
from .vrfd import Vrfd
from .wait import expect_equal, wait_for

AS = 65000
VPNS = ("red", "blue")
CE_AS = {"red1": 65101, "blue1": 65111, "red2": 65102, "blue2": 65112}
TARGET = {"red": "65000:100", "blue": "65000:200"}
TABLE = {"red": 1001, "blue": 1002}
TRANSPORT = {1: 1001, 2: 1002}   # site of the PE → label by which the core reaches it
OWN = {"red": 100, "blue": 110}  # third octet of a network that only this VPN has, less the site
PORT = 7000


def rd(vpn, site):
    return f"65000:{ {'red': 1, 'blue': 2}[vpn]}00{site}"


def address(site):
    return f"192.168.{site}.1"


def own_address(vpn, site):
    return f"192.168.{OWN[vpn] + site}.1"


def networks(vpn, site):
    return [f"192.168.{site}.0/24", f"192.168.{OWN[vpn] + site}.0/24"]


def vrfd_config(site, vpns=VPNS):
    """The configuration of a vrfd PE; tests change what they are about."""
    other = 3 - site
    instances = {vpn: {
        "rd": rd(vpn, site), "import_targets": [TARGET[vpn]], "export_targets": [TARGET[vpn]], "table": TABLE[vpn],
        "interfaces": [f"ce-{vpn}"], "import_routes": ["direct"],
        "peers": {f"10.{site}.0.2": {"as": CE_AS[f"{vpn}{site}"], "group": "ce"}},
    } for vpn in vpns}
    return {
        "as": AS, "router_id": f"10.255.0.{site}", "core_interfaces": ["core"],
        "groups": {
            "core": {"as": AS, "update_source": f"10.255.0.{site}", "connect_retry": 2, "families": {"vpnv4": {}}},
            "ce": {"connect_retry": 2, "families": {"ipv4": {"import_policy": "from-ce", "export_policy": "to-ce"}}},
        },
        "peers": {f"10.255.0.{other}": {"group": "core"}},
        "vpn_instances": instances,
        "policies": {"from-ce": [{"then": "accept"}], "to-ce": [{"then": "accept"}]},
    }


FRR_PE = """ip route 10.255.0.{other}/32 172.16.{site}.254 label {label}
router bgp 65000
 bgp router-id 10.255.0.{site}
 no bgp default ipv4-unicast
 neighbor 10.255.0.{other} remote-as 65000
 neighbor 10.255.0.{other} update-source 10.255.0.{site}
 neighbor 10.255.0.{other} timers connect 1
 address-family ipv4 vpn
  neighbor 10.255.0.{other} activate
 exit-address-family
exit
"""

FRR_VRF = """router bgp 65000 vrf {vpn}
 bgp router-id 10.255.0.{site}
 no bgp ebgp-requires-policy
 neighbor 10.{site}.0.2 remote-as {ce}
 neighbor 10.{site}.0.2 timers connect 1
 address-family ipv4 unicast
  redistribute connected
  label vpn export auto
  rd vpn export {rd}
  rt vpn both {target}
  export vpn
  import vpn
 exit-address-family
exit
"""


def frr_pe_config(site, vpns=VPNS):
    other = 3 - site
    text = FRR_PE.format(site=site, other=other, label=TRANSPORT[other])
    return text + "".join(FRR_VRF.format(vpn=vpn, site=site, ce=CE_AS[f"{vpn}{site}"], rd=rd(vpn, site), target=TARGET[vpn])
                          for vpn in vpns)


def bird_ce_config(vpn, site):
    routes = "".join(f'route {network} via "lo"; ' for network in networks(vpn, site))
    return f"""router id 10.{site}.0.2;
protocol static {{ ipv4; {routes}}}
protocol kernel {{ ipv4 {{ import none; export where source = RTS_BGP; }}; }}
protocol bgp uplink {{ local 10.{site}.0.2 as {CE_AS[f"{vpn}{site}"]}; neighbor 10.{site}.0.1 as {AS};
  connect delay time 1; connect retry time 1; ipv4 {{ import all; export where source = RTS_STATIC; }}; }}
"""


def frr_ce_config(vpn, site):
    lines = "".join(f"  network {network}\n" for network in networks(vpn, site))
    return f"""router bgp {CE_AS[f"{vpn}{site}"]}
 bgp router-id 10.{site}.0.2
 no bgp ebgp-requires-policy
 no bgp network import-check
 neighbor 10.{site}.0.1 remote-as {AS}
 neighbor 10.{site}.0.1 timers connect 1
 address-family ipv4 unicast
{lines} exit-address-family
exit
"""


class L3vpn:
    """Builds and starts all of it, or only some VPNs. `kinds` says what the PEs are, "vrfd" or "frr"."""

    def __init__(self, lab, pe1="vrfd", pe2="frr", vpns=VPNS):
        self.lab, self.kinds, self.vpns = lab, {1: pe1, 2: pe2}, vpns
        self.p = lab.node("p")
        self.pe_nodes = {site: lab.node(f"pe{site}") for site in (1, 2)}
        self.ce_nodes = {name: lab.node(name) for name in CE_AS if name[:-1] in vpns}
        self.pe, self.ce, self._servers = {}, {}, []
        for site in (1, 2):
            self._wire(site)
        lab.router(self.p, ["pe1", "pe2"])
        lab.build()

    def _wire(self, site):
        pe, other = self.pe_nodes[site], 3 - site
        self.lab.link((pe, "core", f"172.16.{site}.1/24"), (self.p, f"pe{site}", f"172.16.{site}.254/24"))
        self.lab.address(pe, "lo", f"10.255.0.{site}/32")
        self.lab.command(self.p, f"-f mpls route add {TRANSPORT[site]} via inet 172.16.{site}.1 dev pe{site}",
                         f"route add 10.255.0.{site}/32 via 172.16.{site}.1")
        for vpn in self.vpns:
            ce = self.ce_nodes[f"{vpn}{site}"]
            self.lab.link((pe, f"ce-{vpn}", f"10.{site}.0.1/24"), (ce, "eth0", f"10.{site}.0.2/24"))
            for one in (address(site), own_address(vpn, site)):
                self.lab.address(ce, "lo", f"{one}/24")
        if self.kinds[site] == "frr":
            for vpn in self.vpns:
                self.lab.vrf(pe, vpn, TABLE[vpn], f"ce-{vpn}")
            self.lab.router(pe, ["core"])
        else:   # vrfd makes its VRFs and sets its sysctls itself; the way to the other PE is the administrator's
            self.lab.command(pe, f"route add 10.255.0.{other}/32 encap mpls {TRANSPORT[other]} via 172.16.{site}.254 "
                                 f"dev core src 10.255.0.{site}")

    def start(self):
        for site in (1, 2):
            node = self.pe_nodes[site]
            self.pe[site] = (Vrfd(node, vrfd_config(site, self.vpns)) if self.kinds[site] == "vrfd" else Frr(node, frr_pe_config(site, self.vpns))).start()
        if "red" in self.vpns:
            self.ce["red1"] = Bird(self.ce_nodes["red1"], bird_ce_config("red", 1)).start()
            self.ce["red2"] = Frr(self.ce_nodes["red2"], frr_ce_config("red", 2)).start()
        if "blue" in self.vpns:
            self.ce["blue2"] = Bird(self.ce_nodes["blue2"], bird_ce_config("blue", 2)).start()
            self._start_gobgp()
        for name, node in self.ce_nodes.items():
            self._serve(name, node)
        return self

    def _start_gobgp(self):
        node = self.ce_nodes["blue1"]
        node.ip("route", "add", "default", "via", "10.1.0.1")   # GoBGP programs no kernel
        self.ce["blue1"] = Gobgp(node, CE_AS["blue1"], "10.1.0.2", [gobgp.neighbor("10.1.0.1", AS)]).start()
        for network in networks("blue", 1):
            self.ce["blue1"].announce(network)

    def wait_up(self, timeout=60):
        """Until each CE has the networks of the other site of its VPN."""
        for vpn in self.vpns:
            for site in (1, 2):
                wanted = set(networks(vpn, 3 - site))
                wait_for(lambda: wanted <= self.ce_routes(f"{vpn}{site}"), timeout,
                         f"{vpn}{site} has learned {sorted(wanted)}", interval=0.5)
        return self

    def ce_routes(self, name):
        return set(self.ce[name].routes())

    def label(self, vpn, site):
        """The VPN label of the PE at the site, as that PE itself says."""
        pe = self.pe[site]
        if self.kinds[site] == "vrfd":
            return pe.instance(vpn)["label"]
        labels = {int(label): entry for label, entry in pe.json("show mpls table").items()}
        return next(label for label, entry in labels.items()
                    if any(hop.get("interface") == vpn for hop in entry["nexthops"]))

    # ---- who answers

    def _serve(self, name, node):
        """A TCP server on the CE that says the CE's name."""
        with node.inside():
            listener = socket.create_server(("0.0.0.0", PORT), backlog=16)
        self._servers.append(listener)
        threading.Thread(target=_say_name, args=(listener, name.encode()), daemon=True).start()

    def ask(self, name, destination, source):
        """Connects from the CE `name` and returns which CE it reached."""
        with self.ce_nodes[name].inside():
            client = socket.socket()
        with client:
            client.settimeout(5)
            client.bind((source, 0))
            client.connect((destination, PORT))
            return client.recv(100).decode()

    def check_reachability(self):
        """Pings and TCP both ways through both VPNs, each reaching the site of its own VPN."""
        for vpn in self.vpns:
            for site in (1, 2):
                name, far = f"{vpn}{site}", 3 - site
                node = self.ce_nodes[name]
                wait_for(lambda: node.ping(address(far), source=address(site)), 15, f"{name} pings {address(far)}")
                for target in (address(far), own_address(vpn, far)):
                    expect_equal(self.ask(name, target, address(site)), f"{vpn}{far}", f"who answers {name} at {target}")

    def check_isolation(self):
        """What only one VPN has is not reached from the other, nor known there."""
        for vpn, foreign in (("red", "blue"), ("blue", "red")):
            for site in (1, 2):
                name = f"{vpn}{site}"
                for far in (1, 2):
                    expect_equal(self.ce_nodes[name].ping(own_address(foreign, far), source=address(site)), False,
                                 f"{name} reaches {foreign}'s {own_address(foreign, far)}")
                leaked = self.ce_routes(name) & {network for far in (1, 2) for network in networks(foreign, far)
                                                 if network not in networks(vpn, far)}
                expect_equal(leaked, set(), f"networks of {foreign} at {name}")

    def close(self):
        for listener in self._servers:
            listener.close()


def _say_name(listener, name):
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            client.sendall(name)
