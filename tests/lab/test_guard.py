"""What keeps sessions: passwords, hop limits, roles, timers, and the peers that come by themselves."""

import socket
import time

from lab import bgp, kernel
from lab.discovery import lab as limits
from lab.edge import AS, FAMILIES, Edge
from lab.frr import Frr
from lab.wait import expect, expect_equal, stays, wait_for


def set_keys(edge, name, **changes):
    edge.change(lambda config: edge.keys(config, name).update(changes))


def last_codes(edge, name):
    """Code and subcode of the NOTIFICATION that ended the last session; nothing if there was none."""
    told = (edge.row(name)["last_reset"] or {}).get("notification")
    return (told["code"], told["subcode"]) if told else None


def dial(edge, name):
    """Connects from a node; how it ended: closed, answered or silence."""
    with edge.nodes[name].inside():
        client = socket.socket()
    with client:
        client.settimeout(4)
        try:
            client.connect((edge.own(name), 179))
            return "closed" if client.recv(100) == b"" else "answered"
        except ConnectionError:
            return "closed"
        except socket.timeout:
            return "silence"


@limits(timeout=240, weight=60)
def test_passwords_per_vrf(lab):
    """The same address in two VPNs, each with a password of its own; a wrong one lets nobody in."""
    edge = Edge(lab, ["red_frr", "blue_frr"])
    config = edge.config({"red_frr": {"as": 65101, "password": "for-red"}})
    # blue's neighbour has the address of red's, on a link of its own
    lab.command(edge.nodes["blue_frr"], "address flush dev eth0", "address add 10.0.1.2/24 dev eth0")
    blue = config["vpn_instances"]["blue"]
    blue["peers"]["10.0.1.2"] = {"as": 65102, "connect_retry": 1, "families": FAMILIES, "password": "for-blue"}
    edge.start(config)
    edge.node.ip("address", "flush", "dev", "e2")
    edge.node.ip("address", "add", "10.0.1.1/24", "dev", "e2")
    red = edge.frr("red_frr", 65101, neighbor="password for-red", networks=["10.101.0.0/16"])
    blue_frr = Frr(edge.nodes["blue_frr"], """router bgp 65102
 bgp router-id 10.0.1.2
 no bgp ebgp-requires-policy
 no bgp network import-check
 neighbor 10.0.1.1 remote-as 65000
 neighbor 10.0.1.1 timers connect 1
 neighbor 10.0.1.1 password for-red
 address-family ipv4 unicast
  network 10.102.0.0/16
 exit-address-family
exit
""").start()

    def state(vpn):
        return edge.vrfd.peers(vpn)["10.0.1.2"]["state"]
    wait_for(lambda: state("red") == "established", 40, "red's session")
    stays(lambda: state("blue") != "established", 8, "red's password does not open blue")
    blue_frr.configure("router bgp 65102", "neighbor 10.0.1.1 password for-blue")
    wait_for(lambda: state("blue") == "established", 40, "blue's session with blue's password")
    wait_for(lambda: "10.101.0.0/16" in kernel.bgp_routes(edge.node, 1001), 10, "red's route in red's table")
    wait_for(lambda: "10.102.0.0/16" in kernel.bgp_routes(edge.node, 1002), 10, "blue's route in blue's table")
    expect("10.102.0.0/16" not in kernel.bgp_routes(edge.node, 1001), "nothing of blue in red")
    expect(red.established("10.0.1.1"), "red noticed nothing")


