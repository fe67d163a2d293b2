"""refresh bgp …: never drops a session, hits whom the selector names and nobody else, and does the difference only."""

import copy

from lab import kernel, many_peers
from lab.discovery import lab as limits
from lab.many_peers import MAIN_TABLE, RED_RD, RED_TABLE, RED_TARGET, ManyPeers, address, marking
from lab.route_watch import RouteWatch
from lab.speaker import Speaker
from lab.wait import expect, expect_equal, stays, wait_for
from test_messages import EBGP, Desk

RED = "vpn-instance red ipv4-family"
RED_SELECTORS = ["all", address("red_bird"), address("red_gobgp"), address("red_frr"), "65102", "65000", "group ce",
                 "group inside", "internal", "external"]
VPN_SELECTORS = ["all", address("vpn_frr"), address("vpn_gobgp"), address("vpn_bird"), "65201", "65000", "group core",
                 "group border", "internal", "external"]


def check_job(answer, kind, direction, addresses):
    """The answer is the contract's job object, complete, and about exactly these peers."""
    job = answer.expect_code(0).json
    expect_equal((job["schema"], job["kind"], job["direction"], job["state"], job["dry_run"]),
                 ("vrfd.job/1", kind, direction, "done", False), "the job")
    expect_equal(sorted(row["peer"] for row in job["peers"]), sorted(addresses), "the job's peers")
    for row in job["peers"]:
        expect_equal(row["state"], "done", f"state of {row['peer']}")
        counts = row["routes"]
        if kind == "refresh":
            expect_equal(counts["accepted"] + counts["rejected"], counts["examined"], f"counts of {row['peer']}")
            expect_equal(counts["changed"] + counts["unchanged"], counts["examined"], f"counts of {row['peer']}")
    return job


def run_imports(bench, scope, prefix, selectors):
    """Each selector asks exactly its peers to send again; no session moves; with --local nobody is asked."""
    before, sessions = bench.refreshes(), bench.sessions()
    for selector in selectors:
        wanted = bench.expected(prefix, selector)
        expect(wanted, f"the bench has someone for {selector}")
        answer = bench.vrfd.ctl("refresh bgp", scope, selector, "import")
        job = check_job(answer, "refresh", "import", map(address, wanted))
        for row in job["peers"]:
            expect("route_refresh" in row["method"] and "stored" in row["method"], f"both methods for {row['peer']}", row)
        asked = {name: before[name] + (name in wanted) for name in before}
        wait_for(lambda: bench.refreshes() == asked, 8, f"{selector}: exactly {sorted(wanted)} got one ROUTE-REFRESH")
        expect_equal(bench.sessions(), sessions, f"{selector}: sessions")
        before = asked
    job = check_job(bench.vrfd.ctl("refresh bgp", scope, "all", "import", "--local"), "refresh", "import",
                    map(address, bench.expected(prefix, "all")))
    expect(all(row["method"] == ["stored"] for row in job["peers"]), "--local uses stored routes only", job["peers"])
    stays(lambda: bench.refreshes() == before, 1, "nobody is asked with --local")


def run_exports(bench, scope, prefix, policy, selectors):
    """A new export policy reaches exactly the peers that each selector names, when it is run and not before."""
    meds = bench.meds(bench.names)
    for number, selector in enumerate(selectors, 10):
        sessions, wanted = bench.sessions(), bench.expected(prefix, selector)
        bench.apply({policy: marking(number)})
        stays(lambda: bench.meds(bench.names) == meds, 0.5, f"{selector}: a policy waits for its refresh")
        answer = bench.vrfd.ctl("refresh bgp", scope, selector, "export")
        check_job(answer, "refresh", "export", map(address, wanted))
        meds = {name: number if name in wanted else med for name, med in meds.items()}
        wait_for(lambda: bench.meds(bench.names) == meds, 8, f"{selector}: {sorted(wanted)} got the new route: {meds}")
        expect_equal(bench.sessions(), sessions, f"{selector}: sessions")


@limits(timeout=600, weight=250)
def test_vpn_instance_with_every_selector(lab):
    bench = ManyPeers(lab, [name for name in many_peers.PEERS if name.split("_")[0] in ("red", "blue")]).start()
    run_imports(bench, RED, "red", RED_SELECTORS)
    run_exports(bench, RED, "red", "to-ce", RED_SELECTORS)


