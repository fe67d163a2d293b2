"""Maximum prefixes: of a peer, whose session it may cost, and of an instance, which keeps what it has."""

from lab import bgp, kernel
from lab.discovery import lab as limits
from lab.edge import ACCEPT, AS, RD, TABLE, Edge
from lab.wait import expect, expect_equal, stays, wait_for


@limits(timeout=240, weight=60, plain=True)
def test_maximum_prefixes_of_a_peer(lab):
    """FRR goes over its limit: told before, closed with 6/1, others untouched; a raised limit brings it back."""
    edge = Edge(lab, ["core_frr", "core_bird"])
    # FRR sends back what it hears, and that would count
    silent = {"ipv4": {"import_policy": "any", "export_policy": "none"}}
    frr_keys = {"as": 65101, "families": silent, "maximum_prefixes": {"limit": 4, "warning_percent": 50}}
    edge.start(edge.config({"core_frr": frr_keys, "core_bird": {"as": 65102, "families": silent, "maximum_prefixes": {
        "limit": 2, "action": "restart", "restart_after_s": 4}}}, policies={"any": ACCEPT, "none": [{"then": "reject"}]}))
    frr = edge.frr("core_frr", 65101, networks=["10.101.1.0/24", "10.101.2.0/24"])
    bird = edge.bird("core_bird", 65102, ["10.102.1.0/24"])
    wait_for(lambda: edge.up("core_frr") and edge.up("core_bird"), 40, "both sessions")
    wait_for(lambda: edge.row("core_frr")["families"][0]["received"] == 2, 10, "two routes")
    family = edge.row("core_frr")["families"][0]
    expect_equal((family["maximum_prefixes"], family["limit_state"]), (4, "within"), "within the limit")

    frr.configure("router bgp 65101", "address-family ipv4 unicast", "network 10.101.3.0/24")
    wait_for(lambda: edge.row("core_frr")["families"][0]["limit_state"] == "warning", 10, "warned at half of the limit")
    expect("ipv4: 3 prefixes, the limit is 4" in edge.vrfd.log(), "the log warns", edge.vrfd.log()[-600:])
    expect(edge.up("core_frr"), "a warning does no more")

    frr.configure("router bgp 65101", "address-family ipv4 unicast", "network 10.101.4.0/24", "network 10.101.5.0/24")
    wait_for(lambda: edge.row("core_frr")["state"] == "idle", 10, "the session is closed")
    wait_for(lambda: frr.notification_from(edge.own("core_frr")) == "Cease/Maximum Number of Prefixes Reached", 10, "FRR hears 6/1")
    reset = edge.row("core_frr")["last_reset"]
    expect_equal((reset["by"], reset["notification"]["code"], reset["notification"]["subcode"], reset["message"]),
                 ("local", 6, 1, "ipv4: 5 prefixes, the limit is 4"), "what show bgp peer says")
    wait_for(lambda: not [p for p in kernel.bgp_routes(edge.node, 254) if p.startswith("10.101.")], 10, "its routes are gone")
    stays(lambda: edge.row("core_frr")["state"] == "idle" and edge.up("core_bird"), 5, "it stays closed, the other one up")

    def raise_limit(config):
        edge.keys(config, "core_frr")["maximum_prefixes"]["limit"] = 5
    edge.change(raise_limit)
    wait_for(lambda: edge.up("core_frr") and edge.row("core_frr")["families"][0]["received"] == 5, 30, "back under the raised limit")

    # restart: BIRD is closed too, and comes back by itself once it behaves
    bird.configure(open(bird.node.path("bird.conf")).read().split("protocol device { scan time 2; }\n")[1].replace(
        "route 10.102.1.0/24 blackhole;", "".join(f"route 10.102.{n}.0/24 blackhole; " for n in (1, 2, 3))))
    wait_for(lambda: edge.row("core_bird")["restart_in_s"] is not None, 10, "BIRD is over its limit")
    expect("10.102.3.0/24" not in kernel.bgp_routes(edge.node, 254), "nothing of it is used")
    bird.configure(open(bird.node.path("bird.conf")).read().split("protocol device { scan time 2; }\n")[1].replace(
        "route 10.102.2.0/24 blackhole; route 10.102.3.0/24 blackhole;", ""))
    wait_for(lambda: edge.up("core_bird"), 30, "BIRD is let in again")
    expect(edge.up("core_frr"), "FRR noticed nothing")


