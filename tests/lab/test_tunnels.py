"""A core without MPLS: labelled packets go from one PE to the other through a tunnel device."""

from lab import kernel, l3vpn
from lab.discovery import lab as limits
from lab.l3vpn import L3vpn, address, own_address
from lab.wait import expect_equal, wait_for


class Tunnelled(L3vpn):
    """The classic bench with a GRE tunnel between the PEs (RFC 4023) instead of a labelled path."""

    def _wire(self, site):
        pe, other = self.pe_nodes[site], 3 - site
        self.lab.link((pe, "core", f"172.16.{site}.1/24"), (self.p, f"pe{site}", f"172.16.{site}.254/24"))
        self.lab.address(pe, "lo", f"10.255.0.{site}/32")
        for vpn in self.vpns:
            ce = self.ce_nodes[f"{vpn}{site}"]
            self.lab.link((pe, f"ce-{vpn}", f"10.{site}.0.1/24"), (ce, "eth0", f"10.{site}.0.2/24"))
            for one in (address(site), own_address(vpn, site)):
                self.lab.address(ce, "lo", f"{one}/24")
        self.lab.command(pe, f"route add 172.16.{other}.0/24 via 172.16.{site}.254",
                         f"link add tunnel type gre local 172.16.{site}.1 remote 172.16.{other}.1 ttl 64",
                         f"addr add 10.99.0.{site}/24 dev tunnel", "link set tunnel up",
                         f"route add 10.255.0.{other}/32 via 10.99.0.{other} dev tunnel src 10.255.0.{site}")


@limits(timeout=240, weight=70)
def test_a_core_without_mpls(lab):
    configure, l3vpn.vrfd_config = l3vpn.vrfd_config, lambda site, vpns: {**configure(site, vpns), "core_interfaces": ["tunnel"]}
    try:
        bench = Tunnelled(lab, "vrfd", "vrfd", vpns=("red",)).start().wait_up()
    finally:
        l3vpn.vrfd_config = configure
    bench.check_reachability()
    label = bench.label("red", 2)
    network = l3vpn.networks("red", 2)[0]
    expect_equal(kernel.paths(bench.pe_nodes[1], kernel.table(bench.pe_nodes[1], l3vpn.TABLE["red"])[network]),
                 [("10.99.0.2", "tunnel", [label])], "the far site's route")
    bench.pe_nodes[1].ip("link", "set", "tunnel", "down")
    wait_for(lambda: network not in kernel.bgp_routes(bench.pe_nodes[1], l3vpn.TABLE["red"]), 10, "without the tunnel the far site is gone")
    bench.pe_nodes[1].ip("link", "set", "tunnel", "up")
    bench.pe_nodes[1].ip("route", "replace", "10.255.0.2/32", "via", "10.99.0.2", "dev", "tunnel", "src", "10.255.0.1")
    wait_for(lambda: bench.ce_nodes["red1"].ping(own_address("red", 2), source=address(1)), 40, "and with it it is back")
