"""Staying up: vrfd stops, crashes and starts again, peers do, and packets go on (RFC 4724, RFC 8538, RFC 9494)."""

import time

from lab import bgp, kernel, l3vpn
from lab.discovery import lab as limits
from lab.l3vpn import L3vpn, address
from lab.many_peers import RED_TABLE, RED_TARGET, ManyPeers
from lab.many_peers import address as peer_address
from lab.many_peers import own
from lab.pings import Pings
from lab.wait import expect, expect_equal, stays, wait_for

MANY = [f"10.{200 + number // 250}.{number % 250}.0/24" for number in range(3000)]


def kill(daemon):
    """As a crash ends it."""
    for process in daemon.processes.values():
        process.kill()
        process.wait()
    daemon.processes = {}


def restart_state(vrfd):
    return vrfd.ctl("show status").expect_code(0).json["restart"]


def wait_restarted(vrfd, seconds=60):
    wait_for(lambda: restart_state(vrfd) == "done", seconds, "vrfd's restart is over")


def audit_finds_nothing(vrfd):
    answer = vrfd.ctl("fib audit")
    return answer.code == 0 and all(answer.json[kind] == 0 for kind in ("missing", "foreign", "different"))


def table_of(node):
    return set(kernel.bgp_routes(node, RED_TABLE))


def begin(lab, stop):
    """red1 pings red2 through both PEs while vrfd goes and comes; neither CE nor kernel may notice."""
    bench = L3vpn(lab, "vrfd", "frr", ["red"]).start().wait_up()
    bench.check_reachability()
    vrfd, node = bench.pe[1], bench.pe_nodes[1]
    label, before = vrfd.instance("red")["label"], kernel.bgp_routes(node, RED_TABLE)
    there = Pings(bench.ce_nodes["red1"], address(2), address(1))
    back = Pings(bench.ce_nodes["red2"], address(1), address(2))
    stop(vrfd)
    time.sleep(2)
    expect_equal(set(kernel.bgp_routes(node, RED_TABLE)), set(before), "routes in the kernel while vrfd is not there")
    vrfd.start()
    expect_equal(vrfd.instance("red")["label"], label, "the label")
    wait_restarted(vrfd, 150)
    bench.wait_up()
    wait_for(lambda: audit_finds_nothing(vrfd), 15, "the kernel is as vrfd wants it")
    expect_equal(set(kernel.bgp_routes(node, RED_TABLE)), set(before), "routes in the kernel afterwards")
    expect_equal((there.end(), back.end()), (0, 0), "pings lost, there and back")
    return bench


@limits(timeout=400, weight=80)
def test_a_stop_and_a_start_lose_no_packet(lab):
    bench = begin(lab, lambda vrfd: vrfd.stop())
    bench.check_reachability()


@limits(timeout=400, weight=80)
def test_a_crash_and_a_start_lose_no_packet(lab):
    begin(lab, kill)


@limits(timeout=400, weight=80)
def test_a_crash_under_load_loses_no_packet_and_leaves_nothing(lab):
    """Killed while a CE's table comes in; what the CE drops meanwhile is gone afterwards, what it adds is there. The other
    PE is a vrfd, too: FRR 8.4 sweeps stale VPN routes at End-of-RIB, but not the copies of them in its VRFs."""
    bench = L3vpn(lab, "vrfd", "vrfd", ["red"]).start().wait_up()
    vrfd, node, ce = bench.pe[1], bench.pe_nodes[1], bench.ce["red1"]
    pings = Pings(bench.ce_nodes["red1"], address(2), address(1))

    def announce(prefixes):
        routes = "".join(f'route {prefix} via "lo"; ' for prefix in prefixes)
        ce.configure(l3vpn.bird_ce_config("red", 1) + f"protocol static more {{ ipv4; {routes}}}\n")
    announce(MANY[:2000])
    wait_for(lambda: len(table_of(node)) > 300, 30, "the table comes in", interval=0.02)
    kill(vrfd)
    held = table_of(node) & set(MANY)
    expect(held, "routes in the kernel while vrfd is not there")
    announce(MANY[1000:])
    vrfd.start()
    wait_restarted(vrfd, 150)
    wait_for(lambda: table_of(node) & set(MANY) == set(MANY[1000:]), 30, "nothing stale and nothing missing in the kernel")
    wait_for(lambda: audit_finds_nothing(vrfd), 15, "the kernel is as vrfd wants it")
    wait_for(lambda: set(MANY) & set(bench.ce_routes("red2")) == set(MANY[1000:]), 60, "nor at the far CE")
    expect_equal(pings.end(), 0, "pings lost")


