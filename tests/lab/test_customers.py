"""What customers ask of their provider's edge: own AS numbers, default routes, marks, what they may see."""

from lab import bgp, kernel
from lab.discovery import lab as limits
from lab.edge import AS, RD, TABLE, TARGET, Edge
from lab.frr import Frr
from lab.wait import expect, expect_equal, stays, wait_equal, wait_for

VPN = {"as": AS, "connect_retry": 1, "families": {"vpnv4": {}}}


def vpn_peer(edge, name="core"):
    """The VPN peer that sees what vrfd exports."""
    return edge.speaker(name, AS, ("vpnv4",)).connect()


def vpn_prefixes(speaker, vpn="red"):
    return set(speaker.prefixes("vpnv4", RD[vpn]))


@limits(timeout=200, weight=50, plain=True)
def test_default_originate(lab):
    """A CE that may have nothing but a default route gets one, though there is none, and loses it again."""
    edge = Edge(lab, ["red_frr", "red_b"])
    families = {"ipv4": {"import_policy": "any", "export_policy": "none", "default_originate": {"policy": "default"}}}
    config = edge.config({"red_frr": {"as": 65101, "families": families}, "red_b": {"as": 65102}})
    config["fib"] = False
    config["policies"].update({"none": [{"then": "reject"}], "default": [{"set": {"med": 77}, "then": "accept"}]})
    edge.start(config)
    frr = edge.frr("red_frr", 65101)
    other = edge.speaker("red_b", 65102).connect()
    other.announce(["10.102.1.0/24"])
    wait_for(lambda: "0.0.0.0/0" in frr.routes(), 40, "FRR has a default route")
    path = frr.routes()["0.0.0.0/0"][0]
    expect_equal((path["path"], path["metric"], path["nexthops"][0]["ip"]), ("65000", 77, edge.own("red_frr")), "the default route")
    expect_equal(set(frr.routes()), {"0.0.0.0/0"}, "all that FRR has")
    expect_equal(set(other.prefixes()), set(), "the other CE was not given a default")

    def turn_off(changed):
        edge.keys(changed, "red_frr")["families"]["ipv4"]["default_originate"] = False
    edge.change(turn_off)
    pending = edge.vrfd.ctl("show pending").json["pending"]
    expect_equal([(row["change"], row["direction"]) for row in pending], [("default_originate", "export")], "what waits")
    expect("0.0.0.0/0" in frr.routes(), "until a refresh it stays")
    edge.vrfd.ctl(pending[0]["command"]).expect_code(0)
    wait_for(lambda: "0.0.0.0/0" not in frr.routes(), 10, "the default route is withdrawn")
    expect(edge.up("red_frr"), "the session stayed up")


@limits(timeout=240, weight=70, plain=True)
def test_own_as_of_an_instance_and_ibgp_to_the_ce(lab):
    """The instance has an AS and a router id of its own; FRR in that AS is an internal peer, BIRD an external one."""
    edge = Edge(lab, ["red_frr", "red_bird", "core"])
    config = edge.config({"red_frr": {"as": 65010, "next_hop_self": True}, "red_bird": {"as": 65102}, "core": VPN})
    config["fib"] = False
    config["vpn_instances"]["red"].update({"as": 65010, "router_id": "10.255.9.9"})
    edge.start(config)
    frr = edge.frr("red_frr", 65010, networks=["10.101.1.0/24"], local_as=65010)
    bird = edge.bird("red_bird", 65102, ["10.102.1.0/24"], local_as=65010)
    core = vpn_peer(edge)
    core.announce_vpn(["10.103.0.0/16"], "65000:9", 900, [TARGET["red"]], as_path=[65103])
    wait_for(lambda: {"10.102.1.0/24", "10.103.0.0/16"} <= set(frr.routes()), 40, "FRR has the others' routes")
    expect_equal(edge.row("red_frr")["type"], "internal", "FRR's type")
    expect_equal(frr.neighbor(edge.own("red_frr"))["remoteRouterId"], "10.255.9.9", "the instance's router id")
    imported = frr.routes()["10.103.0.0/16"][0]
    expect_equal((imported["path"], imported["pathFrom"], imported["nexthops"][0]["ip"]),
                 ("65103", "internal", edge.own("red_frr")), "a VPN route at the internal CE")
    expect_equal(frr.routes()["10.102.1.0/24"][0]["path"], "65102", "BIRD's route at the internal CE")
    wait_for(lambda: "10.101.1.0/24" in bird.routes(), 10, "BIRD has FRR's route")
    expect_equal(bird.routes()["10.101.1.0/24"]["as_path"], "65010", "FRR's route at the external CE")
    wait_for(lambda: {"10.101.1.0/24", "10.102.1.0/24"} <= vpn_prefixes(core), 10, "both go into the VPN")
    expect_equal(core.prefixes("vpnv4", RD["red"])["10.101.1.0/24"].as_path(), [], "path of FRR's route in the VPN")