@limits(timeout=240, weight=60, plain=True)
def test_peers_by_prefix(lab):
    """Whoever connects from the prefix with the password is a peer while it is there, up to a number."""
    edge = Edge(lab, ["core_frr", "core_bird", "core_c"])
    config = edge.config({})
    config["peers"] = {"10.0.0.0/16": {"as": 65101, "families": FAMILIES, "password": "open", "maximum_peers": 2}}
    edge.start(config)
    frr = edge.frr("core_frr", 65101, neighbor="password open", networks=["10.101.0.0/16"])
    wait_for(lambda: edge.up("core_frr"), 40, "FRR came in")
    row = edge.row("core_frr")
    expect_equal((row["range"], row["as"], row["type"]), ("10.0.0.0/16", 65101, "external"), "its row")
    bird = edge.bird("core_bird", 65101, ["10.102.0.0/16"], options='password "open";')
    wait_for(lambda: edge.up("core_bird"), 40, "BIRD came in")
    wait_for(lambda: {"10.101.0.0/16", "10.102.0.0/16"} <= set(kernel.bgp_routes(edge.node, 254)), 10, "routes of both")
    expect_equal(dial(edge, "core_c"), "silence", "without the password the kernel does not answer")
    third = edge.bird("core_c", 65101, [], options='password "open";')
    wait_for(lambda: "as many peers of 10.0.0.0/16 as there may be" in edge.vrfd.log(), 20, "a third one is refused")
    expect(edge.address("core_c") not in edge.vrfd.peers(), "and is no peer", list(edge.vrfd.peers()))

    refreshed = edge.vrfd.ctl("refresh bgp ipv4", edge.address("core_frr"), "import").expect_code(0).json
    expect_equal([(one["peer"], one["state"]) for one in refreshed["peers"]], [(edge.address("core_frr"), "done")], "a refresh of it")
    bird.stop()
    wait_for(lambda: "10.102.0.0/16" not in kernel.bgp_routes(edge.node, 254), 10, "who leaves takes its routes along")
    wait_for(lambda: edge.up("core_c"), 40, "its place is free for the third")
    expect(edge.address("core_bird") not in edge.vrfd.peers(), "the row of who left is gone")
    expect(edge.up("core_frr") and third.established("uplink"), "the others are up")

    def close(changed):
        changed["peers"] = {}
    edge.change(close)
    wait_for(lambda: not frr.established(edge.own("core_frr")), 10, "the prefix goes, its peers with it")
    expect_equal(frr.notification_from(edge.own("core_frr")), "Cease/Peer De-configured", "what FRR hears")
    expect_equal(edge.vrfd.peers(), {}, "peers left")


@limits(timeout=240, weight=50)
def test_peers_by_prefix_of_one_vrf(lab):
    """The prefix of one VPN lets nobody into another one."""
    edge = Edge(lab, ["red_bird", "blue_d"])
    config = edge.config({})
    config["vpn_instances"]["red"]["peers"] = {"10.0.0.0/16": {"as": 65101, "families": FAMILIES, "password": "open"}}
    config["vpn_instances"]["blue"]["peers"] = {"192.0.2.0/24": {"as": 65104, "families": FAMILIES}}
    edge.start(config)
    edge.bird("red_bird", 65101, ["10.102.0.0/16"], options='password "open";')
    wait_for(lambda: edge.up("red_bird"), 40, "BIRD came in")
    wait_for(lambda: "10.102.0.0/16" in kernel.bgp_routes(edge.node, 1001), 10, "its route in red's table")
    expect_equal(dial(edge, "blue_d"), "closed", "blue takes nobody from red's prefix")
    expect_equal(edge.vrfd.peers("blue"), {}, "peers of blue")


@limits(timeout=200, weight=40, plain=True)
def test_password(lab):
    """FRR with the wrong password is not heard, with the right one it is."""
    edge = Edge(lab, ["core_frr"])
    edge.start(edge.config({"core_frr": {"as": 65101, "password": "right"}}))
    frr = edge.frr("core_frr", 65101, neighbor="password wrong")
    stays(lambda: not edge.up("core_frr"), 6, "the wrong password")
    frr.configure("router bgp 65101", f"neighbor {edge.own('core_frr')} password right")
    wait_for(lambda: edge.up("core_frr"), 40, "the right one")


@limits(timeout=200, weight=50, plain=True)
def test_passive(lab):
    """vrfd waits for FRR; BIRD waits for vrfd."""
    edge = Edge(lab, ["core_frr", "core_bird"])
    edge.start(edge.config({"core_frr": {"as": 65101, "passive": True}, "core_bird": {"as": 65102}}))
    edge.bird("core_bird", 65102, options="passive on;")
    wait_for(lambda: edge.up("core_bird"), 20, "vrfd opens the session with BIRD")
    with edge.nodes["core_frr"].inside():
        listener = socket.create_server((edge.address("core_frr"), 179))
    with listener:
        listener.settimeout(5)
        try:
            listener.accept()
            opened = True
        except socket.timeout:
            opened = False
    expect(not opened, "a passive session opens nothing")
    edge.frr("core_frr", 65101)
    wait_for(lambda: edge.up("core_frr"), 40, "FRR opens it")


