"""Shapes of VPNs: one prefix from two PEs, routes shared between instances of one box, hub and spoke, reflection."""

from lab import bgp, kernel
from lab.discovery import lab as limits
from lab.many_peers import AS, BLUE_TABLE, BLUE_TARGET, MAKERS, PEERS, RED_RD, RED_TABLE, RED_TARGET, ManyPeers, address
from lab.route_watch import RouteWatch
from lab.wait import expect, expect_equal, stays, wait_for
from test_refresh import RED, check_job

PREFIX = "10.50.0.0/24"


def legs(node, table, prefix=PREFIX):
    return kernel.paths(node, kernel.bgp_routes(node, table)[prefix])


def through(name, label):
    return [(address(name), f"e{PEERS[name][0]}", [label])]


@limits(timeout=200, weight=60)
def test_one_prefix_from_two_pes_with_different_rds(lab):
    """The better path goes and comes: the kernel's route is replaced each time and never deleted, the CE never hears a
    withdrawal."""
    bench = ManyPeers(lab, ["red_speaker", "vpn_speaker", "vpn_far"]).start()
    ce, near, far = (bench.peers[name].router for name in bench.names)
    far.announce_vpn([PREFIX], "65202:3", 7003, [RED_TARGET])
    wait_for(lambda: legs(bench.node, RED_TABLE) == through("vpn_far", 7003), 10, "the only path")
    near.announce_vpn([PREFIX], "65000:2", 7002, [RED_TARGET], local_pref=200)
    wait_for(lambda: legs(bench.node, RED_TABLE) == through("vpn_speaker", 7002), 10, "the better path")
    rows = bench.vrfd.routes(RED, "routes", PREFIX)
    expect_equal({(row["best"], row["local_preference"]) for row in rows}, {(True, 200), (False, None)}, "red has both paths")
    wait_for(lambda: PREFIX in ce.prefixes(), 10, "the CE has it")

    def better_goes_by(what):
        ce.forget()
        with RouteWatch(bench.node) as watch:
            what()
            wait_for(lambda: legs(bench.node, RED_TABLE) == through("vpn_far", 7003), 5, "the other PE takes over")
        expect_equal(watch.deleted_routes, 0, "routes deleted meanwhile")
        wait_for(lambda: [route[2] for route in ce.announced] == [PREFIX], 5, "one UPDATE for the CE")
        expect_equal(ce.withdrawn, [], "withdrawals for the CE")
    better_goes_by(lambda: near.withdraw_vpn([PREFIX], "65000:2"))
    near.announce_vpn([PREFIX], "65000:2", 7002, [RED_TARGET], local_pref=200)
    wait_for(lambda: legs(bench.node, RED_TABLE) == through("vpn_speaker", 7002), 10, "and the better one is back")
    better_goes_by(near.close)


@limits(timeout=200, weight=60)
def test_equal_paths_of_two_pes(lab):
    """One prefix under two RDs, as good either way: with `maximum_paths` both legs are in the kernel, also of routes that were there."""
    bench = ManyPeers(lab, ["red_speaker", "vpn_speaker", "vpn_frr"])
    bench.vrfd.config = bench.config
    start_peers(bench, speakers=True)
    near, far = (bench.peers[name].router for name in bench.names[1:])
    near.announce_vpn([PREFIX], "65000:2", 7002, [RED_TARGET])
    far.announce_vpn([PREFIX], "65000:3", 7003, [RED_TARGET])
    wait_for(lambda: len(bench.vrfd.routes(RED, "routes", PREFIX)) == 2, 10, "red has both paths")
    wait_for(lambda: len(legs(bench.node, RED_TABLE)) == 1, 10, "one of them in the kernel")
    bench.config["vpn_instances"]["red"]["maximum_paths"] = 2
    bench.apply()
    both = sorted(through("vpn_speaker", 7002) + through("vpn_frr", 7003))
    wait_for(lambda: sorted(legs(bench.node, RED_TABLE)) == both, 10, "both of them")
    far.announce_vpn([PREFIX], "65000:3", 7003, [RED_TARGET], med=10, as_path=(65400,))
    wait_for(lambda: legs(bench.node, RED_TABLE) == through("vpn_speaker", 7002), 10, "a worse one is not equal")
    far.announce_vpn([PREFIX], "65000:3", 7003, [RED_TARGET])
    wait_for(lambda: sorted(legs(bench.node, RED_TABLE)) == both, 10, "equal again")
    near.close()
    wait_for(lambda: legs(bench.node, RED_TABLE) == through("vpn_frr", 7003), 10, "without one PE the other serves")