@limits(timeout=240, weight=60, plain=True)
def test_local_as(lab):
    """Another own AS towards one peer: before the real one, or in its place; in received paths, or not."""
    edge = Edge(lab, ["red_frr", "red_b"])
    local_as = {"as": 64999}
    edge.start(edge.config({"red_frr": {"as": 65101, "local_as": local_as}, "red_b": {"as": 65102}}, fib=False))
    frr = edge.frr("red_frr", 65101, networks=["10.101.1.0/24"], local_as=64999)
    other = edge.speaker("red_b", 65102).connect()
    other.announce(["10.102.1.0/24"])
    wait_for(lambda: "10.102.1.0/24" in frr.routes() and "10.101.1.0/24" in other.prefixes(), 40, "routes both ways")
    expect_equal(frr.routes()["10.102.1.0/24"][0]["path"], "64999 65000 65102", "path at FRR")
    expect_equal(other.prefixes()["10.101.1.0/24"].as_path(), [65000, 64999, 65101], "path of FRR's route")

    def only_the_other(config):
        edge.keys(config, "red_frr")["local_as"] = {"as": 64999, "prepend": False, "replace": True}
    edge.change(only_the_other)
    pending = edge.vrfd.ctl("show pending").json["pending"]
    expect_equal([row["change"] for row in pending], ["local_as"], "what waits for a reset")
    edge.vrfd.ctl(pending[0]["command"]).expect_code(0)
    wait_for(lambda: frr.routes()["10.102.1.0/24"][0]["path"] == "64999 65102", 40, "only the other AS is sent")
    wait_for(lambda: other.prefixes()["10.101.1.0/24"].as_path() == [65000, 65101], 20, "and is not put into received paths")