@limits(timeout=600, weight=250)
def test_vpnv4_with_every_selector(lab):
    bench = ManyPeers(lab, [name for name in many_peers.PEERS if name.split("_")[0] in ("vpn", "blue")]).start()
    run_imports(bench, "vpnv4", "vpn", VPN_SELECTORS)
    run_exports(bench, "vpnv4", "vpn", "to-core", VPN_SELECTORS)


def test_public_ipv4(lab):
    bench = ManyPeers(lab, ["public_speaker", "red_speaker"]).start()
    run_imports(bench, "ipv4", "public", ["all", address("public_speaker"), "65301", "group transit", "external"])
    run_exports(bench, "ipv4", "public", "to-transit", ["all", address("public_speaker"), "65301", "external"])
    peer = bench.peers["public_speaker"].router
    peer.announce(["203.0.113.0/24"])
    wait_for(lambda: "203.0.113.0/24" in kernel.table(bench.node, MAIN_TABLE), 10, "the public route in the main table")


HALF = [{"match": {"prefix_list": "wanted"}, "then": "accept"}, {"then": "reject"}]
WANTED = {"wanted": [{"prefix": "10.100.0.0/16", "ge": 24, "le": 24}]}
ACCEPT = [{"then": "accept"}]


def thousand():
    """500 /24 of 10.100/16 and /15 beyond that the list wants, 500 /25 that it does not."""
    wanted = [f"10.100.{number}.0/24" for number in range(250)]
    unwanted = [f"10.101.{number}.0/24" for number in range(250)] + [f"10.102.{number}.128/25" for number in range(250)]
    return wanted, unwanted


def learned(bench):
    """What BGP has put into red's table, of the thousand."""
    return {prefix for prefix in kernel.bgp_routes(bench.node, RED_TABLE) if prefix.startswith("10.10")}


@limits(timeout=200, weight=60)
def test_import_policy_of_a_ce_changes_rib_kernel_and_vpn(lab):
    bench = ManyPeers(lab, ["red_speaker", "red_bird", "blue_speaker", "vpn_speaker"], prefix_lists=WANTED).start()
    ce, far, wanted, unwanted = bench.peers["red_speaker"].router, bench.peers["vpn_speaker"].router, *thousand()
    ce.announce(wanted + unwanted)
    wait_for(lambda: learned(bench) == set(wanted + unwanted), 20, "all of the CE's routes in the kernel")
    wait_for(lambda: set(wanted + unwanted) <= set(far.prefixes("vpnv4", RED_RD)), 10, "all of them at the VPNv4 peer")
    others = [bench.peers[name].router for name in ("blue_speaker",)]
    for one in others + [far]:
        one.forget()
    bench.apply({"from-ce": HALF})
    stays(lambda: learned(bench) == set(wanted + unwanted) and not far.withdrawn, 1, "nothing moves before the refresh")
    ce.announce(["10.103.0.0/24"])   # judged by the policy in force, too
    wait_for(lambda: "10.103.0.0/24" in learned(bench), 5, "new routes are judged by the policy in force")

    job = check_job(bench.vrfd.ctl("refresh bgp", RED, address("red_speaker"), "import --local"), "refresh", "import",
                    [address("red_speaker")])
    expect_equal(job["peers"][0]["routes"], {"examined": 751, "accepted": 250, "rejected": 501, "changed": 501,
                                             "unchanged": 250}, "the job's counts")
    expect_equal(learned(bench), set(wanted), "red's kernel table when the refresh says done")
    expect_equal(job["fib"]["failed"], 0, "failed kernel operations")
    wait_for(lambda: {route[2] for route in far.withdrawn} == {*unwanted, "10.103.0.0/24"}, 10, "the VPNv4 peer's withdrawals")
    expect_equal([route[2] for route in far.announced if route[2] in wanted], [], "routes sent again that did not change")
    expect_equal([one.update_count for one in others], [0], "UPDATEs to the other VPN")
    rejected = bench.vrfd.routes(RED + " routes peer " + address("red_speaker") + " rejected")
    expect_equal(len(rejected), 501, "rejected routes that are kept")
    expect("from-ce" in rejected[0]["reason"], "the reason names the policy", rejected[0])

    bench.apply({"from-ce": ACCEPT})
    check_job(bench.vrfd.ctl("refresh bgp", RED, "external import"), "refresh", "import",
              [address("red_speaker"), address("red_bird")])
    expect_equal(learned(bench), {*wanted, *unwanted, "10.103.0.0/24"}, "red's kernel table after the way back")