@limits(timeout=240, weight=60, plain=True)
def test_ttl_security(lab):
    """GTSM with FRR and BIRD; a peer that does not send with 255 hops is not heard."""
    edge = Edge(lab, ["core_frr", "core_bird"])
    edge.start(edge.config({"core_frr": {"as": 65101, "ttl_security": 1}, "core_bird": {"as": 65102, "ttl_security": 1}}))
    frr = edge.frr("core_frr", 65101)
    edge.bird("core_bird", 65102, options="direct; ttl security on;")
    wait_for(lambda: edge.up("core_bird"), 40, "BIRD with GTSM")
    stays(lambda: not edge.up("core_frr"), 6, "FRR without GTSM is not heard")
    frr.configure("router bgp 65101", f"neighbor {edge.own('core_frr')} ttl-security hops 1")
    wait_for(lambda: edge.up("core_frr"), 40, "FRR with GTSM")


@limits(timeout=240, weight=60, plain=True)
def test_multihop_and_update_source(lab):
    """eBGP between loopbacks, which is refused without multihop."""
    edge = Edge(lab, ["core_frr"])
    lab.address(edge.node, "lo", "10.255.0.1/32")
    lab.address(edge.nodes["core_frr"], "lo", "10.255.0.2/32")
    lab.command(edge.node, "route add 10.255.0.2/32 via 10.0.1.2")
    lab.command(edge.nodes["core_frr"], "route add 10.255.0.1/32 via 10.0.1.1")
    config = edge.config({})
    config["peers"]["10.255.0.2"] = {"as": 65101, "connect_retry": 1, "families": FAMILIES, "update_source": "10.255.0.1",
                                     "multihop": 2}
    edge.start(config)
    frr = Frr(edge.nodes["core_frr"], """router bgp 65101
 bgp router-id 10.255.0.2
 no bgp ebgp-requires-policy
 no bgp network import-check
 neighbor 10.255.0.1 remote-as 65000
 neighbor 10.255.0.1 timers connect 1
 neighbor 10.255.0.1 ebgp-multihop 2
 neighbor 10.255.0.1 update-source 10.255.0.2
 address-family ipv4 unicast
  network 10.101.0.0/16
 exit-address-family
exit
""").start()

    def state():
        return edge.vrfd.peers()["10.255.0.2"]["state"]
    wait_for(lambda: state() == "established", 40, "the session between loopbacks")
    expect_equal(frr.neighbor("10.255.0.1")["hostForeign"], "10.255.0.1", "vrfd's own address")

    def by_interface(changed):
        changed["peers"]["10.255.0.2"]["update_source"] = "lo"
    edge.change(by_interface)
    edge.vrfd.ctl("reset bgp ipv4 10.255.0.2").expect_code(0)
    wait_for(lambda: state() == "established", 40, "the same by the name of the interface")
    wait_for(lambda: "10.101.0.0/16" in kernel.bgp_routes(edge.node, 254), 10, "its route in the kernel")