@limits(timeout=240, weight=70, plain=True)
def test_sites_of_one_customer(lab):
    """Two sites in one AS: as_override lets them hear of each other, a site of origin keeps a site's routes out of it."""
    edge = Edge(lab, ["red_frr", "red_bird", "red_c"])
    config = edge.config({"red_frr": {"as": 65101, "as_override": True}, "red_bird": {"as": 65101},
                          "red_c": {"as": 65103, "allow_as_in": 1}})
    config["fib"] = False
    edge.start(config)
    frr = edge.frr("red_frr", 65101, networks=["10.101.1.0/24"])
    bird = edge.bird("red_bird", 65101, ["10.102.1.0/24"])
    third = edge.speaker("red_c", 65103).connect()
    third.announce(["10.103.1.0/24"], as_path=[65103, 65000])
    third.announce(["10.103.2.0/24"], as_path=[65103, 65000, 65000])
    wait_for(lambda: {"10.102.1.0/24", "10.103.1.0/24"} <= set(frr.routes()), 40, "FRR has the other site's route")
    expect_equal(frr.routes()["10.102.1.0/24"][0]["path"], "65000 65000", "its path")
    expect("10.101.1.0/24" not in bird.routes(), "without as_override BIRD refuses its own AS", bird.routes())
    rows = {row["prefix"]: row for row in edge.vrfd.routes("vpn-instance red ipv4-family routes received peer", edge.address("red_c"))}
    expect_equal((rows["10.103.1.0/24"]["state"], rows["10.103.2.0/24"]["state"], rows["10.103.2.0/24"]["reason"]),
                 ("accepted", "ineligible", "as_path_loop"), "the own AS once is allowed, twice is not")

    def mark(changed):
        for name in ("red_frr", "red_bird"):
            edge.keys(changed, name).update({"site_of_origin": "65000:7", "as_override": True})
    edge.change(mark)
    commands = {row["command"] for row in edge.vrfd.ctl("show pending").json["pending"]}
    expect_equal(len(commands), 4, f"refreshes both ways for both peers: {commands}")
    for command in sorted(commands):
        edge.vrfd.ctl(command).expect_code(0)
    wait_for(lambda: "10.102.1.0/24" not in frr.routes(), 20, "the site's own route is withdrawn from FRR")
    expect("10.103.1.0/24" in frr.routes(), "another site's route stays")
    stays(lambda: "10.101.1.0/24" not in bird.routes(), 2, "BIRD is not sent its site's route either")
    marked = third.prefixes()["10.102.1.0/24"].extended_communities()
    expect_equal(marked, [bytes.fromhex("0003fde800000007")], "the mark on the site's route")
    # a route that comes back with the mark of the site is refused at the door
    refused = bgp.attribute(0xC0, bgp.EXTENDED_COMMUNITIES, bytes.fromhex("0003fde800000008"))

    def mark_third(changed):
        edge.keys(changed, "red_c")["site_of_origin"] = "65000:8"
    edge.change(mark_third)
    edge.vrfd.ctl(f"refresh bgp vpn-instance red ipv4-family {edge.address('red_c')} import").expect_code(0)
    third.announce(["10.103.9.0/24"], extra=refused)

    def reason():
        found = edge.vrfd.routes("vpn-instance red ipv4-family routes received peer", edge.address("red_c"))
        return {row["prefix"]: row["reason"] for row in found}.get("10.103.9.0/24")
    wait_for(lambda: reason() == "site_of_origin_loop", 10, "a route of the site that comes from the site")


@limits(timeout=200, weight=40, plain=True)
def test_remove_private_as(lab):
    edge = Edge(lab, ["red_bird", "red_b"])
    edge.start(edge.config({"red_bird": {"as": 3320, "remove_private_as": True}, "red_b": {"as": 65102}}, **{"as": 3303, "fib": False}))
    bird = edge.bird("red_bird", 3320, local_as=3303)
    other = edge.speaker("red_b", 65102, peer_as=3303).connect()
    other.announce(["10.102.1.0/24"], as_path=[65102, 64512])
    other.announce(["10.102.2.0/24"], as_path=[65102, 701])
    wait_for(lambda: {"10.102.1.0/24", "10.102.2.0/24"} <= set(bird.routes()), 40, "BIRD has both")
    paths = {prefix: known["as_path"] for prefix, known in bird.routes().items()}
    expect_equal((paths["10.102.1.0/24"], paths["10.102.2.0/24"]), ("3303", "3303 65102 701"), "where all are private")
    for mode, wanted in (("all", "3303 701"), ("replace", "3303 3303 701")):
        def become(config):
            edge.keys(config, "red_bird")["remove_private_as"] = mode
        edge.change(become)
        edge.vrfd.ctl("refresh bgp vpn-instance red ipv4-family all export").expect_code(0)
        wait_for(lambda: bird.routes()["10.102.2.0/24"]["as_path"] == wanted, 10, f"path with {mode}")


