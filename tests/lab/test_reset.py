"""reset bgp …: always drops the sessions that the selector names, with the right NOTIFICATION, and no other."""

from lab import kernel, many_peers
from lab.discovery import lab as limits
from lab.many_peers import RED_TABLE, ManyPeers, address
from lab.speaker import Speaker
from lab.wait import expect, expect_equal, stays, wait_for
from test_messages import EBGP, FAR, IBGP, Desk
from test_refresh import RED, RED_SELECTORS, VPN_SELECTORS, check_job

# how each kind of peer says that it got Cease/Administrative Reset, also inside of a Hard Reset (RFC 8538)
ADMINISTRATIVE = {"speaker": [(6, 4)], "far": [(6, 4)], "gobgp": [(6, 4), (6, 9)],
                  "bird": ["Administrative reset", "Hard reset"],
                  "frr": ["Cease/Administrative Reset", "Cease/Hard Reset"]}


def run_resets(bench, scope, prefix, selectors):
    for selector in selectors:
        before, wanted = bench.sessions(), bench.expected(prefix, selector)
        expect(wanted, f"the bench has someone for {selector}")
        answer = bench.vrfd.ctl("--yes reset bgp", scope, selector)
        check_job(answer, "reset", None, map(address, wanted))
        after = {name: count + (name in wanted) for name, count in before.items()}
        wait_for(lambda: bench.sessions() == after, 40, f"{selector}: exactly {sorted(wanted)} came back: {after}")
        for name in wanted:
            kind = name.split("_")[1]
            wait_for(lambda: bench.peers[name].reason() in ADMINISTRATIVE[kind], 10,
                     f"{selector}: what {name} was told, {bench.peers[name].reason()} now")
        bench.wait_up()


@limits(timeout=500, weight=200)
def test_vpn_instance_with_every_selector(lab):
    bench = ManyPeers(lab, [name for name in many_peers.PEERS if name.split("_")[0] in ("red", "blue")]).start()
    run_resets(bench, RED, "red", RED_SELECTORS)
    expect_equal(bench.peers["blue_speaker"].sessions(), 1, "the other VPN's session, of the same AS and group")


@limits(timeout=500, weight=200)
def test_vpnv4_with_every_selector(lab):
    bench = ManyPeers(lab, [name for name in many_peers.PEERS if name.split("_")[0] in ("vpn", "blue")]).start()
    run_resets(bench, "vpnv4", "vpn", VPN_SELECTORS)


def test_public_ipv4(lab):
    bench = ManyPeers(lab, ["public_speaker", "red_speaker", "vpn_speaker"]).start()
    run_resets(bench, "ipv4", "public", ["all", address("public_speaker"), "65301", "group transit", "external"])


@limits(timeout=200, weight=40)
def test_routes_of_the_session_go_and_return(lab):
    """In RIB, kernel and at the other peers; those of other sessions never move."""
    bench = ManyPeers(lab, ["red_speaker", "red_bird", "blue_speaker", "vpn_speaker"]).start()
    ce, far = bench.peers["red_speaker"].router, bench.peers["vpn_speaker"].router
    ce.announce(["10.100.0.0/24"])
    far.announce_vpn(["10.101.0.0/24"], "65000:777", 5000, [many_peers.RED_TARGET])

    def in_kernel():
        return {prefix for prefix in kernel.bgp_routes(bench.node, RED_TABLE) if prefix.startswith("10.10")}
    wait_for(lambda: in_kernel() == {"10.100.0.0/24", "10.101.0.0/24"}, 10, "both in the kernel")
    wait_for(lambda: "10.100.0.0/24" in far.prefixes("vpnv4"), 10, "the CE's route at the PE")
    ce.persistent = False   # stays away until told to come
    far.forget()
    check_job(bench.vrfd.ctl("--yes reset bgp", RED, address("red_speaker")), "reset", None, [address("red_speaker")])
    expect_equal(ce.notifications[-1][:2] if ce.notifications else wait_for(lambda: ce.notifications, 5, "a NOTIFICATION")[-1][:2],
                 (6, 4), "the NOTIFICATION")
    wait_for(lambda: ce.ended is not None, 5, "the TCP connection is over")
    wait_for(lambda: in_kernel() == {"10.101.0.0/24"}, 5, "the CE's route has left the kernel")
    wait_for(lambda: [route[2] for route in far.withdrawn] == ["10.100.0.0/24"], 5, "and the PE")
    row = bench.vrfd.peers("red")[address("red_speaker")]
    expect_equal((row["last_reset"]["by"], row["last_reset"]["notification"]["code"], row["last_reset"]["notification"]["subcode"]),
                 ("local", 6, 4), "last_reset")
    ce.connect()
    wait_for(lambda: in_kernel() == {"10.100.0.0/24", "10.101.0.0/24"}, 10, "it is back in the kernel")
    wait_for(lambda: "10.100.0.0/24" in far.prefixes("vpnv4"), 10, "and at the PE")


