"""RT constraint (RFC 4684): who gets which VPN routes, as provider edge and as reflector."""

from lab import gobgp
from lab.discovery import lab as limits
from lab.gobgp import Gobgp
from lab.many_peers import (AS, BLUE_RD, BLUE_ROUTE, BLUE_TARGET, PEERS, RED_RD, RED_ROUTE, RED_TARGET, ManyPeers, address,
                            own)
from lab.speaker import Speaker
from lab.wait import expect_equal, stays, wait_for

RED_WANTED, BLUE_WANTED = f"{AS}:{RED_TARGET}", f"{AS}:{BLUE_TARGET}"
BOTH = ("vpnv4", "rtc")
FAMILIES = {"vpnv4": {"import_policy": "from-core", "export_policy": "to-core"},
            "rtc": {"import_policy": "from-core", "export_policy": "to-core"}}


def start(lab, names, **changes):
    """vrfd with the family rtc towards `names`, which are not there yet."""
    bench = ManyPeers(lab, names, **changes)
    bench.config["policies"]["to-core"] = [{"then": "accept"}]
    for name in names:
        bench.config["peers"][address(name)]["families"] = FAMILIES
    bench.vrfd.config = bench.config
    bench.vrfd.start()
    return bench


def connect(bench, name, families=BOTH):
    return Speaker(bench.nodes[name], address(name), own(name), PEERS[name][1], AS, families=families).connect()


def routes_of(speaker):
    return set(speaker.prefixes("vpnv4"))


@limits(timeout=120, weight=60)
def test_vpn_routes_follow_what_a_peer_wants(lab):
    bench = start(lab, ["vpn_speaker"])
    peer = connect(bench, "vpn_speaker")
    wait_for(lambda: "rtc" in peer.end_of_ribs, 10, "vrfd's memberships")
    expect_equal(set(peer.prefixes("rtc")), {RED_WANTED, BLUE_WANTED}, "the import targets of its instances")
    peer.announce_memberships([RED_WANTED])
    stays(lambda: not routes_of(peer) and "vpnv4" not in peer.end_of_ribs, 2, "no VPN route before End-of-RIB")
    peer.end_of_rib("rtc")
    wait_for(lambda: "vpnv4" in peer.end_of_ribs, 10, "VPN routes after it")
    expect_equal(routes_of(peer), {RED_ROUTE}, "red's alone")
    peer.announce_memberships([BLUE_WANTED])
    wait_for(lambda: routes_of(peer) == {RED_ROUTE, BLUE_ROUTE}, 10, "blue's, when they are wanted")
    peer.forget()
    peer.withdraw_memberships([RED_WANTED])
    wait_for(lambda: routes_of(peer) == {BLUE_ROUTE}, 10, "without red's, when they are not")
    expect_equal(([one[2] for one in peer.withdrawn], peer.announced), ([RED_ROUTE], []), "that, and nothing else")
    rows = bench.vrfd.routes("rtc routes")
    expect_equal({(row["prefix"], row["peer"]) for row in rows if row["peer"]},
                 {(f"{AS}:rt:{BLUE_TARGET}", address("vpn_speaker"))}, "what vrfd shows of it")

    bench.config["vpn_instances"]["blue"]["import_targets"] = [BLUE_TARGET, "65000:300"]
    bench.apply()
    wait_for(lambda: f"{AS}:65000:300" in peer.prefixes("rtc"), 10, "another import target is another membership")
    peer.announce_memberships(["default"])
    wait_for(lambda: routes_of(peer) == {RED_ROUTE, BLUE_ROUTE}, 10, "the default wants all")
    peer.withdraw_memberships(["default", BLUE_WANTED])
    wait_for(lambda: not routes_of(peer), 10, "and without anything nothing is wanted")