def test_what_is_not_learned_again_goes(lab):
    """Routes of a peer that does not come back stay for the deferral's time, those that come again are never touched."""
    names = ["red_speaker", "vpn_speaker"]
    bench = ManyPeers(lab, names, graceful_restart={"selection_deferral_s": 8}).start()
    ce, pe = (bench.peers[name].router for name in names)
    ce.announce(MANY[:200])
    pe.announce_vpn(MANY[1000:1200], "65000:777", 5000, [RED_TARGET])
    wait_for(lambda: table_of(bench.node) == set(MANY[:200] + MANY[1000:1200]), 20, "all routes in the kernel")
    kill(bench.vrfd)
    pe.stay_away()
    bench.vrfd.start()
    expect(restart_state(bench.vrfd) != "done", "the restart is under way")
    stays(lambda: table_of(bench.node) == set(MANY[:200] + MANY[1000:1200]), 4, "all routes in the kernel")
    wait_restarted(bench.vrfd, 30)
    wait_for(lambda: table_of(bench.node) == set(MANY[:200]), 10, "what was not learned again is gone")
    wait_for(lambda: audit_finds_nothing(bench.vrfd), 15, "the kernel is as vrfd wants it")


def test_an_instance_that_left_the_configuration_meanwhile_is_removed(lab):
    bench = ManyPeers(lab, ["red_speaker", "blue_speaker"]).start()
    bench.peers["red_speaker"].router.announce(MANY[:50])
    wait_for(lambda: table_of(bench.node) == set(MANY[:50]), 20, "routes in the kernel")
    device = bench.vrfd.instance("red")["vrf_device"]
    bench.vrfd.stop()
    bench.peers["red_speaker"].router.close()
    del bench.vrfd.config["vpn_instances"]["red"]
    bench.vrfd.start()
    wait_restarted(bench.vrfd, 150)
    wait_for(lambda: not table_of(bench.node), 10, "red's table is empty")
    wait_for(lambda: not bench.node.run("ip", "link", "show", device).stdout, 10, "red's device is gone")


def test_flush(lab):
    """`vrfd --flush` takes all of vrfd's out of the kernel, and nothing else; it refuses while vrfd runs."""
    bench = ManyPeers(lab, ["red_speaker", "vpn_speaker"]).start()
    bench.peers["red_speaker"].router.announce(MANY[:50])
    wait_for(lambda: table_of(bench.node) == set(MANY[:50]), 20, "routes in the kernel")
    bench.node.ip("route", "add", "198.51.100.0/24", "dev", "lo", "table", "77", "proto", "static")
    device, label = bench.vrfd.instance("red")["vrf_device"], bench.vrfd.instance("red")["label"]
    words = [bench.vrfd.program, "--flush", "--socket", bench.vrfd.socket, "--state-dir", bench.vrfd.state_folder]
    expect_equal(bench.node.run(*words).returncode, 1, "exit code while vrfd runs")
    bench.vrfd.stop()
    done = bench.node.run(*words)
    expect_equal(done.returncode, 0, f"exit code; it said {done.stdout}{done.stderr}")
    expect(not bench.node.run("ip", "route", "show", "table", "all", "proto", "201").stdout, "no route of vrfd's")
    expect(label not in kernel.labels(bench.node), "no label")
    expect(not [number for number in kernel.nexthops(bench.node) if number >> 24 == 0x56], "no next-hop object")
    expect(not bench.node.run("ip", "link", "show", device).stdout, "no VRF device")
    expect("198.51.100.0/24" in kernel.table(bench.node, 77), "the administrator's route stays")
    bench.vrfd.start()
    expect_equal(bench.vrfd.instance("red")["label"], label, "the label is remembered")


# ---- as helper

RESTARTER = """router bgp 65000
 bgp graceful-restart
 bgp graceful-restart preserve-fw-state
 bgp graceful-restart restart-time 60
 bgp graceful-restart select-defer-time 5
{rest}"""


def stale(vrfd, peer, instance=None):
    return [family["stale"] for family in vrfd.peers(instance)[peer]["families"]]