@limits(timeout=200, weight=60)
def test_a_backup_path_takes_over(lab):
    """The way to the better PE goes: one next-hop group is replaced, and pings hardly notice."""
    bench = ManyPeers(lab, ["red_speaker", "vpn_speaker", "vpn_far"])
    bench.config["vpn_instances"]["red"]["backup_path"] = True
    bench.vrfd.config = bench.config
    bench.start()
    near, far = (bench.peers[name].router for name in bench.names[1:])
    prefixes = [f"10.60.{number}.0/24" for number in range(50)]
    far.announce_vpn(prefixes, "65202:3", 7003, [RED_TARGET])
    near.announce_vpn(prefixes, "65000:2", 7002, [RED_TARGET], local_pref=200, next_hop="10.255.9.9")
    bench.node.ip("route", "add", "10.255.9.9/32", "via", address("vpn_speaker"))
    wait_for(lambda: legs(bench.node, RED_TABLE, prefixes[-1]) == through("vpn_speaker", 7002), 20, "the better path")
    wait_for(lambda: len({kernel.bgp_routes(bench.node, RED_TABLE)[one]["nhid"] for one in prefixes}) == 1, 10, "one group for all")
    ready = [one for one in kernel.nexthops(bench.node).values() if one.get("labels", "").strip() == "7003"]
    expect_equal({one["gateway"] for one in ready}, {address("vpn_far")}, "the backup stands ready")
    with RouteWatch(bench.node) as watch:
        bench.node.ip("route", "del", "10.255.9.9/32")
        wait_for(lambda: legs(bench.node, RED_TABLE, prefixes[0]) == through("vpn_far", 7003), 5, "the other PE takes over")
        wait_for(lambda: legs(bench.node, RED_TABLE, prefixes[-1]) == through("vpn_far", 7003), 5, "for all")
    expect_equal(watch.deleted_routes, 2, "deleted: the administrator's route, the label for the other AS that leads there")


@limits(timeout=200, weight=60)
def test_instances_of_one_box_share_routes(lab):
    """An extranet: blue imports red's target. Through the kernel's VRF devices, red's own addresses included."""
    bench = ManyPeers(lab, ["red_speaker", "blue_speaker", "vpn_speaker"])
    red, blue = (bench.config["vpn_instances"][name] for name in ("red", "blue"))
    red["import_routes"], blue["import_routes"] = ["direct"], ["direct"]
    blue["import_targets"] = [BLUE_TARGET, RED_TARGET]
    red["import_targets"] = [RED_TARGET, BLUE_TARGET]
    bench.vrfd.config = bench.config
    bench.start()
    bench.peers["red_speaker"].router.announce([PREFIX])
    ce, pe = bench.peers["blue_speaker"].router, bench.peers["vpn_speaker"].router
    wait_for(lambda: PREFIX in ce.prefixes(), 10, "blue's CE has red's route")
    expect_equal(ce.prefixes()[PREFIX].as_path(), [AS, 65103], "its AS path")
    wait_for(lambda: PREFIX in kernel.bgp_routes(bench.node, BLUE_TABLE), 5, "it is in blue's kernel table")
    expect_equal(legs(bench.node, BLUE_TABLE), [(None, "red", [])], "by way of red's device")
    expect(PREFIX in pe.prefixes("vpnv4", RED_RD), "the VPN has it with red's RD")
    expect(not [one for one in pe.prefixes("vpnv4", "65000:2") if one == PREFIX], "and not once more with blue's")

    node = bench.nodes["blue_speaker"]
    wait_for(lambda: node.ping(address("red_speaker"), address("blue_speaker"), timeout=2), 10, "blue's CE reaches red's")
    wait_for(lambda: node.ping("10.0.4.1", address("blue_speaker"), timeout=2), 10, "and the box's own address in red")

    bench.config["vpn_instances"]["blue"]["import_targets"] = [BLUE_TARGET]
    bench.apply()
    wait_for(lambda: PREFIX not in ce.prefixes(), 10, "without the target blue's CE loses it")
    wait_for(lambda: PREFIX not in kernel.bgp_routes(bench.node, BLUE_TABLE), 5, "and blue's kernel table")
    expect(not node.ping(address("red_speaker"), address("blue_speaker"), timeout=1), "and the way is closed")