@limits(timeout=240, weight=60, plain=True)
def test_roles(lab):
    """RFC 9234 with FRR and BIRD: the mark that is put on, what is held back, a mismatch, strictness."""
    edge = Edge(lab, ["core_up", "core_down", "core_old"])
    edge.start(edge.config({"core_up": {"as": 65101, "role": "customer"}, "core_down": {"as": 65102, "role": "provider"},
                            "core_old": {"as": 65103}}))
    up = edge.frr("core_up", 65101, neighbor="local-role provider", networks=["10.101.0.0/16"])
    down = edge.bird("core_down", 65102, ["10.102.0.0/16"], options="local role customer;")
    old = edge.speaker("core_old", 65103).connect()
    wait_for(lambda: edge.up("core_up") and edge.up("core_down"), 40, "both sessions")
    for name in ("core_up", "core_down"):
        expect("role" in edge.row(name)["capabilities"]["received"], f"the role of {name}", edge.row(name)["capabilities"])
    wait_for(lambda: "10.101.0.0/16" in down.routes(), 10, "the provider's route at the customer")
    expect_equal(down.routes()["10.101.0.0/16"]["otc"], "65101", "with the provider's mark")
    wait_for(lambda: "10.102.0.0/16" in up.routes(), 10, "the customer's route at the provider")
    marked = bgp.attribute(0xC0, 35, bytes.fromhex("0000fe4f"))
    old.announce(["10.103.1.0/24"], extra=marked)
    old.announce(["10.103.2.0/24"])
    wait_for(lambda: {"10.103.1.0/24", "10.103.2.0/24"} <= set(down.routes()), 10, "the customer gets both routes of the other")
    wait_for(lambda: "10.103.2.0/24" in up.routes(), 10, "the provider gets the one without a mark")
    expect("10.103.1.0/24" not in up.routes(), "what was for customers only does not go up")
    flags = old.prefixes()["10.101.0.0/16"].attributes[35]
    expect_equal(flags, (0xC0, (65101).to_bytes(4, "big")), "the mark as it is sent on, not marked partial")

    # a leak: the customer passes on what had a mark
    set_keys(edge, "core_old", role="provider")
    edge.vrfd.ctl("reset bgp ipv4", edge.address("core_old")).expect_code(0)
    old.close()
    again = edge.speaker("core_old", 65103).connect()
    again.announce(["10.103.1.0/24"], extra=marked)

    def reason():
        rows = edge.vrfd.routes("ipv4 routes received peer", edge.address("core_old"))
        return [(row["state"], row["reason"]) for row in rows if row["prefix"] == "10.103.1.0/24"]
    wait_for(lambda: reason() == [("ineligible", "route_leak")], 10, "a leaked route")

    set_keys(edge, "core_up", role="peer")
    edge.vrfd.ctl("reset bgp ipv4", edge.address("core_up")).expect_code(0)
    wait_for(lambda: last_codes(edge, "core_up") == (2, 11), 20, "2/11 for a role that does not fit")
    expect(not edge.up("core_up"), "no session with it")
    set_keys(edge, "core_up", role="customer")
    wait_for(lambda: edge.up("core_up"), 60, "back with the right role")
    again.close()
    set_keys(edge, "core_old", strict_role=True)
    edge.vrfd.ctl("reset bgp ipv4", edge.address("core_old")).expect_code(0)
    strict = edge.speaker("core_old", 65103).open()
    wait_for(lambda: (2, 11, b"") in strict.notifications, 20, "a peer without a role, where one is asked for")


@limits(timeout=240, weight=50, plain=True)
def test_shutdown_communication(lab):
    """RFC 9003 both ways, shown and logged."""
    edge = Edge(lab, ["core_frr"])
    edge.start(edge.config({"core_frr": {"as": 65101}}))
    own = edge.own("core_frr")
    frr = edge.frr("core_frr", 65101)
    wait_for(lambda: edge.up("core_frr"), 40, "the session")
    set_keys(edge, "core_frr", shutdown="moving to the other site, back at 10")
    wait_for(lambda: frr.neighbor(own)["bgpState"] != "Established", 10, "the session is down")
    wait_for(lambda: "moving to the other site, back at 10" in frr.log("bgpd"), 10, "FRR logs the text")
    expect_equal(edge.row("core_frr")["state"], "shutdown", "the state")
    stays(lambda: edge.row("core_frr")["state"] == "shutdown", 3, "it stays down")
    set_keys(edge, "core_frr", shutdown=False)
    wait_for(lambda: edge.up("core_frr"), 40, "back")
    frr.configure("router bgp 65101", f"neighbor {own} shutdown message maintenance of the CE")
    wait_for(lambda: (edge.row("core_frr")["last_reset"] or {}).get("message") == "maintenance of the CE", 10, "what FRR told is shown")
    reset = edge.row("core_frr")["last_reset"]
    expect_equal((reset["by"], reset["notification"]["code"], reset["notification"]["subcode"]), ("peer", 6, 2), "whose it was")
    expect("maintenance of the CE" in edge.vrfd.log(), "and logged")


@limits(timeout=240, weight=50, plain=True)
def test_hold_time_and_keepalive(lab):
    """The lesser hold time counts, one below the least is refused with 2/6, keepalives as often as configured."""
    edge = Edge(lab, ["core_frr", "core_b"])
    edge.start(edge.config({"core_frr": {"as": 65101, "minimum_hold_time": 20}, "core_b": {"as": 65102, "keepalive": 1}}))
    own = edge.own("core_frr")
    frr = edge.frr("core_frr", 65101, neighbor="timers 3 9")
    wait_for(lambda: last_codes(edge, "core_frr") == (2, 6), 40, "9 s are refused")
    expect("below the least of 20 s" in edge.vrfd.log(), "the log says why")
    frr.configure("router bgp 65101", f"neighbor {own} timers 7 21")
    wait_for(lambda: edge.up("core_frr"), 60, "21 s are taken")
    expect_equal(edge.row("core_frr")["hold_time_s"], 21, "the negotiated one")
    other = edge.speaker("core_b", 65102).connect()
    other.forget()
    time.sleep(6)
    count = len([one for one in other.received if one[0] == bgp.KEEPALIVE])
    expect(4 <= count <= 9, "keepalives in six seconds at one a second", count)