@limits(timeout=240, weight=60)
def test_import_routes_and_networks(lab):
    """Kernel routes of each kind follow into the VPN with their policies and out again; networks need no kernel route."""
    edge = Edge(lab, ["red_a", "red_frr", "core"])
    config = edge.config({"red_a": {"as": 65101}, "red_frr": {"as": 65102}, "core": VPN})
    config["vpn_instances"]["red"].update({
        "import_routes": ["direct", {"source": "static", "policy": "static"}, {"source": "kernel", "policy": "others"}],
        "networks": ["10.9.0.0/16", {"prefix": "10.8.0.0/16", "policy": "marked"}]})
    config["prefix_lists"] = {"ten": [{"prefix": "10.50.0.0/16", "le": 24}]}
    config["policies"].update({"static": [{"match": {"prefix_list": "ten"}, "set": {"med": 5}, "then": "accept"}],
                               "others": [{"set": {"communities": {"add": ["65000:42"]}}, "then": "accept"}],
                               "marked": [{"set": {"med": 8}, "then": "accept"}]})
    edge.start(config)
    frr = edge.frr("red_frr", 65102)
    core = vpn_peer(edge)
    direct = {"10.0.1.0/24", "10.0.2.0/24"}
    networks = {"10.8.0.0/16", "10.9.0.0/16"}
    wait_for(lambda: vpn_prefixes(core) == direct | networks, 20, "links and networks are in the VPN")
    expect("10.9.0.0/16" not in kernel.table(edge.node, TABLE["red"]), "the kernel needs no route for a network")

    def route(verb, *words):
        edge.node.ip("route", verb, *words, "table", str(TABLE["red"]))
    route("add", "10.50.1.0/24", "via", "10.0.1.2", "proto", "static")
    route("add", "10.60.1.0/24", "via", "10.0.1.2", "proto", "static")
    route("add", "10.70.1.0/24", "via", "10.0.1.2", "proto", "99")
    wait_for(lambda: {"10.50.1.0/24", "10.70.1.0/24"} <= vpn_prefixes(core), 10, "a static route and one of another daemon")
    known = core.prefixes("vpnv4", RD["red"])
    expect("10.60.1.0/24" not in known, "what the policy refuses stays out")
    expect_equal((known["10.50.1.0/24"].number(bgp.MED), known["10.70.1.0/24"].communities(), known["10.8.0.0/16"].number(bgp.MED)),
                 (5, ["65000:42"], 8), "what the policies set")
    wait_for(lambda: {"10.50.1.0/24", "10.9.0.0/16", "10.0.1.0/24"} <= set(frr.routes()), 20, "FRR as a CE has them, too")
    expect_equal((frr.routes()["10.50.1.0/24"][0]["path"], frr.routes()["10.50.1.0/24"][0]["origin"]), ("65000", "incomplete"), "at FRR")

    route("del", "10.50.1.0/24")
    wait_for(lambda: "10.50.1.0/24" not in vpn_prefixes(core), 5, "a static route that goes is withdrawn")
    edge.node.ip("address", "add", "10.0.77.1/24", "dev", "e1")
    wait_for(lambda: "10.0.77.0/24" in vpn_prefixes(core), 5, "a second address of the link")
    edge.node.ip("link", "set", "e1", "down")
    wait_for(lambda: not {"10.0.1.0/24", "10.0.77.0/24", "10.70.1.0/24"} & vpn_prefixes(core), 10, "the link's routes are withdrawn")
    wait_for(lambda: "10.0.1.0/24" not in frr.routes(), 10, "at FRR, too")
    edge.node.ip("link", "set", "e1", "up")
    wait_for(lambda: {"10.0.1.0/24", "10.0.77.0/24"} <= vpn_prefixes(core), 10, "and come back with it")
    edge.node.ip("link", "set", "e1", "nomaster")
    wait_for(lambda: edge.node.ip_json("link", "show", "e1")[0].get("master") == "red", 20, "vrfd takes its interface back")
    wait_for(lambda: "10.0.1.0/24" in vpn_prefixes(core), 20, "and its prefix is in the VPN")

    def without(changed):
        changed["vpn_instances"]["red"].update({"import_routes": [], "networks": ["10.9.0.0/16"]})
    edge.change(without)
    wait_for(lambda: vpn_prefixes(core) == {"10.9.0.0/16"}, 10, "no longer imported: withdrawn")
    expect(edge.up("core") and edge.up("red_frr"), "no session went down")


