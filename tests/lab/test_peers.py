"""The lab without vrfd: the other routers and the measuring instruments among themselves. When these fail, the lab is
at fault and not the product."""

import test_reset
from lab import bgp, capture, kernel, many_peers
from lab.bird import Bird
from lab.discovery import lab as limits
from lab.gobgp import Gobgp, neighbor
from lab.l3vpn import L3vpn
from lab.speaker import Speaker
from lab.wait import expect, expect_equal, wait_for


def pair(lab):
    a, b = lab.node("a"), lab.node("b")
    lab.link((a, "a0", "10.0.0.1/24", "2001:db8::1/64"), (b, "b0", "10.0.0.2/24", "2001:db8::2/64"))
    return a, b


def test_speakers_exchange_routes(lab):
    a, b = pair(lab)
    lab.build()
    left = Speaker(a, "10.0.0.1", "10.0.0.2", 65001, 65002, families=("ipv4", "vpnv4"))
    right = Speaker(b, "10.0.0.2", "10.0.0.1", 65002, 65001, families=("ipv4", "vpnv4"))
    right.listen()
    left.open()
    right.accept()
    wait_for(left.up, 5, "session between the speakers")
    left.announce(["192.0.2.0/24", "198.51.100.128/25"], med=7, communities=["65001:1"])
    left.announce_vpn(["10.1.0.0/16"], "65000:1", 777, ["65000:100"])
    wait_for(lambda: len(right.rib) == 3, 5, "three routes")
    update = right.prefixes()["198.51.100.128/25"]
    expect_equal((update.as_path(), update.next_hop, update.number(bgp.MED), update.communities()),
                 ([65001], "10.0.0.1", 7, ["65001:1"]), "attributes")
    vpn = right.prefixes("vpnv4", "65000:1")["10.1.0.0/16"]
    expect_equal(vpn.labels, {("vpnv4", "65000:1", "10.1.0.0/16", None): 777}, "label")
    left.withdraw_vpn(["10.1.0.0/16"], "65000:1")
    left.refresh("vpnv4", 1)
    wait_for(lambda: right.refreshes == [("vpnv4", 1)], 5, "a refresh")
    expect_equal(set(right.prefixes()), {"192.0.2.0/24", "198.51.100.128/25"}, "what is left")
    right.send(bgp.message(bgp.NOTIFICATION, bytes([6, 4])))
    wait_for(lambda: left.notifications == [(6, 4, b"")], 5, "a notification")


def test_bird_and_gobgp(lab):
    a, b = pair(lab)
    lab.build()
    bird = Bird(a, """router id 10.0.0.1;
protocol static { ipv4; route 192.0.2.0/24 blackhole; }
protocol bgp peer1 { local 10.0.0.1 as 65001; neighbor 10.0.0.2 as 65002; connect delay time 1; connect retry time 1;
  ipv4 { import all; export all; }; }
""").start()
    gobgp = Gobgp(b, 65002, "10.0.0.2", [neighbor("10.0.0.1", 65001)]).start()
    wait_for(lambda: bird.established("peer1") and gobgp.up(), 40, "session")
    gobgp.announce("198.51.100.0/24")
    wait_for(lambda: "198.51.100.0/24" in bird.routes(), 10, "GoBGP's route in BIRD")
    expect("192.0.2.0/24" in gobgp.routes(), "BIRD's route in GoBGP", gobgp.routes())
    expect_equal(gobgp.refreshes_received("10.0.0.1"), 0, "refreshes before")
    bird.control("reload in peer1")
    wait_for(lambda: gobgp.refreshes_received("10.0.0.1") == 1, 10, "ROUTE-REFRESH at GoBGP")