HUB, SPOKE = "65000:10", "65000:11"


@limits(timeout=200, weight=60)
def test_hub_and_spoke(lab):
    """Two spokes import the hub's target only and hear of each other through the hub's CE alone."""
    bench = ManyPeers(lab, ["red_speaker", "blue_speaker", "vpn_speaker"])
    for name in ("red", "blue"):
        bench.config["vpn_instances"][name].update({"import_targets": [HUB], "export_targets": [SPOKE]})
    bench.vrfd.config = bench.config
    bench.start()
    red, blue, hub = (bench.peers[name].router for name in bench.names)
    red.announce([PREFIX])
    blue.announce(["10.51.0.0/24"])
    wait_for(lambda: {PREFIX, "10.51.0.0/24"} <= set(hub.prefixes("vpnv4")), 10, "the hub has both spokes' routes")
    expect_equal(hub.prefixes("vpnv4", RED_RD)[PREFIX].extended_communities(), [bgp.route_target(SPOKE)], "their target")
    stays(lambda: "10.51.0.0/24" not in red.prefixes() and PREFIX not in blue.prefixes(), 1, "no spoke has the other's")
    hub.announce_vpn([PREFIX, "10.51.0.0/24"], "65000:99", 7100, [HUB], as_path=(65400,))
    wait_for(lambda: "10.51.0.0/24" in red.prefixes() and PREFIX in blue.prefixes(), 10, "by way of the hub they do")
    expect_equal(legs(bench.node, RED_TABLE, "10.51.0.0/24"), through("vpn_speaker", 7100), "through the hub in the kernel")


@limits(timeout=200, weight=60)
def test_targets_change_while_running(lab):
    """On the far side and on ours: routes come and go with the targets, and no session moves."""
    bench = ManyPeers(lab, ["red_speaker", "vpn_speaker"]).start()
    pe, ce = bench.peers["vpn_speaker"].router, bench.peers["red_speaker"].router
    sessions = bench.sessions()
    pe.announce_vpn([PREFIX], "65000:777", 5000, ["65000:300"])
    stays(lambda: PREFIX not in ce.prefixes(), 1, "not red's target")
    bench.config["vpn_instances"]["red"]["import_targets"] = [RED_TARGET, "65000:300"]
    bench.apply()
    wait_for(lambda: PREFIX in ce.prefixes(), 10, "a target added here, without the other side's doing")
    pe.announce_vpn([PREFIX], "65000:777", 5000, ["65000:301"])
    wait_for(lambda: PREFIX not in ce.prefixes(), 10, "a target changed there")
    wait_for(lambda: PREFIX not in kernel.bgp_routes(bench.node, RED_TABLE), 5, "in the kernel, too")
    bench.config["vpn_instances"]["red"].update({"rd": "65000:55", "export_targets": ["65000:301"]})
    ce.announce(["10.60.0.0/24"])
    wait_for(lambda: "10.60.0.0/24" in pe.prefixes("vpnv4", RED_RD), 10, "the CE's route with the old RD")
    bench.apply()
    wait_for(lambda: "10.60.0.0/24" in pe.prefixes("vpnv4", "65000:55"), 10, "with the new one")
    wait_for(lambda: not pe.prefixes("vpnv4", RED_RD), 10, "and no longer with the old one")
    expect_equal(pe.prefixes("vpnv4", "65000:55")["10.60.0.0/24"].extended_communities(), [bgp.route_target("65000:301")], "and the new target")
    expect_equal(bench.sessions(), sessions, "sessions")