@limits(timeout=240, weight=50, plain=True)
def test_communities_towards_a_ce(lab):
    """Each kind by choice; route targets only where asked for; no-export stays within the AS."""
    edge = Edge(lab, ["red_frr", "red_b"])
    edge.start(edge.config({"red_frr": {"as": 65101}, "red_b": {"as": 65102}}, fib=False))
    frr = edge.frr("red_frr", 65101)
    other = edge.speaker("red_b", 65102).connect()
    colour = bytes.fromhex("030b000000000064")   # color:100, transitive
    extra = (bgp.attribute(0xC0, bgp.EXTENDED_COMMUNITIES, bgp.route_target("65102:5") + colour)
             + bgp.attribute(0xC0, bgp.LARGE_COMMUNITIES, bytes.fromhex("0000fde80000000100000002")))
    other.announce(["10.102.1.0/24"], communities=["65102:1"], extra=extra)
    other.announce(["10.102.2.0/24"], communities=["65535:65281"])   # no-export
    wait_for(lambda: "10.102.1.0/24" in frr.routes(), 40, "FRR has the route")

    def seen():
        path = frr.json("show bgp ipv4 unicast 10.102.1.0/24")["paths"][0]
        return tuple(path.get(kind, {}).get("string") for kind in ("community", "extendedCommunity", "largeCommunity"))
    standard, extended, large = seen()
    expect_equal((standard, large), ("65102:1", "65000:1:2"), "standard and large communities arrive")
    expect(extended and "RT" not in extended, "extended ones without route targets", extended)
    expect("10.102.2.0/24" not in frr.routes(), "no-export is honoured")

    def choose(kinds):
        def edit(config):
            edge.keys(config, "red_frr")["send_communities"] = kinds
        edge.change(edit)
        edge.vrfd.ctl("refresh bgp vpn-instance red ipv4-family all export").expect_code(0)
    choose(["large"])
    wait_for(lambda: seen() == (None, None, "65000:1:2"), 10, "large communities only")
    choose(["route_targets"])
    wait_for(lambda: seen()[0] is None and "RT:65102:5" in (seen()[1] or "") and seen()[2] is None, 10, "route targets only")
    choose([])
    wait_for(lambda: seen() == (None, None, None), 10, "none at all")


def frr_with_ipv6(edge, name):
    own = edge.own(name, 6)
    return Frr(edge.nodes[name], f"""router bgp 65101
 bgp router-id {edge.address(name)}
 no bgp ebgp-requires-policy
 no bgp network import-check
 neighbor {own} remote-as 65000
 neighbor {own} timers connect 1
 address-family ipv6 unicast
  neighbor {own} activate
  network 2001:db8:101::/48
 exit-address-family
exit
""").start()


@limits(timeout=240, weight=60)
def test_ipv6_ce(lab):
    """A CE with IPv6: routes come in over an IPv6 session, into the kernel and the VPN, and others go out to it."""
    edge = Edge(lab, ["red_frr", "red_b", "core"])
    families6 = {"ipv6": {"import_policy": "any", "export_policy": "any"}}
    config = edge.config({"red_b": {"as": 65102}, "core": {**VPN, "families": {"vpnv6": {}}}})
    config["vpn_instances"]["red"]["peers"][edge.address("red_frr", 6)] = {"as": 65101, "connect_retry": 1, "families": families6}
    config["vpn_instances"]["red"]["import_routes"] = ["direct"]
    edge.start(config)
    own = edge.own("red_frr", 6)
    frr = frr_with_ipv6(edge, "red_frr")
    core = edge.speaker("core", AS, ("vpnv6",)).connect()
    wait_for(lambda: edge.up("red_frr", 6), 40, "the IPv6 session")
    wait_for(lambda: "2001:db8:101::/48" in kernel.bgp_routes(edge.node, TABLE["red"], "-6"), 10, "FRR's network in the kernel")
    wait_for(lambda: "2001:db8:101::/48" in core.prefixes("vpnv6", RD["red"]), 10, "and in the VPN")
    wait_for(lambda: "2001:db8:2::/64" in frr.routes("ipv6 unicast"), 10, "the other link's prefix at FRR")
    path = frr.routes("ipv6 unicast")["2001:db8:2::/64"][0]
    expect_equal(path["path"], "65000", "its path")
    expect(own in [hop["ip"] for hop in path["nexthops"]], "vrfd's address is a next hop", path["nexthops"])
    frr.configure("router bgp 65101", "address-family ipv6 unicast", "no network 2001:db8:101::/48")
    wait_for(lambda: "2001:db8:101::/48" not in kernel.bgp_routes(edge.node, TABLE["red"], "-6"), 10, "withdrawn from the kernel")
    wait_for(lambda: "2001:db8:101::/48" not in core.prefixes("vpnv6", RD["red"]), 10, "and from the VPN")