@limits(timeout=200, weight=60)
def test_import_policy_of_a_vpnv4_peer_changes_rib_kernel_and_ce(lab):
    bench = ManyPeers(lab, ["red_speaker", "blue_speaker", "vpn_speaker", "vpn_far"], prefix_lists=WANTED).start()
    pe, ce, wanted, unwanted = bench.peers["vpn_speaker"].router, bench.peers["red_speaker"].router, *thousand()
    pe.announce_vpn(wanted + unwanted, "65000:777", 5000, [RED_TARGET])
    wait_for(lambda: learned(bench) == set(wanted + unwanted), 20, "the PE's routes in red's kernel table")
    route = kernel.bgp_routes(bench.node, RED_TABLE)[wanted[0]]
    expect_equal(kernel.paths(bench.node, route), [(address("vpn_speaker"), "e13", [5000])], "label and next hop")
    wait_for(lambda: set(wanted + unwanted) <= set(ce.prefixes()), 10, "all of them at the CE")
    blue = bench.peers["blue_speaker"].router
    ce.forget(), blue.forget()
    bench.apply({"from-core": HALF})
    stays(lambda: learned(bench) == set(wanted + unwanted), 1, "nothing moves before the refresh")
    job = check_job(bench.vrfd.ctl("refresh bgp vpnv4 group core import"), "refresh", "import", [address("vpn_speaker")])
    expect_equal(learned(bench), set(wanted), "red's kernel table when the refresh says done")
    expect(job["fib"]["deleted"] >= 500, "deleted routes in the job", job["fib"])
    wait_for(lambda: {route[2] for route in ce.withdrawn} == set(unwanted), 10, "withdrawals at the CE")
    expect_equal((ce.announced, blue.update_count), ([], 0), "announcements at the CE, UPDATEs at the other VPN's")


@limits(timeout=200, weight=60)
def test_a_refresh_that_changes_nothing_sends_and_programs_nothing(lab):
    bench = ManyPeers(lab, ["red_speaker", "blue_speaker", "vpn_speaker", "red_bird"]).start()
    ce, far, wanted, unwanted = bench.peers["red_speaker"].router, bench.peers["vpn_speaker"].router, *thousand()
    ce.announce(wanted)
    far.announce_vpn(unwanted, "65000:777", 5000, [RED_TARGET])
    wait_for(lambda: learned(bench) == set(wanted + unwanted), 20, "both halves in the kernel")
    wait_for(lambda: set(wanted) <= set(far.prefixes("vpnv4", RED_RD)) and set(unwanted) <= set(ce.prefixes()), 10, "both at the peers")
    speakers = [bench.peers[name].router for name in ("red_speaker", "blue_speaker", "vpn_speaker")]
    for one in speakers:
        one.forget()
    with RouteWatch(bench.node) as watch:
        for scope in (RED, "vpnv4"):
            for direction in ("import", "export"):
                job = bench.vrfd.ctl("refresh bgp", scope, "all", direction).expect_code(0).json
                expect_equal([row["routes"]["changed"] for row in job["peers"]], [0] * len(job["peers"]), f"{scope} {direction}")
                expect_equal(sum(job["fib"].values()), 0, f"{scope} {direction}: kernel operations")
        stays(lambda: True, 1, "time for whatever would still come")
    expect_equal(watch.count, 0, "route messages of the kernel")
    expect_equal([one.update_count for one in speakers], [0, 0, 0], "UPDATEs sent")


def test_dry_run_changes_nothing(lab):
    bench = ManyPeers(lab, ["red_speaker", "vpn_speaker"], prefix_lists=WANTED).start()
    ce, wanted, unwanted = bench.peers["red_speaker"].router, *thousand()
    ce.announce(wanted + unwanted)
    wait_for(lambda: learned(bench) == set(wanted + unwanted), 20, "all in the kernel")
    bench.apply({"from-ce": HALF, "to-ce": marking(99)})
    before = bench.refreshes()
    for direction in ("import", "export"):
        job = bench.vrfd.ctl("refresh bgp", RED, "all", direction, "--dry-run").expect_code(0).json
        expect(job["dry_run"] is True, "the job says dry_run", job)
    stays(lambda: learned(bench) == set(wanted + unwanted) and bench.refreshes() == before
          and bench.peers["red_speaker"].med(many_peers.RED_ROUTE) == 1, 1, "all as it was")


