"""Labelled unicast (RFC 8277) as the transport of a VPN over two ASes (RFC 4364, 10 c): the borders know no VPN.

    ce1 ── pe1 (FRR) ── asbr1 ══ asbr2 ── pe2 (vrfd) ── ce2
              AS 65000    │        AS 65001

The PEs' loopbacks 10.255.0.n travel with labels; the PEs have a VPNv4 session of several hops between them.
"""

from lab import kernel
from lab.capture import Capture
from lab.discovery import lab as limits
from lab.frr import Frr
from lab.two_ases import ANY, FRR_RED, POLICIES, VRFD_RED, border, crosses, start_ce, wire_sites
from lab.vrfd import Vrfd
from lab.wait import expect, expect_equal, wait_for

LABELLED = {"connect_retry": 2, "families": {"ipv4_labelled": ANY}}
LOOPBACK = {1: "10.255.0.1/32", 2: "10.255.0.2/32"}

PE1 = """router bgp 65000
 bgp router-id 10.255.0.1
 no bgp default ipv4-unicast
 no bgp ebgp-requires-policy
 neighbor 172.16.1.2 remote-as 65000
 neighbor 172.16.1.2 timers connect 1
 neighbor 10.255.0.2 remote-as 65001
 neighbor 10.255.0.2 update-source 10.255.0.1
 neighbor 10.255.0.2 ebgp-multihop
 neighbor 10.255.0.2 timers connect 1
 address-family ipv4 unicast
  network 10.255.0.1/32
 exit-address-family
 address-family ipv4 labeled-unicast
  neighbor 172.16.1.2 activate
 exit-address-family
 address-family ipv4 vpn
  neighbor 10.255.0.2 activate
 exit-address-family
exit
""" + FRR_RED

ASBR1 = border(65000, 3, {"172.16.1.1": {"as": 65000, "next_hop_self": True, **LABELLED}}, {"172.16.3.2": {"as": 65001, **LABELLED}})
ASBR2 = border(65001, 4, {"172.16.4.2": {"as": 65001, "next_hop_self": True, **LABELLED}}, {"172.16.3.1": {"as": 65000, **LABELLED}})
PE2 = {
    "as": 65001, "router_id": "10.255.0.2", "core_interfaces": ["core"], "public": {"networks": [LOOPBACK[2]]}, "policies": POLICIES,
    "peers": {"172.16.4.1": {"as": 65001, **LABELLED},
              "10.255.0.1": {"as": 65000, "connect_retry": 2, "multihop": 16, "update_source": "10.255.0.2", "families": {"vpnv4": ANY}}},
    "vpn_instances": {"red": VRFD_RED},
}


def build(lab):
    nodes = {name: lab.node(name) for name in ("ce1", "pe1", "asbr1", "asbr2", "pe2", "ce2")}
    _, pe1, asbr1, asbr2, pe2, _ = nodes.values()
    lab.link((pe1, "core", "172.16.1.1/24"), (asbr1, "core", "172.16.1.2/24"))
    lab.link((asbr1, "border", "172.16.3.1/24"), (asbr2, "border", "172.16.3.2/24"))
    lab.link((asbr2, "core", "172.16.4.1/24"), (pe2, "core", "172.16.4.2/24"))
    wire_sites(lab, nodes)
    lab.build()
    return nodes


@limits(timeout=240, weight=70)
def test_a_vpn_over_labelled_unicast(lab):
    nodes = build(lab)
    Frr(nodes["pe1"], PE1).start()
    asbr1, asbr2, pe2 = (Vrfd(nodes[name], config).start()
                         for name, config in (("asbr1", ASBR1), ("asbr2", ASBR2), ("pe2", PE2)))
    ce1, ce2 = (start_ce(nodes, site) for site in (1, 2))
    wait_for(lambda: LOOPBACK[1] in kernel.bgp_routes(nodes["pe2"], 254), 60, "pe1's loopback in pe2's kernel")
    transport = kernel.paths(nodes["pe2"], kernel.bgp_routes(nodes["pe2"], 254)[LOOPBACK[1]])
    expect_equal([leg[:2] for leg in transport], [("172.16.4.1", "core")], "the way there")
    expect_equal(len(transport[0][2]), 1, "under one label")
    wait_for(lambda: "192.168.2.0/24" in ce1.routes() and "192.168.1.0/24" in ce2.routes(), 60, "both sites know each other")
    wait_for(lambda: crosses(nodes), 20, "pings cross both ASes")
    vpn = kernel.paths(nodes["pe2"], kernel.bgp_routes(nodes["pe2"], 1001)["192.168.1.0/24"])
    expect_equal((vpn[0][:2], vpn[0][2][0], len(vpn[0][2])), (("172.16.4.1", "core"), transport[0][2][0], 2), "the VPN label under it")
    with Capture(nodes["asbr1"], "border") as capture:
        expect(nodes["ce2"].ping("192.168.1.1", "192.168.2.1", count=2), "two pings")
    stacks = capture.label_stacks("192.168.1.1", 1)
    rows = asbr1.routes("ipv4_labelled routes peer 172.16.3.2 advertised")
    advertised = {row["prefix"]: row["labels"][0] for row in rows}
    expect_equal(stacks, {(advertised[LOOPBACK[1]], vpn[0][2][1])}, "on the border: asbr1's label over the VPN label")
    for router in (asbr1, asbr2, pe2):
        expect(router.audit_clean(), "fib audit", router.ctl("fib", "audit"))

    nodes["asbr1"].ip("link", "set", "border", "down")
    wait_for(lambda: not kernel.bgp_routes(nodes["pe2"], 254), 30, "the border breaks, the transport goes")
    wait_for(lambda: "192.168.1.0/24" not in kernel.bgp_routes(nodes["pe2"], 1001), 30, "and the VPN with it")
    nodes["asbr1"].ip("link", "set", "border", "up")
    wait_for(lambda: crosses(nodes), 90, "all is back")