@limits(timeout=200, weight=40, plain=True)
def test_two_octet_peer(lab):
    """BIRD without four-octet AS numbers: AS_TRANS on the wire, the true path beside it (RFC 6793)."""
    big = 4200000001
    edge = Edge(lab, ["core_bird", "core_b", "core_c"])
    edge.start(edge.config({"core_bird": {"as": 65101}, "core_b": {"as": 65102}, "core_c": {"as": 65103}}, **{"as": big}))
    bird = edge.bird("core_bird", 65101, ["10.101.0.0/16"], options="enable as4 off;", local_as=None)
    other = edge.speaker("core_b", 65102, peer_as=big).connect()
    other.announce(["10.102.0.0/16"], as_path=[65102, 4200000077])
    wait_for(lambda: edge.up("core_bird") and "10.102.0.0/16" in bird.routes(), 40, "the session and a route")
    expect("four_octet_as" not in edge.row("core_bird")["capabilities"]["received"], "BIRD has no four-octet AS numbers")
    expect_equal(bird.routes()["10.102.0.0/16"]["as_path"], f"{big} 65102 4200000077", "the path that BIRD puts together")
    raw = edge.speaker("core_c", 65103, peer_as=big, as4=False).connect()
    wait_for(lambda: "10.102.0.0/16" in raw.prefixes(), 10, "the route at a speaker that shows the octets")
    update = raw.prefixes()["10.102.0.0/16"]
    expect_equal(update.as_path(as4=False), [23456, 65102, 23456], "AS_PATH")
    expect_equal(list(bgp.path_segments(update.attributes[17][1])), [(2, (big, 65102, 4200000077))], "AS4_PATH")
    expect("10.101.0.0/16" in other.prefixes(), "BIRD's route goes on")
    expect_equal(other.prefixes()["10.101.0.0/16"].as_path(), [big, 65101], "with the true own AS")


@limits(timeout=200, weight=40, plain=True)
def test_send_hold_timer(lab):
    """A peer that is alive but takes nothing is left after the send hold time (RFC 9687)."""
    edge = Edge(lab, ["core_a", "core_b"])
    edge.start(edge.config({"core_a": {"as": 65101, "hold_time": 0, "send_hold_time": 4}, "core_b": {"as": 65102}}))
    deaf = edge.nodes["core_a"]
    with deaf.inside():
        client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wait_for(lambda: client.connect_ex((edge.own("core_a"), 179)) in (0, 106), 20, "TCP")
    client.sendall(bgp.open_message(65101, edge.address("core_a"), 0, bgp.capabilities(65101, ["ipv4"])) + bgp.message(bgp.KEEPALIVE))
    wait_for(lambda: edge.up("core_a"), 10, "the session of who reads nothing")
    many = edge.speaker("core_b", 65102).connect()
    many.announce([f"10.{a}.{b}.{c}/25" for a in range(100, 228) for b in range(250) for c in (0, 128)])
    wait_for(lambda: last_codes(edge, "core_a") == (8, 0), 60, "8/0 after four seconds")
    expect(edge.up("core_b"), "the other session lives")
    client.close()