@limits(weight=25)
def test_name_and_table_of_the_vrf_device(lab):
    """The operator's choice; another one takes interfaces and routes along, and the neighbour is told."""
    edge = Edge(lab, ["red_a"])
    config = edge.config({"red_a": {"as": 65101}})
    config["vpn_instances"]["red"]["vrf_device"] = "cust-red"
    edge.start(config)
    peer = edge.speaker("red_a", 65101, persistent=True).connect()
    peer.announce(["10.101.0.0/16"])

    def seen():
        row = edge.vrfd.instance("red")
        table = kernel.vrf_table(edge.node, row["vrf_device"])
        return {"master": edge.node.ip_json("link", "show", "e1")[0].get("master"), "device": row["vrf_device"],
                "state": row["device_state"], "table": table, "routes": sorted(kernel.bgp_routes(edge.node, table))}

    def whole(name, table):
        return {"master": name, "device": name, "state": "up", "table": table, "routes": ["10.101.0.0/16"]}

    def change(key, value):
        edge.change(lambda config: config["vpn_instances"]["red"].update({key: value}))
    wait_equal(seen, whole("cust-red", TABLE["red"]), 15, "device, interface and route under the chosen name")
    change("vrf_device", "other")
    wait_equal(seen, whole("other", TABLE["red"]), 15, "the same under another name")
    expect_equal([note[:2] for note in peer.notifications], [(6, 6)], "what the neighbour was told")
    change("table", 77)
    wait_equal(seen, whole("other", 77), 15, "the same in another table")
    names = [link["ifname"] for link in edge.node.ip_json("link", "show", "type", "vrf")]
    expect_equal(names, ["other"], "VRF devices")


@limits(timeout=200, weight=50, plain=True)
def test_import_routes_of_the_public_instance(lab):
    """Kernel routes of each kind of the main table, with their policies, seen by FRR; networks without a kernel route."""
    edge = Edge(lab, ["core_frr", "core_b"])
    config = edge.config({"core_frr": {"as": 65101}}, public={
        "import_routes": ["direct", {"source": "static", "policy": "static"}, {"source": "kernel", "policy": "others"}],
        "networks": ["10.9.0.0/16", {"prefix": "10.8.0.0/16", "policy": "marked"}]})
    config["prefix_lists"] = {"ten": [{"prefix": "10.50.0.0/16", "le": 24}]}
    config["policies"].update({"static": [{"match": {"prefix_list": "ten"}, "then": "accept"}],
                               "others": [{"set": {"communities": {"add": ["65000:42"]}}, "then": "accept"}],
                               "marked": [{"set": {"communities": {"add": ["65000:8"]}}, "then": "accept"}]})
    edge.start(config)
    frr = edge.frr("core_frr", 65101)

    def seen():
        return set(frr.routes())

    def community(prefix):
        return frr.json(f"show bgp ipv4 unicast {prefix}")["paths"][0].get("community", {}).get("string")
    base = {"10.0.1.0/24", "10.0.2.0/24", "10.8.0.0/16", "10.9.0.0/16"}
    wait_for(lambda: seen() == base, 40, "links and networks at FRR")
    expect("10.9.0.0/16" not in kernel.table(edge.node, 254), "the kernel needs no route for a network")
    edge.node.ip("route", "add", "10.50.1.0/24", "via", "10.0.2.2", "proto", "static")
    edge.node.ip("route", "add", "10.60.1.0/24", "via", "10.0.2.2", "proto", "static")
    edge.node.ip("route", "add", "10.70.1.0/24", "via", "10.0.2.2", "proto", "99")
    wait_for(lambda: seen() == base | {"10.50.1.0/24", "10.70.1.0/24"}, 10, "a static route and one of another daemon")
    expect_equal((community("10.70.1.0/24"), community("10.8.0.0/16"), community("10.50.1.0/24")), ("65000:42", "65000:8", None),
                 "what the policies set")
    edge.node.ip("route", "del", "10.50.1.0/24")
    wait_for(lambda: "10.50.1.0/24" not in seen(), 5, "a static route that goes is withdrawn")
    edge.node.ip("address", "add", "10.0.77.1/24", "dev", "e2")
    wait_for(lambda: "10.0.77.0/24" in seen(), 5, "a second address of the link")
    edge.node.ip("link", "set", "e2", "down")
    wait_for(lambda: seen() == {"10.0.1.0/24", "10.8.0.0/16", "10.9.0.0/16"}, 10, "the link's routes are withdrawn")
    edge.node.ip("link", "set", "e2", "up")
    wait_for(lambda: {"10.0.2.0/24", "10.0.77.0/24"} <= seen(), 10, "and come back with it")

    def without(changed):
        changed["public"] = {"networks": ["10.9.0.0/16"]}
    edge.change(without)
    wait_for(lambda: seen() == {"10.9.0.0/16"}, 10, "no longer imported: withdrawn")
    expect(edge.up("core_frr"), "the session stayed up")


