"""What others do to the kernel's tables behind vrfd's back: each is repaired by itself within seconds, and the audit is clean."""

import signal

from lab import kernel
from lab.discovery import lab as limits
from lab.many_peers import RED_TABLE, RED_TARGET, ManyPeers, address
from lab.wait import expect, expect_equal, wait_for

CE_ROUTES = {f"10.100.{number}.0/24" for number in range(200)}
PE_ROUTES = {f"10.101.{number}.0/24" for number in range(200)}
ALL = CE_ROUTES | PE_ROUTES


def learned(bench):
    return {prefix for prefix in kernel.bgp_routes(bench.node, RED_TABLE) if prefix in ALL}


def begin(lab):
    """Two hundred routes of a CE and two hundred of a PE in red's kernel table."""
    bench = ManyPeers(lab, ["red_speaker", "vpn_speaker"]).start()
    bench.peers["red_speaker"].router.announce(sorted(CE_ROUTES))
    bench.peers["vpn_speaker"].router.announce_vpn(sorted(PE_ROUTES), "65000:777", 5000, [RED_TARGET])
    wait_for(lambda: learned(bench) == ALL, 15, "all routes in the kernel")
    return bench


def check_whole(bench, seconds=10):
    """All routes are back, lead where they must, the label leads into the VRF, and the audit agrees."""
    wait_for(lambda: learned(bench) == ALL, seconds, "all routes are back in the kernel")
    routes = kernel.bgp_routes(bench.node, RED_TABLE)
    expect_equal(kernel.paths(bench.node, routes["10.100.7.0/24"]), [(address("red_speaker"), "e4", [])], "a CE's route")
    expect_equal(kernel.paths(bench.node, routes["10.101.7.0/24"]), [(address("vpn_speaker"), "e13", [5000])], "a PE's route")
    label = bench.vrfd.instance("red")["label"]
    wait_for(lambda: kernel.vrf_table(bench.node, kernel.labels(bench.node)[label]["dev"]) == RED_TABLE, 5, "the label's route")
    wait_for(bench.vrfd.audit_clean, 10, "fib audit is clean")


def test_vrf_table_flushed(lab):
    bench = begin(lab)
    kept = kernel.table(bench.node, RED_TABLE)["0.0.0.0/0"]
    expect_equal(kept["type"], "unreachable", "the default that keeps red in")
    lines = [f"route del {prefix} table {RED_TABLE}" for prefix in sorted(learned(bench))]
    bench.node.exec("ip", "-force", "-batch", "-", stdin="\n".join(lines) + "\n")
    bench.node.ip("route", "del", "unreachable", "default", "table", str(RED_TABLE), check=False)
    check_whole(bench)
    wait_for(lambda: kernel.table(bench.node, RED_TABLE)["0.0.0.0/0"]["type"] == "unreachable", 10, "the unreachable default")
    bench.node.run("ip", "route", "flush", "table", str(RED_TABLE))
    # this took the connected routes, too, which the kernel makes and nobody but it: bounce the link to have them again
    bench.node.ip("link", "set", "e4", "down")
    bench.node.ip("link", "set", "e4", "up")
    check_whole(bench, 40)


def test_next_hop_objects_deleted(lab):
    """Takes every route that uses them with it, without a word about the routes."""
    bench = begin(lab)
    mine = [number for number, entry in kernel.nexthops(bench.node).items() if entry.get("protocol") not in ("kernel", "zebra")]
    for number in mine:
        bench.node.run("ip", "nexthop", "del", "id", str(number))
    expect(mine or learned(bench) == ALL, "there was something to delete")
    check_whole(bench)


def test_link_down_and_up(lab):
    bench = begin(lab)
    bench.node.ip("link", "set", "e4", "down")
    wait_for(lambda: learned(bench) == PE_ROUTES, 10, "the CE's routes are out of the kernel")
    bench.node.ip("link", "set", "e4", "up")
    check_whole(bench, 40)


def test_core_link_down_and_up(lab):
    bench = begin(lab)
    bench.node.ip("link", "set", "e13", "down")
    wait_for(lambda: learned(bench) == CE_ROUTES, 10, "the PE's routes are out of the kernel")
    bench.node.ip("link", "set", "e13", "up")
    check_whole(bench, 40)