@limits(timeout=240, weight=60, plain=True)
def test_link_down_ends_the_session(lab):
    """With a hold time of 90 s: the session of a direct peer ends with its link, at either end, and one over hops that
    is followed ends when the kernel has no way left."""
    edge = Edge(lab, ["core_frr", "core_bird", "core_far"])
    lab.address(edge.nodes["core_far"], "lo", "10.255.0.2/32")
    lab.command(edge.node, "route add 10.255.0.2/32 via 10.0.3.2")
    config = edge.config({"core_frr": {"as": 65101}, "core_bird": {"as": 65102}})
    config["peers"]["10.255.0.2"] = {"as": 65103, "connect_retry": 1, "families": FAMILIES, "multihop": 5, "bfd": True}
    edge.start(config)
    edge.frr("core_frr", 65101, networks=["10.101.0.0/16"])
    edge.bird("core_bird", 65102, ["10.102.0.0/16"])
    far = edge.speaker("core_far", 65103)
    far.local = "10.255.0.2"
    far.connect()

    def far_up():
        return edge.vrfd.peers()["10.255.0.2"]["state"] == "established"
    wait_for(lambda: edge.up("core_frr") and edge.up("core_bird") and far_up(), 40, "three sessions")
    edge.node.ip("link", "set", "e1", "down")
    wait_for(lambda: not edge.up("core_frr"), 5, "the own end of the link goes down")
    expect_equal(edge.row("core_frr")["last_reset"]["message"], "the link e1 is down", "why")
    edge.nodes["core_bird"].ip("link", "set", "eth0", "down")
    wait_for(lambda: not edge.up("core_bird"), 5, "the carrier is lost")
    expect(far_up(), "the session over hops is not concerned")
    edge.node.ip("link", "set", "e1", "up")
    edge.nodes["core_bird"].ip("link", "set", "eth0", "up")
    wait_for(lambda: edge.up("core_frr") and edge.up("core_bird"), 60, "back with the links")
    edge.node.ip("route", "del", "10.255.0.2/32")
    wait_for(lambda: not far_up(), 5, "no way to the far peer")
    expect_equal(edge.vrfd.peers()["10.255.0.2"]["last_reset"]["message"], "the kernel has no way to it", "why")
    far.close()


@limits(timeout=200, weight=50, plain=True)
def test_policy_change_automatic(lab):
    """A changed policy, or prefix list, or key that a refresh brings into force, acts by itself, on who is concerned."""
    edge = Edge(lab, ["red_frr", "red_bird", "core"])
    config = edge.config({"red_frr": {"as": 65101, "families": {"ipv4": {"import_policy": "in", "export_policy": "out"}}},
                          "red_bird": {"as": 65102}, "core": {"as": AS, "families": {"vpnv4": {}}}}, policy_change="automatic", fib=False)
    config["prefix_lists"] = {"some": [{"prefix": "10.101.1.0/24"}]}
    config["policies"].update({"in": [{"match": {"prefix_list": "some"}, "then": "accept"}],
                               "out": [{"set": {"med": 1}, "then": "accept"}]})
    edge.start(config)
    frr = edge.frr("red_frr", 65101, networks=["10.101.1.0/24", "10.101.2.0/24"])
    bird = edge.bird("red_bird", 65102, ["10.102.0.0/16"])
    core = edge.speaker("core", AS, ("vpnv4",)).connect()
    wait_for(lambda: "10.102.0.0/16" in frr.routes() and "10.101.1.0/24" in bird.routes(), 40, "routes both ways")
    expect("10.101.2.0/24" not in bird.routes(), "what the policy refuses")
    before = (edge.row("red_frr")["uptime_s"], frr.neighbor(edge.own("red_frr"))["connectionsEstablished"])

    def edit(changed):
        changed["policies"]["out"][0]["set"]["med"] = 2
        changed["prefix_lists"]["some"].append({"prefix": "10.101.2.0/24"})
    edge.change(edit)
    wait_for(lambda: frr.routes()["10.102.0.0/16"][0]["metric"] == 2, 10, "the export policy acts")
    wait_for(lambda: "10.101.2.0/24" in bird.routes(), 10, "the prefix list of the import policy acts")
    jobs = edge.vrfd.ctl("show jobs").json["jobs"]
    expect_equal(sorted((job["direction"], [peer["peer"] for peer in job["peers"]]) for job in jobs),
                 [("export", [edge.address("red_frr")]), ("import", [edge.address("red_frr")])], "only who is concerned")
    expect_equal(edge.vrfd.ctl("show pending").json["pending"], [], "nothing waits")
    expect_equal(frr.neighbor(edge.own("red_frr"))["connectionsEstablished"], before[1], "no session went down")

    def instance_policy(changed):
        changed["vpn_instances"]["red"]["export_policy"] = "out"
        edge.keys(changed, "red_bird")["as_override"] = True
    edge.change(instance_policy)
    wait_for(lambda: core.prefixes("vpnv4")["10.101.1.0/24"].number(bgp.MED) == 2, 10, "an instance's policy acts")
    expect_equal(edge.vrfd.ctl("show pending").json["pending"], [], "nothing waits")