@limits(weight=30)
def test_maximum_prefixes_of_an_instance(lab):
    """What was there stays, the rest waits; in the kernel nothing is deleted, and nothing added twice."""
    edge = Edge(lab, ["red_a", "red_b", "core"])
    config = edge.config({"red_a": {"as": 65101}, "red_b": {"as": 65102}, "core": {"as": AS, "connect_retry": 1, "families": {"vpnv4": {}}}})
    config["vpn_instances"]["red"]["maximum_prefixes"] = 4
    edge.start(config)
    first = edge.speaker("red_a", 65101).connect()
    first.announce(["10.101.1.0/24", "10.101.2.0/24", "10.101.3.0/24"])

    def routes():
        return set(kernel.bgp_routes(edge.node, TABLE["red"]))
    wait_for(lambda: len(routes()) == 3, 10, "three routes in the kernel")
    core = edge.speaker("core", AS, ("vpnv4",)).connect()
    monitor = edge.node.start(["ip", "monitor", "route"], "monitor.log")
    second = edge.speaker("red_b", 65102).connect()
    second.announce([f"10.102.{n}.0/24" for n in range(1, 6)])
    wait_for(lambda: edge.vrfd.instance("red")["over_limit"] == 4, 10, "four prefixes wait")
    row = edge.vrfd.instance("red")
    expect_equal((row["maximum_prefixes"], row["limit_state"]), (4, "over"), "show vpn-instance says so")
    expect('prefix_limit' in edge.vrfd.log() and "the limit is 4" in edge.vrfd.log(), "the log says so")
    wait_for(lambda: len(routes()) == 4, 10, "the kernel has four")
    expect({"10.101.1.0/24", "10.101.2.0/24", "10.101.3.0/24"} <= routes(), "what was there first stays", routes())
    wait_for(lambda: len(core.prefixes("vpnv4", RD["red"])) == 4, 10, "four go into the VPN")
    expect_equal(core.withdrawn, [], "withdrawals seen by the VPN peer")
    rows = edge.vrfd.routes("vpn-instance red ipv4-family routes received peer", edge.address("red_b"))
    expect_equal(sorted(one["reason"] for one in rows if one["state"] == "ineligible"), ["maximum_prefixes"] * 4, "why they wait")

    # the same prefix with other attributes is no new one; one that leaves lets one in
    first.announce(["10.101.1.0/24"], med=9)
    wait_for(lambda: core.prefixes("vpnv4", RD["red"])["10.101.1.0/24"].number(bgp.MED) == 9, 10, "the change went through")
    expect_equal(edge.vrfd.instance("red")["over_limit"], 4, "who waits")
    first.withdraw(["10.101.2.0/24"])
    wait_for(lambda: edge.vrfd.instance("red")["over_limit"] == 3, 10, "one came in")
    wait_for(lambda: len(routes()) == 4 and "10.101.2.0/24" not in routes(), 10, "the kernel has it")
    monitor.kill()
    monitor.wait()
    deleted = [line for line in open(edge.node.path("monitor.log")) if line.startswith("Deleted 10.10")]
    expect_equal(len(deleted), 1, f"deletions in the kernel {deleted}")

    def lift(changed):
        del changed["vpn_instances"]["red"]["maximum_prefixes"]
    edge.change(lift)
    wait_for(lambda: len(routes()) == 7 and edge.vrfd.instance("red")["over_limit"] == 0, 10, "all in, without a limit")
    expect(edge.up("red_a") and edge.up("red_b"), "no session went down")


@limits(weight=30, plain=True)
def test_maximum_prefixes_of_the_public_instance(lab):
    """The same for the instance outside of every VPN, and its main table."""
    edge = Edge(lab, ["core_a", "core_b"])
    config = edge.config({"core_a": {"as": 65101}, "core_b": {"as": 65102}}, public={"maximum_prefixes": 4})
    edge.start(config)
    first = edge.speaker("core_a", 65101).connect()
    first.announce(["10.101.1.0/24", "10.101.2.0/24", "10.101.3.0/24"])

    def routes():
        return set(kernel.bgp_routes(edge.node, 254))
    wait_for(lambda: len(routes()) == 3, 10, "three routes in the kernel")
    monitor = edge.node.start(["ip", "monitor", "route"], "monitor.log")
    second = edge.speaker("core_b", 65102).connect()
    second.announce([f"10.102.{n}.0/24" for n in range(1, 6)])

    def reasons():
        rows = edge.vrfd.routes("ipv4 routes received peer", edge.address("core_b"))
        return sorted(one["reason"] for one in rows if one["state"] == "ineligible")
    wait_for(lambda: reasons() == ["maximum_prefixes"] * 4, 10, "four prefixes wait, and why")
    wait_for(lambda: len(routes()) == 4, 10, "the kernel has four")
    expect({"10.101.1.0/24", "10.101.2.0/24", "10.101.3.0/24"} <= routes(), "what was there first stays", routes())
    wait_for(lambda: "prefix_limit" in edge.vrfd.log() and "ipv4: 8 prefixes, the limit is 4" in edge.vrfd.log(), 10, "the log says so")
    first.announce(["10.101.1.0/24"], med=9)
    first.withdraw(["10.101.2.0/24"])
    wait_for(lambda: len(reasons()) == 3, 10, "one came in for one that left")
    wait_for(lambda: len(routes()) == 4 and "10.101.2.0/24" not in routes(), 10, "the kernel follows")
    monitor.kill()
    monitor.wait()
    deleted = [line for line in open(edge.node.path("monitor.log")) if line.startswith("Deleted 10.10")]
    expect_equal(len(deleted), 1, f"deletions in the kernel {deleted}")

    def lift(changed):
        changed["public"] = {}
    edge.change(lift)
    wait_for(lambda: len(routes()) == 7 and reasons() == [], 10, "all in, without a limit")
    expect(edge.up("core_a") and edge.up("core_b"), "no session went down")