@limits(timeout=120, weight=60, plain=True)
def test_a_reflector_asks_for_its_clients(lab):
    """Each client hears of what the others want, itself included; a peer without the family gets, and so costs, all."""
    names = ["vpn_speaker", "vpn_frr", "vpn_bird"]
    bench = start(lab, names, vpn_instances={}, public={"fib": False})
    for name in names[:2]:
        bench.config["peers"][address(name)]["route_reflector_client"] = True
    bench.apply()
    first, second, plain = (connect(bench, name) for name in names)
    for one in (first, second, plain):
        wait_for(lambda: "rtc" in one.end_of_ribs, 10, "a session with memberships")
    first.announce_memberships([RED_WANTED])
    second.announce_memberships([RED_WANTED, BLUE_WANTED])
    for one in (first, second):
        wait_for(lambda: set(one.prefixes("rtc")) == {RED_WANTED, BLUE_WANTED}, 10, "a client has what both want")
        one.end_of_rib("rtc")
    update = first.prefixes("rtc")[RED_WANTED]
    expect_equal((update.next_hop, update.attributes[9][1]), (own("vpn_speaker"), bytes([10, 255, 0, 1])), "the reflector in person")
    wait_for(lambda: set(plain.prefixes("rtc")) == {RED_WANTED, BLUE_WANTED}, 10, "a peer that is no client, too")
    plain.announce_memberships([BLUE_WANTED])
    plain.end_of_rib("rtc")
    first.announce_vpn([RED_ROUTE], RED_RD, 5000, [RED_TARGET])
    first.announce_vpn([BLUE_ROUTE], BLUE_RD, 5001, [BLUE_TARGET])
    wait_for(lambda: routes_of(second) == {RED_ROUTE, BLUE_ROUTE}, 10, "who wants both gets both")
    wait_for(lambda: routes_of(plain) == {BLUE_ROUTE}, 10, "who wants one gets one")
    second.close()
    wait_for(lambda: set(first.prefixes("rtc")) == {RED_WANTED, BLUE_WANTED}, 10, "blue is still wanted by the third")
    plain.close()
    wait_for(lambda: set(first.prefixes("rtc")) == {RED_WANTED}, 10, "and then by nobody")


@limits(timeout=120, weight=60, plain=True)
def test_a_reflector_with_a_silent_peer_wants_everything(lab):
    names = ["vpn_speaker", "vpn_frr"]
    bench = start(lab, names, vpn_instances={}, public={"fib": False})
    bench.config["peers"][address("vpn_speaker")]["route_reflector_client"] = True
    bench.config["peers"][address("vpn_frr")]["families"] = {"vpnv4": FAMILIES["vpnv4"]}
    bench.apply()
    client, silent = connect(bench, "vpn_speaker"), connect(bench, "vpn_frr", ("vpnv4",))
    wait_for(lambda: set(client.prefixes("rtc")) == {"default"}, 10, "everything is wanted")
    client.end_of_rib("rtc")
    client.announce_vpn([RED_ROUTE], RED_RD, 5000, [RED_TARGET])
    wait_for(lambda: routes_of(silent) == {RED_ROUTE}, 10, "for the peer that cannot say so")


@limits(timeout=120, weight=80)
def test_gobgp_says_what_its_vrf_wants(lab):
    bench = start(lab, ["vpn_gobgp"])
    router = Gobgp(bench.nodes["vpn_gobgp"], PEERS["vpn_gobgp"][1], address("vpn_gobgp"),
                   [gobgp.neighbor(own("vpn_gobgp"), AS, BOTH)]).start()
    wait_for(router.up, 30, "a session with GoBGP")
    stays(lambda: RED_ROUTE not in router.learned() and BLUE_ROUTE not in router.learned(), 6, "it wants nothing yet")
    router.control("vrf", "add", "red", "rd", RED_RD, "rt", "both", RED_TARGET)
    wait_for(lambda: RED_ROUTE in router.learned(), 20, "red's route for GoBGP's VRF")
    expect_equal(BLUE_ROUTE in router.learned(), False, "blue's")
    router.control("vrf", "del", "red")
    wait_for(lambda: RED_ROUTE not in router.learned(), 20, "no VRF, no route")