def frr_with(networks):
    lines = "".join(f"  network {network}\n" for network in networks)
    return RESTARTER.format(rest=f""" bgp router-id {peer_address("red_frr")}
 no bgp default ipv4-unicast
 no bgp ebgp-requires-policy
 no bgp network import-check
 neighbor {own("red_frr")} remote-as 65000
 neighbor {own("red_frr")} timers connect 1
 address-family ipv4 unicast
  neighbor {own("red_frr")} activate
{lines} exit-address-family
exit
""")


def test_frr_restarts(lab):
    """Its routes stay in use until it has said them again; what it no longer says goes with its End-of-RIB."""
    bench = ManyPeers(lab, ["red_frr", "red_speaker"]).start()
    frr, vrfd, name = bench.peers["red_frr"].router, bench.vrfd, peer_address("red_frr")
    far = bench.peers["red_speaker"].router

    def configure(networks):
        with open(f"/etc/frr/{frr.space}/frr.conf", "w") as file:
            file.write(f"hostname {frr.space}\n{frr_with(networks)}")
    configure(MANY[:20])
    frr.show("configure terminal", "no router bgp")
    frr._vtysh("-b")
    wait_for(lambda: table_of(bench.node) >= set(MANY[:20]), 60, "FRR's routes in the kernel")
    row = vrfd.peers("red")[name]["graceful_restart"]
    expect_equal((row["families"], row["preserved"]), (["ipv4"], ["ipv4"]), "what FRR offers")
    far.forget()
    frr.processes["bgpd.log"].kill()
    frr.processes.pop("bgpd.log").wait()
    wait_for(lambda: stale(vrfd, name, "red") == ["awaiting"], 10, "FRR's routes are kept")
    stays(lambda: table_of(bench.node) >= set(MANY[:20]), 3, "FRR's routes in the kernel while it is away")
    configure(MANY[:10])
    frr._launch("bgpd")
    wait_for(lambda: frr.node.run("vtysh", "-N", frr.space, "-d", "bgpd", "-c", "show version").returncode == 0, 20, "bgpd answers")
    frr._vtysh("-b")
    wait_for(lambda: table_of(bench.node) & set(MANY) == set(MANY[:10]), 60, "what FRR did not say again is gone")
    expect_equal(stale(vrfd, name, "red"), ["none"], "nothing is stale")
    expect_equal(sorted(route[2] for route in far.withdrawn), sorted(MANY[10:20]), "what the other CE was told to forget")
    expect(not {route[2] for route in far.announced} & set(MANY[:10]), "what stayed was not said again")


BIRD_RESTARTER = """router id {local};
protocol static {{ ipv4; {routes} }}
protocol bgp uplink {{ local {local} as 65101; neighbor {peer} as 65000; graceful restart yes; graceful restart time {time};
  {more} connect delay time 1; connect retry time 1; error wait time 1, 2; ipv4 {{ import all; export all; }}; }}
"""


def bird_with(networks, time=60, more=""):
    routes = "".join(f"route {network} blackhole; " for network in networks)
    return BIRD_RESTARTER.format(local=peer_address("red_bird"), peer=own("red_bird"), routes=routes, time=time, more=more)


def bird_bench(lab, names, networks, time=60, more="", **changes):
    bench = ManyPeers(lab, ["red_bird", *names], **changes).start()
    bird = bench.peers["red_bird"].router
    bird.configure(bird_with(networks, time, more))
    wait_for(lambda: table_of(bench.node) >= set(networks), 60, "BIRD's routes in the kernel")
    return bench, bird, peer_address("red_bird")


def test_bird_restarts(lab):
    bench, bird, name = bird_bench(lab, [], MANY[:20])
    kill(bird)
    wait_for(lambda: stale(bench.vrfd, name, "red") == ["awaiting"], 10, "BIRD's routes are kept")
    stays(lambda: table_of(bench.node) >= set(MANY[:20]), 3, "BIRD's routes in the kernel while it is away")
    bird.write(bird_with(MANY[:10]))
    bird.launch("bird.log", ["bird", "-f", "-R", "-c", bird.node.path("bird.conf"), "-s", bird.socket])
    wait_for(lambda: table_of(bench.node) & set(MANY) == set(MANY[:10]), 60, "what BIRD did not say again is gone")
    expect_equal(stale(bench.vrfd, name, "red"), ["none"], "nothing is stale")


