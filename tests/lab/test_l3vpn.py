"""The main job: customers' VPNs across two PEs, with the packets to prove it."""

from lab import kernel, l3vpn
from lab.capture import Capture
from lab.discovery import lab as limits
from lab.l3vpn import L3vpn, address, own_address
from lab.wait import expect, expect_equal, wait_for


def check_labels(bench):
    """On the wire: transport label over VPN label up to P, the VPN label alone after it, both ways, in both VPNs."""
    for vpn in l3vpn.VPNS:
        for site in (1, 2):
            far, label = 3 - site, bench.label(vpn, 3 - site)
            here, there = Capture(bench.p, f"pe{site}"), Capture(bench.p, f"pe{far}")
            with here, there:
                expect(bench.ce_nodes[f"{vpn}{site}"].ping(own_address(vpn, far), source=address(site), count=2),
                       f"two pings {vpn}{site} → {vpn}{far}")
            target = own_address(vpn, far)
            expect_equal(here.label_stacks(target, 1), {(l3vpn.TRANSPORT[far], label)}, f"labels pe{site} → p of {vpn}")
            expect_equal(there.label_stacks(target, 1), {(label,)}, f"labels p → pe{far} of {vpn}")


def check_kernel(bench, site):
    """The VRF's table on a vrfd PE: the far networks with both labels, the near ones by the CE, the label's way back."""
    node, far = bench.pe_nodes[site], 3 - site
    for vpn in l3vpn.VPNS:
        routes = kernel.table(node, l3vpn.TABLE[vpn])
        for network in l3vpn.networks(vpn, far):
            expect_equal(kernel.paths(node, routes[network]),
                         [(f"172.16.{site}.254", "core", [l3vpn.TRANSPORT[far], bench.label(vpn, far)])], f"{vpn} {network}")
        for network in l3vpn.networks(vpn, site):
            expect_equal(kernel.paths(node, routes[network]), [(f"10.{site}.0.2", f"ce-{vpn}", [])], f"{vpn} {network}")
        entry = kernel.labels(node)[bench.label(vpn, site)]
        expect_equal(kernel.vrf_table(node, entry["dev"]), l3vpn.TABLE[vpn], f"the table that {vpn}'s label leads to")
        expect_equal(routes["0.0.0.0/0"]["type"], "unreachable", f"{vpn}'s default")
        expect(bench.pe[site].audit_clean(), "fib audit", bench.pe[site].ctl("fib", "audit"))


def check_what_ces_see(bench, site):
    """A CE behind a vrfd PE gets the far routes with the provider's AS, the PE as next hop and no route target."""
    name = "red1" if site == 1 else "blue2"
    vpn, far = name[:-1], 3 - site
    seen = bench.ce[name].routes()[l3vpn.networks(vpn, far)[1]]
    expect_equal(seen["as_path"], f"65000 {l3vpn.CE_AS[f'{vpn}{far}']}", f"AS path at {name}")
    expect_equal(seen["next_hop"], f"10.{site}.0.1", f"next hop at {name}")
    expect("ext_community" not in seen, f"no extended community at {name}", seen)


def run(lab, pe1, pe2):
    bench = L3vpn(lab, pe1, pe2).start().wait_up()
    bench.check_reachability()
    bench.check_isolation()
    check_labels(bench)
    for site, kind in bench.kinds.items():
        if kind == "vrfd":
            check_kernel(bench, site)
            check_what_ces_see(bench, site)
    return bench


@limits(timeout=240, weight=70)
def test_vrfd_and_frr(lab):
    bench = run(lab, "vrfd", "frr")
    frr = bench.pe[2]
    route = frr.vpn_routes()[l3vpn.rd("red", 1)]
    expect("192.168.1.0/24" in route and "10.1.0.0/24" in route, "vrfd's VPN routes at FRR", route)


@limits(timeout=240, weight=70)
def test_frr_and_vrfd(lab):
    run(lab, "frr", "vrfd")


@limits(timeout=240, weight=70)
def test_vrfd_and_vrfd(lab):
    run(lab, "vrfd", "vrfd")


@limits(timeout=240, weight=60)
def test_a_site_goes_and_comes(lab):
    """What a CE withdraws leaves the far kernel and the far CE, and returns."""
    bench = L3vpn(lab, "vrfd", "vrfd").start().wait_up()
    network, node = l3vpn.networks("blue", 1)[1], bench.pe_nodes[2]
    bench.ce["blue1"].withdraw(network)
    wait_for(lambda: network not in bench.ce_routes("blue2"), 10, "the far CE has lost it")
    wait_for(lambda: network not in kernel.table(node, l3vpn.TABLE["blue"]), 10, "the far kernel has lost it")
    expect(l3vpn.networks("blue", 1)[0] in bench.ce_routes("blue2"), "the other network stays")
    bench.ce["blue1"].announce(network)
    wait_for(lambda: network in kernel.table(node, l3vpn.TABLE["blue"]), 10, "it is back in the far kernel")
    wait_for(lambda: network in bench.ce_routes("blue2"), 10, "it is back at the far CE")
    bench.check_reachability()