def start_peers(bench, speakers=False):
    """Starts vrfd and the peers, all of them as speakers if told; waits for sessions only."""
    bench.vrfd.config = bench.config
    bench.vrfd.start()
    for name in bench.names:
        kind = "speaker" if speakers else name.split("_")[1]
        bench.peers[name] = MAKERS[kind](name, bench.nodes[name])
        wait_for(bench.peers[name].up, 60, f"{name} has its session")


@limits(timeout=200, weight=60, plain=True)
def test_a_route_reflector_needs_neither_vrf_nor_mpls(lab):
    bench = ManyPeers(lab, ["vpn_frr", "vpn_bird", "vpn_speaker"], vpn_instances={}, cluster_id="10.0.0.1", public={"fib": False})
    bench.config["policies"]["to-core"] = [{"then": "accept"}]
    for name in ("vpn_frr", "vpn_bird"):
        bench.config["peers"][address(name)]["route_reflector_client"] = True
    start_peers(bench)
    plain = bench.peers["vpn_speaker"].router
    plain.announce_vpn([PREFIX], "65000:777", 5000, [RED_TARGET], med=5)
    wait_for(lambda: bench.peers["vpn_frr"].has(PREFIX) and bench.peers["vpn_bird"].has(PREFIX), 20, "both clients have it")
    expect_equal(plain.prefixes("vpnv4"), {}, "it does not go back to where it came from")
    path = bench.peers["vpn_frr"].router.json(f"show bgp ipv4 vpn {PREFIX}")["65000:777"]["paths"][0]
    expect_equal((path["originatorId"], path["clusterList"]["list"]), (address("vpn_speaker"), ["10.0.0.1"]), "at FRR")
    rows = bench.vrfd.routes("vpnv4 routes peer", address("vpn_frr"), "advertised")
    expect_equal([(row["prefix"], row["rd"], row["next_hop"], row["labels"], row["extended_communities"]) for row in rows],
                 [(PREFIX, "65000:777", address("vpn_speaker"), [5000], [f"rt:{RED_TARGET}"])], "unchanged but for reflection")
    looped = bgp.attribute(0x80, 10, b"\x0a\0\0\1")
    plain.announce_vpn(["10.52.0.0/24"], "65000:777", 5001, [RED_TARGET], extra=looped)
    rows = wait_for(lambda: bench.vrfd.routes("vpnv4 routes 10.52.0.0/24 peer", address("vpn_speaker"), "received"), 10, "a route with our cluster id")
    expect_equal((rows[0]["state"], rows[0]["best"]), ("ineligible", False), "it has been here")
    expect(not bench.peers["vpn_frr"].has("10.52.0.0/24"), "and is not passed on")