@limits(timeout=200, weight=40, plain=True)
def test_ipv6_session(lab):
    """IPv6 routes over an IPv6 session with FRR, into the main table and out to it."""
    edge = Edge(lab, ["core_frr", "core_b"])
    families6 = {"ipv6": {"import_policy": "any", "export_policy": "any"}}
    config = edge.config({}, public={"import_routes": ["direct"]})
    config["peers"][edge.address("core_frr", 6)] = {"as": 65101, "connect_retry": 1, "families": families6}
    edge.start(config)
    frr = frr_with_ipv6(edge, "core_frr")
    wait_for(lambda: edge.up("core_frr", 6), 40, "the IPv6 session")
    wait_for(lambda: "2001:db8:101::/48" in kernel.bgp_routes(edge.node, 254, "-6"), 10, "FRR's network in the kernel")
    wait_for(lambda: "2001:db8:2::/64" in frr.routes("ipv6 unicast"), 10, "the other link's prefix at FRR")
    path = frr.routes("ipv6 unicast")["2001:db8:2::/64"][0]
    expect_equal(path["path"], "65000", "its path")
    expect(edge.own("core_frr", 6) in [hop["ip"] for hop in path["nexthops"]], "vrfd's address is a next hop", path["nexthops"])
    frr.configure("router bgp 65101", "address-family ipv6 unicast", "no network 2001:db8:101::/48")
    wait_for(lambda: "2001:db8:101::/48" not in kernel.bgp_routes(edge.node, 254, "-6"), 10, "withdrawn from the kernel")


@limits(timeout=120, weight=25)
def test_equal_paths_of_several_ces(lab):
    """Two links of one customer, by eBGP and by iBGP: both carry, and one when the other ends. The path of another AS is not
    equal, however short."""
    ways = ["red_a", "red_b", "red_other", "blue_a", "blue_b"]
    edge = Edge(lab, ways)
    as_of = {"red_a": 65101, "red_b": 65101, "red_other": 65102, "blue_a": AS, "blue_b": AS}
    config = edge.config({name: {"as": asn} for name, asn in as_of.items()})
    for vpn in ("red", "blue"):
        config["vpn_instances"][vpn]["maximum_paths"] = 4
    edge.start(config)
    prefix = "10.50.0.0/16"
    peers = {name: edge.speaker(name, asn).connect() for name, asn in as_of.items()}
    for name, peer in peers.items():
        peer.announce([prefix], as_path=(65200,) if as_of[name] == AS else None)

    def legs(vpn):
        return sorted(kernel.paths(edge.node, kernel.bgp_routes(edge.node, TABLE[vpn])[prefix]))

    def through(*names):
        return sorted((edge.address(name), f"e{edge.number(name)}", []) for name in names)
    wait_equal(lambda: legs("red"), through("red_a", "red_b"), 15, "both links by eBGP")
    wait_equal(lambda: legs("blue"), through("blue_a", "blue_b"), 15, "both links by iBGP")
    edge.change(lambda changed: changed["vpn_instances"]["red"].update(maximum_paths=1))
    wait_equal(lambda: len(legs("red")), 1, 10, "one path is enough")
    edge.change(lambda changed: changed["vpn_instances"]["red"].update(maximum_paths=4))
    wait_equal(lambda: legs("red"), through("red_a", "red_b"), 10, "both again")
    for vpn in ("red", "blue"):
        peers[f"{vpn}_a"].close()
        wait_equal(lambda one=vpn: legs(one), through(f"{vpn}_b"), 10, "the other link carries all")
