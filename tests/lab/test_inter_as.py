"""VPNs over the border of two ASes (RFC 4364, 10 b): the borders have no VRF and swap labels.

    ce1 ── pe1 (FRR) ── p ── asbr1 ══ asbr2 ── pe2 (vrfd) ── ce2
           AS 65000              │        AS 65001

Site n: link 10.n.0.0/24, network 192.168.n.0/24. Between asbr1 and pe1 the way is labelled, between asbr2 and pe2 it is
direct.
"""

from lab import kernel
from lab.capture import Capture
from lab.discovery import lab as limits
from lab.frr import Frr
from lab.two_ases import ANY, FRR_RED, POLICIES, VRFD_RED, border, crosses, start_ce, wire_sites
from lab.vrfd import Vrfd
from lab.wait import expect, expect_equal, stays, wait_for
from test_restart import kill

TO_PE1, TO_ASBR1 = 1001, 1003
VPN = {"connect_retry": 2, "families": {"vpnv4": ANY}}

PE1 = f"""ip route 10.255.0.3/32 172.16.1.254 label {TO_ASBR1}
router bgp 65000
 bgp router-id 10.255.0.1
 no bgp default ipv4-unicast
 neighbor 10.255.0.3 remote-as 65000
 neighbor 10.255.0.3 update-source 10.255.0.1
 neighbor 10.255.0.3 timers connect 1
 address-family ipv4 vpn
  neighbor 10.255.0.3 activate
 exit-address-family
exit
""" + FRR_RED

ASBR1 = border(65000, 3, {"10.255.0.1": {"as": 65000, "update_source": "10.255.0.3", "next_hop_self": True, **VPN}},
               {"172.16.3.2": {"as": 65001, **VPN}})
ASBR2 = border(65001, 4, {"172.16.4.2": {"as": 65001, "next_hop_self": True, **VPN}}, {"172.16.3.1": {"as": 65000, **VPN}})
PE2 = {"as": 65001, "router_id": "10.255.0.2", "core_interfaces": ["core"], "policies": POLICIES,
       "peers": {"172.16.4.1": {"as": 65001, **VPN}}, "vpn_instances": {"red": VRFD_RED}}


class TwoAses:
    def __init__(self, lab):
        self.nodes = {name: lab.node(name) for name in ("ce1", "pe1", "p", "asbr1", "asbr2", "pe2", "ce2")}
        _, pe1, p, asbr1, asbr2, pe2, _ = self.nodes.values()
        lab.link((pe1, "core", "172.16.1.1/24"), (p, "pe1", "172.16.1.254/24"))
        lab.link((p, "asbr1", "172.16.2.254/24"), (asbr1, "core", "172.16.2.3/24"))
        lab.link((asbr1, "border", "172.16.3.1/24"), (asbr2, "border", "172.16.3.2/24"))
        lab.link((asbr2, "core", "172.16.4.1/24"), (pe2, "core", "172.16.4.2/24"))
        wire_sites(lab, self.nodes)
        lab.address(asbr1, "lo", "10.255.0.3/32")
        lab.router(p, ["pe1", "asbr1"])
        lab.command(p, f"-f mpls route add {TO_PE1} via inet 172.16.1.1 dev pe1", f"-f mpls route add {TO_ASBR1} via inet 172.16.2.3 dev asbr1",
                    "route add 10.255.0.1/32 via 172.16.1.1", "route add 10.255.0.3/32 via 172.16.2.3")
        lab.command(asbr1, f"route add 10.255.0.1/32 encap mpls {TO_PE1} via 172.16.2.254 dev core src 10.255.0.3")
        lab.build()

    def start(self):
        self.pe1 = Frr(self.nodes["pe1"], PE1).start()
        self.asbr1, self.asbr2, self.pe2 = (Vrfd(self.nodes[name], config).start()
                                            for name, config in (("asbr1", ASBR1), ("asbr2", ASBR2), ("pe2", PE2)))
        self.ce1, self.ce2 = (start_ce(self.nodes, site) for site in (1, 2))
        return self

    def crosses(self):
        return crosses(self.nodes)


def swapped(router):
    return {row["label"]: row for row in router.ctl("show labels").expect_code(0).rows if row["mode"] == "swap"}


@limits(timeout=240, weight=70)
def test_a_vpn_crosses_two_ases(lab):
    bench = TwoAses(lab).start()
    wait_for(lambda: "192.168.2.0/24" in bench.ce1.routes() and "192.168.1.0/24" in bench.ce2.routes(), 60, "both sites know each other")
    expect_equal(bench.ce2.routes()["192.168.1.0/24"]["as_path"], "65001 65000 65101", "the AS path at ce2")
    wait_for(bench.crosses, 20, "pings cross both ASes")

    routes = {row["prefix"]: row for row in bench.asbr2.routes("vpnv4 routes peer 172.16.3.1 received")}
    label = routes["192.168.1.0/24"]["labels"][0]
    expect_equal(routes["192.168.1.0/24"]["next_hop"], "172.16.3.1", "asbr1 is the next hop for asbr2")
    labels = kernel.labels(bench.nodes["asbr1"])
    expect(label in labels, "asbr1's label is in its kernel", labels)
    sent = bench.asbr1.routes("vpnv4 routes peer 10.255.0.1 received")
    outgoing = next(row["labels"][0] for row in sent if row["prefix"] == "192.168.1.0/24")
    expect_equal(swapped(bench.asbr1)[label]["next_hops"], [{"via": "172.16.2.254", "dev": "core", "labels": [TO_PE1, outgoing]}],
                 "it becomes pe1's, under the transport label")
    with Capture(bench.nodes["asbr1"], "border") as capture:
        expect(bench.nodes["ce2"].ping("192.168.1.1", "192.168.2.1", count=2), "two pings")
    expect_equal(capture.label_stacks("192.168.1.1", 1), {(label,)}, "on the border")
    for border in (bench.asbr1, bench.asbr2):
        expect(border.audit_clean(), "fib audit", border.ctl("fib", "audit"))

    before = set(swapped(bench.asbr1))
    bench.asbr1.ctl("reset bgp vpnv4 172.16.3.2").expect_code(0)
    wait_for(lambda: bench.asbr1.established("172.16.3.2"), 30, "the border session is back")
    wait_for(lambda: "192.168.2.0/24" in bench.ce1.routes(), 30, "and the routes")
    expect_equal(set(swapped(bench.asbr1)), before, "with the labels that they had")


@limits(timeout=240, weight=70)
def test_a_border_restarts(lab):
    """Killed under traffic: the labels stay in the kernel and are the same afterwards."""
    bench = TwoAses(lab).start()
    wait_for(bench.crosses, 60, "pings cross both ASes")
    before = set(swapped(bench.asbr1))
    expect(before, "labels are swapped")
    kill(bench.asbr1)
    stays(bench.crosses, 2, "forwarding goes on without the daemon")
    bench.asbr1.start()
    wait_for(lambda: set(swapped(bench.asbr1)) == before, 30, "the same labels")
    wait_for(bench.crosses, 20, "pings cross")