def test_stale_routes_are_swept_at_the_end_of_an_enhanced_refresh(lab):
    """A route that the peer does not send again between BoRR and EoRR is gone, one that it sends stays without a gap."""
    bench = ManyPeers(lab, ["red_speaker", "vpn_speaker"]).start()
    ce, far = bench.peers["red_speaker"].router, bench.peers["vpn_speaker"].router
    ce.announce(["10.100.0.0/24", "10.100.1.0/24"])
    wait_for(lambda: "10.100.1.0/24" in learned(bench) and "10.100.1.0/24" in far.prefixes("vpnv4", RED_RD), 10, "both routes")
    far.forget()
    ce._forget_told("ipv4", ["10.100.1.0/24"])   # forgotten without a word, as a peer's fault would
    bench.vrfd.ctl("refresh bgp", RED, "all import").expect_code(0)
    expect_equal(learned(bench), {"10.100.0.0/24"}, "the kernel's table after EoRR")
    wait_for(lambda: far.withdrawn == [("vpnv4", RED_RD, "10.100.1.0/24", None)], 5, "one withdrawal, nothing else")
    expect_equal(far.announced, [], "announcements")


def test_a_peer_without_the_capability(lab):
    """Routes are stored: the refresh works without asking. Not stored: it fails, and says why."""
    bench = ManyPeers(lab, ["red_speaker", "vpn_speaker"], prefix_lists=WANTED)
    for group in bench.config["groups"].values():
        group["capabilities"] = {"route_refresh": False, "enhanced_route_refresh": False}
    bench.vrfd.config = bench.config
    bench.start()
    ce, wanted, unwanted = bench.peers["red_speaker"].router, *thousand()
    ce.announce(wanted + unwanted)
    wait_for(lambda: learned(bench) == set(wanted + unwanted), 20, "all in the kernel")
    bench.apply({"from-ce": HALF})
    job = bench.vrfd.ctl("refresh bgp", RED, "all import").expect_code(0).json
    expect_equal(job["peers"][0]["method"], ["stored"], "method")
    expect_equal(learned(bench), set(wanted), "red's table")
    expect_equal(ce.refreshes, [], "ROUTE-REFRESHes")


def test_names_that_do_not_exist(lab):
    bench = ManyPeers(lab, ["red_speaker", "vpn_speaker"]).start()
    for verb, tail in (("refresh", "import"), ("reset", "")):
        for words, code, names in (
                ("vpn-instance green ipv4-family all", "unknown_vpn_instance", ["red", "blue"]),
                (RED + " 192.0.2.99", "unknown_peer", [address("red_speaker")]),
                (RED + " group nobody", "unknown_group", ["lone"]),
                (RED + " 64999", None, []),
                ("vpnv4 192.0.2.99", "unknown_peer", [address("vpn_speaker")]),
                ("vpnv4 group nobody", "unknown_group", ["core"])):
            answer = bench.vrfd.ctl(verb, "bgp", words, tail).expect_code(3)
            error = answer.json["error"]
            if code:
                expect_equal(error["code"], code, f"{verb} {words}")
            expect(all(name in error["message"] for name in names), f"{verb} {words}: the message has {names}", error)
    for words in ("refresh bgp vpn-instance red ipv4-family all", "refresh bgp vpn-instance red ipv4-family import",
                  "refresh bgp", "reset bgp vpn-instance red all", "frobnicate"):
        bench.vrfd.ctl(words).expect_code(2)
    expect_equal(bench.sessions(), {"red_speaker": 1, "vpn_speaker": 1}, "sessions after all that")


@limits(timeout=60, plain=True)
def test_without_a_kernel_a_refresh_ends_by_itself(lab):
    """More routes than one slice, nothing but the refresh to wake the daemon, and the last slice has arrived at the peers."""
    desk = Desk(lab)
    sender = Speaker(desk.nodes[EBGP], EBGP, "10.0.1.1", 65001, 65000).connect()
    prefixes = [f"100.{number // 256}.{number % 256}.0/24" for number in range(6000)]
    sender.announce(prefixes)
    wait_for(lambda: set(prefixes) <= desk.far.prefixes().keys(), 20, "all routes at the far peer")
    config = copy.deepcopy(desk.vrfd.config)
    config["policies"]["all"].insert(0, {"match": {"prefix_list": "odd"}, "then": "reject"})
    config["prefix_lists"] = {"odd": [{"prefix": prefix} for prefix in prefixes[1::2]]}
    desk.vrfd.apply(config).expect_code(0)
    job = desk.vrfd.ctl("--timeout 5 refresh bgp ipv4", EBGP, "import --local").expect_code(0).json
    expect_equal(job["peers"][0]["routes"]["changed"], 3000, "routes changed")
    wait_for(lambda: desk.far.prefixes().keys() == set(prefixes[::2]), 2, "half of them at the far peer")
