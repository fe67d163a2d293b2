"""Configurations: a wrong one is refused whole, with every error, and the running one goes on; a right one acts at once."""

import json
import re

from lab import kernel
from lab.many_peers import RED_TABLE, ManyPeers, address
from lab.wait import expect, expect_equal, stays, wait_for


def errors_of(answer):
    """The errors of a refused configuration: what vrfctl gave as JSON, flattened to text."""
    return json.dumps(answer.json) if answer.json is not None else answer.text + answer.error_text


def names_line(seen, number):
    return re.search(rf'"line": ?{number}\b|line {number}\b', seen) is not None


def line_of(text, needle):
    return next(number for number, line in enumerate(text.splitlines(), 1) if needle in line)


def test_wrong_config_is_refused_whole(lab):
    bench = ManyPeers(lab, ["red_speaker", "vpn_speaker"]).start()
    before = bench.vrfd.ctl("config show").expect_code(0).json["text"]
    wrong = json.loads(json.dumps(bench.config))
    wrong["vpn_instances"]["red"]["rd"] = "65536:70000:1"
    wrong["vpn_instances"]["red"]["peers"][address("red_speaker")]["group"] = "nobody"
    wrong["peers"][address("vpn_speaker")]["hold_time"] = "soon"
    wrong["colour"] = "blue"
    # beside the mistakes something right that must not happen either
    wrong["vpn_instances"]["green"] = {"rd": "65000:3", "import_targets": [], "export_targets": [], "table": 1003}
    text = json.dumps(wrong, indent=2)
    path = bench.vrfd.write_text("wrong.json", text)
    for verb in ("check", "apply"):
        answer = bench.vrfd.ctl("config", verb, path)
        expect(answer.code == 1, f"config {verb} of a wrong file: exit code 1", answer)
        seen = errors_of(answer)
        for pointer, needle in (("/vpn_instances/red/rd", "65536:70000:1"), ("/vpn_instances/red/peers/" + address("red_speaker") + "/group", "nobody"),
                                ("/peers/" + address("vpn_speaker") + "/hold_time", "soon"), ("/colour", "colour")):
            expect(pointer in seen, f"config {verb} names {pointer}", seen)
            expect(names_line(seen, line_of(text, needle)), f"config {verb} names the line of {pointer}", seen)
    expect_equal(bench.vrfd.ctl("config show").expect_code(0).json["text"], before, "the configuration that runs")
    bench.vrfd.ctl("show vpn-instance green").expect_code(3)
    expect(not bench.node.ip_json("link", "show", "type", "vrf") or
           RED_TABLE in {kernel.vrf_table(bench.node, link["ifname"]) for link in bench.node.ip_json("link", "show", "type", "vrf")},
           "red's VRF device")
    stays(lambda: all(peer.up() and peer.sessions() == 1 for peer in bench.peers.values()), 1, "both sessions stand")


def test_text_that_is_no_json(lab):
    bench = ManyPeers(lab, ["red_speaker"]).start()
    for name, text, line in (("cut.json", '{\n "as": 65000,\n "router_id":', 3), ("empty.json", "", 1), ("list.json", "[]", 1),
                             ("deep.json", "[" * 100000, 1), ("twice.json", '{\n"as": 1,\n"as": 2\n}', 3)):
        answer = bench.vrfd.ctl("config check", bench.vrfd.write_text(name, text))
        expect(answer.code == 1, f"{name} is refused with exit code 1", answer)
        expect(names_line(errors_of(answer), line), f"{name}: line {line} is named", answer)
    expect(bench.vrfd.ctl("config check", "/nonexistent.json").code != 0, "a file that is not there")
    expect(all(peer.up() for peer in bench.peers.values()), "the session stands")


def test_vrfd_refuses_to_start_with_a_wrong_file(lab):
    bench = ManyPeers(lab, ["red_speaker"])
    path = bench.vrfd.write_text("bad.json", '{\n  "as": "x",\n  "router_id": "10.255.0.1"\n}\n')
    for words in (["--check"], []):
        done = bench.node.run(bench.vrfd.program, "--config", path, "--socket", bench.vrfd.socket, "--state-dir",
                              bench.vrfd.state_folder, *words, timeout=20)
        expect(done.returncode != 0, f"vrfd {words}: exit code", done.returncode)
        expect("/as" in done.stderr and names_line(done.stderr, 2), "pointer and line", done.stderr)
    good = bench.vrfd.write()
    done = bench.node.run(bench.vrfd.program, "--config", good, "--check", timeout=20)
    expect_equal(done.returncode, 0, f"vrfd --check of a right file ({done.stderr})")


def test_new_instance_and_peer_act_at_once_and_go_again(lab):
    bench = ManyPeers(lab, ["red_speaker", "blue_speaker", "vpn_speaker"])
    whole = json.loads(json.dumps(bench.config))
    without = json.loads(json.dumps(whole))
    del without["vpn_instances"]["blue"]
    bench.vrfd.config = without
    bench.vrfd.start()
    peers = {name: bench_peer(bench, name) for name in ("red_speaker", "vpn_speaker")}
    for name, peer in peers.items():
        wait_for(peer.up, 20, f"{name} has its session")
    bench.vrfd.apply(whole).expect_code(0)
    blue = bench_peer(bench, "blue_speaker")
    wait_for(lambda: blue.has("10.8.0.0/16"), 20, "the new instance's peer has the new instance's route")
    blue.router.announce(["10.200.0.0/24"])
    device = wait_for(lambda: bench.vrfd.instance("blue")["vrf_device"], 5, "blue's device")
    wait_for(lambda: "10.200.0.0/24" in kernel.table(bench.node, 1002), 10, "blue's route in the kernel")
    blue.router.persistent = False
    bench.vrfd.apply(without).expect_code(0)
    wait_for(lambda: blue.router.notifications, 10, "blue's peer is told")
    expect_equal(blue.router.notifications[-1][:2], (6, 3), "the NOTIFICATION when an instance goes")
    wait_for(lambda: bench.node.run("ip", "link", "show", device).returncode != 0, 10, "blue's VRF device is gone")
    wait_for(lambda: not kernel.bgp_routes(bench.node, 1002), 10, "and its routes")
    expect(all(peer.up() and peer.sessions() == 1 for peer in peers.values()), "the others' sessions stood all the time")


def bench_peer(bench, name):
    """Starts one peer of the bench by hand."""
    from lab.many_peers import MAKERS
    return MAKERS[name.split("_")[1]](name, bench.nodes[name])


def test_rollback(lab):
    bench = ManyPeers(lab, ["red_speaker"]).start()
    before = bench.vrfd.ctl("config show").expect_code(0).json["text"]
    bench.apply(networks_changed(bench))
    expect(bench.vrfd.ctl("config show").json["text"] != before, "the configuration has changed")
    bench.vrfd.ctl("config rollback").expect_code(0)
    expect_equal(bench.vrfd.ctl("config show").expect_code(0).json["text"], before, "the configuration after rollback")
    revisions = [row["revision"] for row in bench.vrfd.ctl("config history").expect_code(0).json["revisions"]]
    bench.vrfd.ctl("config rollback", str(revisions[1])).expect_code(0)
    expect(bench.vrfd.ctl("config show").json["text"] != before, "the revision that was named is in force")
    answer = bench.vrfd.ctl("config rollback", str(revisions[0] + 100)).expect_code(3)
    expect_equal(answer.json["error"]["code"], "unknown_revision", "the error of a revision that is not there")


def networks_changed(bench):
    return {"to-ce": [{"set": {"med": 42}, "then": "accept"}]}