def test_carrier_lost_and_back(lab):
    bench = begin(lab)
    far = bench.nodes["vpn_speaker"]
    far.ip("link", "set", "eth0", "down")
    wait_for(lambda: "10.101.7.0/24" not in learned(bench), 10, "routes over the dead wire are gone")
    far.ip("link", "set", "eth0", "up")
    check_whole(bench, 40)


def device_of(bench):
    return bench.vrfd.instance("red")["vrf_device"]


def test_vrf_device_deleted(lab):
    """vrfd makes it anew, binds the interface again, the session returns, the table is whole."""
    bench = begin(lab)
    bench.node.ip("link", "del", device_of(bench))
    wait_for(lambda: kernel.vrf_table(bench.node, device_of(bench)) == RED_TABLE, 10, "a new VRF device")
    wait_for(lambda: bench.node.ip_json("link", "show", "e4")[0].get("master") == device_of(bench), 10, "the interface is in it")
    check_whole(bench, 40)


def test_vrf_device_down_and_up(lab):
    bench = begin(lab)
    bench.node.ip("link", "set", device_of(bench), "down")
    bench.node.ip("link", "set", device_of(bench), "up")
    check_whole(bench, 40)


def test_interface_taken_out_of_the_vrf(lab):
    bench = begin(lab)
    bench.node.ip("link", "set", "e4", "nomaster")
    check_whole(bench, 40)


def test_label_route_deleted(lab):
    bench = begin(lab)
    bench.node.ip("-f", "mpls", "route", "del", str(bench.vrfd.instance("red")["label"]))
    check_whole(bench)


@limits(timeout=300, weight=60)
def test_netlink_overrun(lab):
    """While vrfd is held, more changes of routes with its own protocol number than its socket holds; deletions of ours
    are among them, the unreachable default too, and their notifications are lost."""
    bench = begin(lab)
    victims = sorted(CE_ROUTES)[::10]
    bulk = [f"route add 172.16.{number // 256}.{number % 256}/32 dev lo table 77 proto 201" for number in range(15000)]
    deletions = [f"route del {prefix} table {RED_TABLE}" for prefix in victims]
    deletions.append(f"route del unreachable default table {RED_TABLE} metric 4278198272")
    lines = bulk + deletions + [one.replace("add", "del", 1) for one in bulk]
    for process in bench.vrfd.processes.values():
        process.send_signal(signal.SIGSTOP)
    bench.node.exec("ip", "-force", "-batch", "-", stdin="\n".join(lines) + "\n", timeout=200)
    expect(not learned(bench) & set(victims), "the routes are gone")
    expect("0.0.0.0/0" not in kernel.table(bench.node, RED_TABLE), "the unreachable default is gone")
    for process in bench.vrfd.processes.values():
        process.send_signal(signal.SIGCONT)
    check_whole(bench, 20)
    expect_equal(kernel.table(bench.node, RED_TABLE)["0.0.0.0/0"]["type"], "unreachable", "the last resort of the VRF")
    expect(bench.vrfd.ctl("show status").json["kernel"]["overruns"] > 0, "notifications were lost")
    expect(all(peer.up() and peer.sessions() == 1 for peer in bench.peers.values()), "no session moved")


def test_foreign_routes_are_left_alone(lab):
    """What the administrator put into the VRF's table stays, also through an audit with repair."""
    bench = begin(lab)
    bench.node.ip("route", "add", "198.51.100.0/24", "via", address("red_speaker"), "dev", "e4", "table", str(RED_TABLE), "proto", "static")
    bench.vrfd.ctl("fib audit repair").expect_code(0)
    check_whole(bench)
    expect("198.51.100.0/24" in kernel.table(bench.node, RED_TABLE), "the administrator's route")


def test_routes_survive_a_restart_of_vrfd(lab):
    """Stopped and started again it adopts what it finds: same label, and the far routes do not leave the kernel meanwhile."""
    bench = begin(lab)
    label = bench.vrfd.instance("red")["label"]
    for process in bench.vrfd.processes.values():
        process.kill()
        process.wait()
    bench.vrfd.processes = {}
    expect_equal(learned(bench), ALL, "routes in the kernel while vrfd is not there")
    bench.vrfd.start()
    expect_equal(bench.vrfd.instance("red")["label"], label, "the label")
    bench.wait_up()
    check_whole(bench, 30)