def test_reason_text_reaches_the_peer(lab):
    bench = ManyPeers(lab, ["red_speaker"]).start()
    ce = bench.peers["red_speaker"].router
    bench.vrfd.ctl("--yes", "reset bgp", RED, "all", "--reason", "maintenance").expect_code(0)
    wait_for(lambda: ce.notifications, 5, "a NOTIFICATION")
    expect_equal(ce.notifications[-1], (6, 4, b"\x0bmaintenance"), "RFC 9003's shutdown communication")


def test_dry_run_drops_nothing(lab):
    bench = ManyPeers(lab, ["red_speaker", "vpn_speaker"]).start()
    for scope in (RED, "vpnv4"):
        job = bench.vrfd.ctl("reset bgp", scope, "all", "--dry-run").expect_code(0).json
        expect(job["dry_run"] is True and len(job["peers"]) == 1, "a dry run's job", job)
    stays(lambda: bench.sessions() == {"red_speaker": 1, "vpn_speaker": 1} and all(peer.up() for peer in bench.peers.values()),
          1.5, "both sessions stand")


def test_slow_peer(lab):
    bench = ManyPeers(lab, ["vpn_speaker", "vpn_far"]).start()
    answer = bench.vrfd.ctl("--yes reset bgp vpnv4 slow-peer").expect_code(0)
    expect_equal(answer.json["peers"], [], "peers that were slow")
    bench.vrfd.ctl("--yes reset bgp vpnv6 slow-peer").expect_code(0)
    answer = bench.vrfd.ctl("--yes reset bgp vpnv4", address("vpn_speaker"), "slow-peer").expect_code(3)
    expect("not_slow" in answer.text, "says not_slow", answer)
    bench.vrfd.ctl("--yes reset bgp vpnv4 192.0.2.99 slow-peer").expect_code(3)
    stays(lambda: bench.sessions() == {"vpn_speaker": 1, "vpn_far": 1}, 1, "no session moved")


@limits(timeout=120, weight=40, plain=True)
def test_only_slow_peers_are_reset(lab):
    """A peer stops reading: it is listed, holds nobody back, is reset alone, and gets the present state when it is back."""
    desk = Desk(lab, families=["vpnv4"], slow_peer={"absolute_s": 3}, next_hop_unchanged=True)
    prefixes = [f"10.{number // 256}.{number % 256}.0/24" for number in range(40000)]
    stuck = Speaker(desk.nodes[IBGP], IBGP, "10.0.2.1", 65000, 65000, families=["vpnv4"], receive_buffer=4096, persistent=True).connect()
    sender = Speaker(desk.nodes[EBGP], EBGP, "10.0.1.1", 65001, 65000, families=["vpnv4"]).connect()
    stuck.reading.clear()
    for label in range(5000, 5003):   # every time another label
        sender.announce_vpn(prefixes, "65000:777", label, ["65000:1"])
        wait_for(lambda: desk.far.rib and len(desk.far.rib) == len(prefixes) and label_of(desk.far, prefixes[-1]) == label, 30,
                 f"the other peer has the table with label {label}")
    row = wait_for(lambda: desk.vrfd.ctl("show slow-peers").json["slow_peers"], 15, "a slow peer")[0]
    expect_equal((row["peer"], row["family"], row["reason"], row["count"], row["returns_in_s"]), (IBGP, "vpnv4", "absolute", 1, None), "the row")
    expect(row["lag"] > 0, "it lags", row)
    expect(desk.vrfd.peers()[IBGP]["slow"] and not desk.vrfd.peers()[FAR]["slow"], "show bgp peer says so, too")
    desk.vrfd.ctl("--yes reset bgp vpnv4", FAR, "slow-peer").expect_code(3)
    job = desk.vrfd.ctl("--yes --no-wait reset bgp vpnv4 slow-peer").expect_code(0)
    stuck.reading.set()
    wait_for(lambda: stuck.sessions == 2 and len(stuck.rib) == len(prefixes), 30, f"it is back with the whole table, after {job}")
    expect(label_of(stuck, prefixes[0]) == 5002, "the present state")
    expect_equal((desk.far.sessions, desk.vrfd.ctl("show slow-peers").json["slow_peers"]), (1, []), "the other session; nobody is slow")


def label_of(speaker, prefix):
    update = speaker.prefixes("vpnv4", "65000:777").get(prefix)
    return update and update.labels[("vpnv4", "65000:777", prefix, None)]