def test_a_peer_that_stays_away_loses_its_routes(lab):
    bench, bird, name = bird_bench(lab, [], MANY[:20], time=4)
    kill(bird)
    stays(lambda: table_of(bench.node) >= set(MANY[:20]), 2, "BIRD's routes in the kernel")
    wait_for(lambda: not table_of(bench.node) & set(MANY), 15, "they go with the restart time")


def test_long_lived(lab):
    """After the restart time the routes serve for want of better, and only peers that know LLGR_STALE are told them."""
    long_lived = "long lived graceful restart yes; long lived stale time 600;"
    bench, bird, name = bird_bench(lab, ["red_speaker", "vpn_speaker"], MANY[:20], time=2, more=long_lived,
                                   graceful_restart={"long_lived_stale_time_s": 300})
    knows, plain = bench.peers["red_speaker"].router, bench.peers["vpn_speaker"].router
    knows.capabilities = bgp.capabilities(knows.asn, knows.families, restart=10, long_lived=60)
    knows._socket.shutdown(2)
    wait_for(lambda: knows.up() and set(MANY[:20]) <= set(knows.prefixes()), 30, "the one that knows is back")
    wait_for(lambda: set(MANY[:20]) <= set(plain.prefixes("vpnv4")), 30, "the other has them, too")
    kill(bird)
    wait_for(lambda: stale(bench.vrfd, name, "red") == ["long_lived"], 20, "BIRD's routes are long-lived")
    wait_for(lambda: not set(MANY[:20]) & set(plain.prefixes("vpnv4")), 20, "who does not know is told to forget them")
    wait_for(lambda: all("llgr-stale" in row["communities"] or "65535:6" in row["communities"]
                         for row in bench.vrfd.routes("vpn-instance red ipv4-family routes")
                         if row["prefix"] in MANY[:20]), 10, "vrfd marks them")
    expect(set(MANY[:20]) <= set(knows.prefixes()), "who knows still has them", knows.dump())
    expect(table_of(bench.node) >= set(MANY[:20]), "they are in the kernel")
    bird.write(bird_with(MANY[:10], 2, long_lived))
    bird.launch("bird.log", ["bird", "-f", "-R", "-c", bird.node.path("bird.conf"), "-s", bird.socket])
    wait_for(lambda: table_of(bench.node) & set(MANY) == set(MANY[:10]), 60, "what BIRD did not say again is gone")
    wait_for(lambda: set(MANY) & set(plain.prefixes("vpnv4")) == set(MANY[:10]), 20, "who does not know has the rest")


def test_a_graceful_reset_keeps_the_routes(lab):
    """RFC 8538: with --graceful the routes stay on both sides while the session is opened anew; without, they go."""
    bench = ManyPeers(lab, ["red_speaker", "red_bird"]).start()
    speaker = bench.peers["red_speaker"].router
    speaker.capabilities = bgp.capabilities(speaker.asn, speaker.families, restart=0x4000 | 60)
    speaker._socket.shutdown(2)
    wait_for(lambda: speaker.sessions == 2 and speaker.up(), 20, "the speaker is back with graceful restart")
    speaker.announce(MANY[:20])
    wait_for(lambda: table_of(bench.node) >= set(MANY[:20]), 20, "its routes in the kernel")
    expect(bench.vrfd.peers("red")[peer_address("red_speaker")]["graceful_restart"]["notification"], "the N bit of both")
    bird = bench.peers["red_bird"].router
    speaker.persistent = False
    speaker.forget()
    reset = f"--yes reset bgp vpn-instance red ipv4-family {peer_address('red_speaker')} --no-wait"
    bench.vrfd.ctl(f"{reset} --graceful").expect_code(0)
    wait_for(lambda: [one[:2] for one in speaker.notifications] == [(6, 4)], 10, "Cease/4, which is no hard reset")
    stays(lambda: table_of(bench.node) >= set(MANY[:20]), 2, "the routes in the kernel")
    expect(set(MANY[:20]) <= set(bird.routes()), "the other CE has them")
    speaker.connect()
    wait_for(lambda: speaker.up(), 20, "the session is back")
    speaker.end_of_rib()
    speaker.forget()
    bench.vrfd.ctl(reset).expect_code(0)
    wait_for(lambda: [one[:2] for one in speaker.notifications] == [(6, 9)], 10, "Cease/9, a hard reset")
    wait_for(lambda: not table_of(bench.node) & set(MANY), 10, "the routes are gone")
