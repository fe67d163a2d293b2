"""The public instance as an ordinary router (a CPE): providers, default routes, IPv4 over IPv6 sessions, 6PE."""

from lab import kernel
from lab.bird import Bird
from lab.discovery import lab as limits
from lab.edge import ACCEPT, AS, Edge
from lab.speaker import Speaker
from lab.vrfd import Vrfd
from lab.wait import expect, expect_equal, stays, wait_for

OWN, DEFAULT = "198.51.100.0/24", "0.0.0.0/0"


def default_of(node):
    route = kernel.bgp_routes(node, 254).get(DEFAULT)
    return kernel.paths(node, route) if route else None


@limits(timeout=120, weight=60, plain=True)
def test_a_cpe_with_two_providers(lab):
    """Defaults from both, the first preferred; the own network to both; nobody's routes to the other."""
    edge = Edge(lab, ["core_first", "core_second"])
    policies = {"any": ACCEPT, "own": [{"match": {"as_path": "^$"}, "then": "accept"}, {"then": "reject"}],
                "preferred": [{"set": {"local_preference": 200}, "then": "accept"}]}

    def provider(asn, import_policy):
        return {"as": asn, "families": {"ipv4": {"import_policy": import_policy, "export_policy": "own"}}}
    edge.start(edge.config({"core_first": provider(65301, "preferred"), "core_second": provider(65302, "any")},
                           public={"networks": [OWN]}, policies=policies, core_interfaces=[]))
    first, second = (edge.speaker(name, asn).connect() for name, asn in (("core_first", 65301), ("core_second", 65302)))
    second.announce([DEFAULT, "203.0.113.0/24"])
    wait_for(lambda: default_of(edge.node) == [("10.0.2.2", "e2", [])], 10, "the second's default, as long as it is the only one")
    first.announce([DEFAULT])
    wait_for(lambda: default_of(edge.node) == [("10.0.1.2", "e1", [])], 10, "the first's is preferred")
    for one in (first, second):
        wait_for(lambda: set(one.prefixes()) == {OWN}, 10, "the own network, and nothing of the other provider")
        expect_equal(one.prefixes()[OWN].as_path(), [AS], "its path")
    stays(lambda: set(first.prefixes()) == {OWN}, 1, "no transit")
    first.close()
    wait_for(lambda: default_of(edge.node) == [("10.0.2.2", "e2", [])], 10, "without the first the second serves")
    expect("203.0.113.0/24" in kernel.bgp_routes(edge.node, 254), "and its other route is where it was")


@limits(timeout=120, weight=60, plain=True)
def test_ipv4_routes_over_an_ipv6_session(lab):
    """RFC 8950 with BIRD, both ways: the kernel sends IPv4 packets to an IPv6 gateway."""
    edge = Edge(lab, ["core_bird"])
    lab.address(edge.node, "lo", "10.77.0.1/32")
    lab.address(edge.nodes["core_bird"], "lo", "10.88.0.1/32")
    config = edge.config({}, public={"networks": ["10.77.0.1/32"]}, core_interfaces=[])
    config["peers"][edge.address("core_bird", 6)] = {"as": 65101, "connect_retry": 1, "families": {"ipv4": {"import_policy": "any", "export_policy": "any"}}}
    edge.start(config)
    bird = Bird(edge.nodes["core_bird"], f"""router id 10.88.0.1;
protocol static {{ ipv4; route 10.88.0.1/32 via "lo"; }}
protocol kernel {{ ipv4 {{ import none; export where source = RTS_BGP; }}; }}
protocol bgp uplink {{ local {edge.address("core_bird", 6)} as 65101; neighbor {edge.own("core_bird", 6)} as {AS};
  connect delay time 1; connect retry time 1;
  ipv4 {{ import all; export where source = RTS_STATIC; extended next hop on; }}; }}
""").start()
    wait_for(lambda: edge.up("core_bird", 6), 40, "the IPv6 session")
    wait_for(lambda: "10.88.0.1/32" in kernel.bgp_routes(edge.node, 254), 10, "BIRD's IPv4 network in the kernel")
    via = kernel.paths(edge.node, kernel.bgp_routes(edge.node, 254)["10.88.0.1/32"])[0]
    expect(":" in via[0] and via[1] == "e1", "by way of an IPv6 gateway", via)
    wait_for(lambda: "10.77.0.1/32" in bird.routes(), 10, "vrfd's network at BIRD")
    wait_for(lambda: edge.node.ping("10.88.0.1", "10.77.0.1", timeout=2), 10, "IPv4 packets cross")


@limits(timeout=120, weight=60)
def test_ipv6_over_an_ipv4_core(lab):
    """6PE (RFC 4798): two vrfd with labelled IPv6 routes over an IPv4 session, a core router without IPv6 between them."""
    nodes = {name: lab.node(name) for name in ("pe1", "p", "pe2")}
    for site in (1, 2):
        pe, other = nodes[f"pe{site}"], 3 - site
        lab.link((pe, "core", f"172.16.{site}.1/24"), (nodes["p"], f"pe{site}", f"172.16.{site}.254/24"))
        lab.address(pe, "lo", f"10.255.0.{site}/32")
        lab.address(pe, "lo", f"2001:db8:{site}::1/128")
        lab.command(nodes["p"], f"-f mpls route add 100{site} via inet 172.16.{site}.1 dev pe{site}",
                    f"route add 10.255.0.{site}/32 via 172.16.{site}.1")
        lab.command(pe, f"route add 10.255.0.{other}/32 encap mpls 100{other} via 172.16.{site}.254 dev core src 10.255.0.{site}")
    lab.router(nodes["p"], ["pe1", "pe2"])
    lab.build()
    routers = {}
    for site in (1, 2):
        routers[site] = Vrfd(nodes[f"pe{site}"], {
            "as": AS, "router_id": f"10.255.0.{site}", "core_interfaces": ["core"],
            "public": {"networks": [f"2001:db8:{site}::1/128"]}, "vpn_instances": {}, "policies": {"any": ACCEPT},
            "peers": {f"10.255.0.{3 - site}": {"as": AS, "connect_retry": 1, "update_source": f"10.255.0.{site}",
                                               "families": {"ipv6_labelled": {}}}}}).start()
    wait_for(lambda: "2001:db8:2::1/128" in kernel.bgp_routes(nodes["pe1"], 254, "-6"), 30, "the far network in the kernel")
    rows = routers[1].routes("ipv6_labelled routes 2001:db8:2::1/128")
    expect_equal([(row["next_hop"], row["labels"]) for row in rows], [("::ffff:10.255.0.2", [3])], "as it came")
    wait_for(lambda: nodes["pe1"].ping("2001:db8:2::1", "2001:db8:1::1", timeout=2), 20, "IPv6 packets cross the IPv4 core")