@limits(timeout=200, weight=60, plain=True)
def test_a_peer_asks_for_everything_again(lab):
    """RFC 2918 and 7313 from the other side: in full though unchanged, twice, for what was not negotiated, with ORF."""
    bench = ManyPeers(lab, ["public_speaker", "vpn_speaker"], vpn_instances={}, public={"fib": False, "networks": []})
    bench.config["public"]["networks"] = [f"10.{number}.0.0/16" for number in range(1, 101)]
    start_peers(bench)
    peer, other = bench.peers["public_speaker"].router, bench.peers["vpn_speaker"].router
    wait_for(lambda: len(peer.prefixes()) == 100 and other.end_of_ribs, 10, "all routes")
    other.forget(), peer.forget()
    peer.refresh("ipv4")
    wait_for(lambda: [one[1] for one in peer.refreshes] == [1, 2], 10, "BoRR and EoRR")
    expect_equal((len(peer.announced), peer.withdrawn, other.update_count), (100, [], 0), "all again, to this peer alone")
    peer.forget()
    peer.send(bgp.route_refresh("ipv4") * 2)
    wait_for(lambda: peer.refreshes and peer.refreshes[-1][1] == 2 and len(peer.announced) >= 100, 10, "twice: at least once in full")
    peer.forget()
    peer.refresh("vpnv6")
    peer.send(bgp.message(bgp.ROUTE_REFRESH, bytes.fromhex("0001000101400002" "0000")))
    stays(lambda: peer.up() and not peer.withdrawn and peer.update_count == 0, 2, "not negotiated: ignored, the session stays")


@limits(timeout=200, weight=60)
def test_an_export_policy_change_sends_the_difference(lab):
    """A thousand routes; the policy lets another hundred out and holds a hundred back; then marks all of them."""
    bench = ManyPeers(lab, ["red_speaker", "red_bird", "blue_speaker", "vpn_speaker"])
    lists = {"first": [{"prefix": "10.100.0.0/16", "le": 32}], "second": [{"prefix": "10.101.0.0/16", "le": 32}]}
    bench.config["prefix_lists"] = lists
    bench.config["policies"]["to-ce"] = without("first")
    bench.vrfd.config = bench.config
    bench.start()
    blocks = [[f"10.{100 + block}.{number}.0/24" for number in range(100)] for block in range(10)]
    bench.peers["vpn_speaker"].router.announce_vpn(sum(blocks, []), "65000:777", 5000, [RED_TARGET])
    ce, bird, blue = (bench.peers[name] for name in bench.names[:3])
    wait_for(lambda: len(set(sum(blocks, [])) & ce.router.prefixes().keys()) == 900, 20, "all but the hundred")
    bench.apply({"to-ce": without("second")})
    ce.router.forget(), blue.router.forget()
    others = blue.router.update_count
    job = check_job(bench.vrfd.ctl("refresh bgp", RED, address("red_speaker"), "export"), "refresh", "export", [address("red_speaker")])
    expect_equal(job["peers"][0]["routes"]["changed"], 200, "announcements and withdrawals in the job")
    wait_for(lambda: len(ce.router.withdrawn) == 100 and len(ce.router.announced) == 100, 10, "a hundred each at the CE")
    expect_equal(({route[2] for route in ce.router.withdrawn}, {route[2] for route in ce.router.announced}),
                 (set(blocks[1]), set(blocks[0])), "which")
    expect(not bird.has(blocks[0][0]) and bird.has(blocks[1][0]), "the group's other CE waits for its own refresh")
    bench.apply({"to-ce": [{"set": {"communities": {"add": ["65000:7"]}}, "then": "accept"}]})
    ce.router.forget()
    check_job(bench.vrfd.ctl("refresh bgp", RED, address("red_speaker"), "export"), "refresh", "export", [address("red_speaker")])
    sent = set(sum(blocks, []))
    wait_for(lambda: sent <= {route[2] for route in ce.router.announced}, 10, "all of them with the community")
    expect_equal((ce.router.withdrawn, len([1 for route in ce.router.announced if route[2] in sent])), ([], 1000), "once each, nothing withdrawn")
    expect_equal(blue.router.update_count, others, "UPDATEs to the other VPN")


def without(prefix_list):
    return [{"match": {"prefix_list": prefix_list}, "then": "reject"}, {"then": "accept"}]