def test_bird_counts_refreshes(lab):
    a, b = pair(lab)
    lab.build()
    bird = Bird(a, """router id 10.0.0.1;
protocol static { ipv4; route 192.0.2.0/24 blackhole; }
protocol bgp peer1 { local 10.0.0.1 as 65001; neighbor 10.0.0.2 as 65002; passive; ipv4 { import all; export all; }; }
""").start()
    peer = Speaker(b, "10.0.0.2", "10.0.0.1", 65002, 65001).connect()
    wait_for(lambda: list(peer.prefixes()) == ["192.0.2.0/24"], 10, "BIRD's route")
    expect_equal(bird.refreshes_received("peer1"), 0, "refreshes before")
    peer.forget()
    peer.refresh("ipv4")
    wait_for(lambda: bird.refreshes_received("peer1") == 1, 10, "ROUTE-REFRESH at BIRD")
    wait_for(lambda: peer.refreshes == [("ipv4", 1), ("ipv4", 2)], 10, "BoRR and EoRR from BIRD")
    expect_equal([route[2] for route in peer.announced], ["192.0.2.0/24"], "what BIRD sent again")


@limits(timeout=200, weight=40)
def test_the_l3vpn_bench_works_with_frr(lab):
    bench = L3vpn(lab, "frr", "frr").start().wait_up()
    bench.check_reachability()
    bench.check_isolation()
    label = bench.label("red", 2)
    with capture.Capture(bench.p, "pe1") as wire:
        expect(bench.ce_nodes["red1"].ping("192.168.2.1", source="192.168.1.1", count=3), "three pings")
    expect_equal(wire.label_stacks("192.168.2.1", 1), {(1002, label)}, "labels on the wire")
    route = kernel.table(bench.pe_nodes[1], 1001)["192.168.2.0/24"]
    expect_equal(kernel.paths(bench.pe_nodes[1], route), [("172.16.1.254", "core", [1002, label])], "the kernel's route")


@limits(timeout=400, weight=100)
def test_what_each_peer_saw(lab):
    """A speaker in vrfd's place: the peers report its route, its refresh and its reset the way the tests ask them."""
    names = ["red_bird", "red_gobgp", "red_frr", "vpn_bird", "vpn_gobgp", "vpn_frr"]
    pe, nodes = lab.node("pe"), {name: lab.node(name.replace("_", "-")) for name in names}
    for name in names:
        number = many_peers.PEERS[name][0]
        lab.link((pe, f"e{number}", f"10.0.{number}.1/24"), (nodes[name], "eth0", f"10.0.{number}.2/24"))
        lab.command(nodes[name], f"route add default via 10.0.{number}.1")
    lab.build()
    for name in names:
        peer = many_peers.MAKERS[name.split("_")[1]](name, nodes[name])
        family = "vpnv4" if name.startswith("vpn") else "ipv4"
        speaker = Speaker(pe, many_peers.own(name), many_peers.address(name), 65000, many_peers.PEERS[name][1], families=[family]).connect()
        wait_for(peer.up, 20, f"{name} is up")
        expect_equal((peer.sessions(), peer.refreshes(), peer.has("10.9.0.0/16")), (1, 0, False), f"{name} in the beginning")
        if family == "ipv4":
            speaker.announce(["10.9.0.0/16"], med=7)
        else:
            speaker.announce_vpn(["10.9.0.0/16"], "65000:1", 100, ["65000:100"], med=7)
        wait_for(lambda: peer.med("10.9.0.0/16") == 7, 10, f"{name} has the route with its MED")
        speaker.refresh(family)
        wait_for(lambda: peer.refreshes() == 1, 10, f"{name} counts one refresh")
        speaker.send(bgp.message(bgp.NOTIFICATION, bytes([6, 4])))
        wait_for(lambda: peer.reason() in test_reset.ADMINISTRATIVE[name.split("_")[1]], 10, f"{name} says why")
        wait_for(lambda: not peer.up(), 10, f"{name} is down")
        speaker.close()
        again = Speaker(pe, many_peers.own(name), many_peers.address(name), 65000, many_peers.PEERS[name][1], families=[family]).connect()
        wait_for(lambda: peer.up() and peer.sessions() == 2, 20, f"{name} counts two sessions")
        again.close()
