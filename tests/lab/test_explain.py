"""Why a prefix is, or is not, forwarded; and what a monitor is told meanwhile."""

import json
import re
import socket

from lab.discovery import lab as limits
from lab.edge import AS, RD, TARGET, Edge
from lab.wait import expect, expect_equal, wait_for

VPN = {"as": AS, "connect_retry": 1, "families": {"vpnv4": {}}}
CE_FAMILIES = {"ipv4": {"import_policy": "from-ce", "export_policy": "any"}}
FAR = "10.255.0.9"   # next hop of VPN routes; nothing leads there at first
FAR_LABEL, TRANSPORT = 900, 1001


def bench(lab):
    """FRR and a speaker as CEs of red, a VPN peer that announces with a next hop beyond it."""
    edge = Edge(lab, ["red_frr", "red_b", "core"])
    config = edge.config({"red_frr": {"as": 65101, "families": CE_FAMILIES}, "red_b": {"as": 65102, "families": CE_FAMILIES},
                          "core": VPN})
    config["prefix_lists"] = {"refused": [{"prefix": "10.66.0.0/16", "le": 32}]}
    config["policies"]["from-ce"] = [{"name": "refused", "match": {"prefix_list": "refused"}, "then": "reject"},
                                     {"then": "accept"}]
    return edge.start(config)


class Monitor:
    """`vrfctl --json monitor` in the node; its rows so far."""

    def __init__(self, edge, *words):
        vrfd = edge.vrfd
        self._path = edge.node.path("monitor.out")
        edge.node.start([vrfd.client, "--socket", vrfd.socket, "--json", "monitor", *words], "monitor.out")
        # a job is seen whatever else happens: then it watches
        wait_for(lambda: (edge.vrfd.ctl("refresh bgp vpn-instance red ipv4-family all import --local"), self.rows("jobs"))[1], 20,
                 "the monitor sees a job")

    def rows(self, topic=None, **keys):
        with open(self._path) as file:
            rows = [json.loads(line) for line in file.read().split("\n")[:-1]]
        return [row for row in rows if topic in (None, row["topic"]) and all(row.get(key) == value for key, value in keys.items())]


def replayed(edge, since, *topics):
    """The rows that a second of `monitor --since` gives."""
    words = ["--timeout", "1", "monitor", "--since", str(since), *topics]
    answer = edge.vrfd.ctl(*words)
    expect_equal((answer.code, answer.json["error"]["code"]), (6, "timed_out"), "a monitor ends with its time")
    return answer.rows


def explained(edge, prefix, code=0):
    answer = edge.vrfd.ctl("explain vpn-instance red", prefix).expect_code(code).json
    expect_equal(answer["schema"], "vrfd.explain/1", f"schema of {prefix}")
    return answer


def verdict_is(edge, prefix, verdict, timeout=20):
    wait_for(lambda: edge.vrfd.ctl("explain vpn-instance red", prefix).json["verdict"] == verdict, timeout,
             f"{prefix} is {verdict}")
    return explained(edge, prefix)


def audience(answer):
    return {row["peer"]: (row["advertised"], row["reason"]) for row in answer["peers"]}


def take_place(edge, prefix):
    """Another program puts its route in the place of vrfd's."""
    edge.node.ip("route", "replace", prefix, "via", edge.address("red_b"), "metric", "20", "proto", "99", "table", "1001")


def check_what_is_not_there(edge):
    expect_equal(explained(edge, "10.200.0.0/16", 3)["verdict"], "no_route", "nobody has it")
    expect_equal(explained(edge, "10.0.1.0/24", 3)["verdict"], "no_route", "a link that is not imported")
    unknown = edge.vrfd.ctl("explain vpn-instance green 10.1.0.0/16").expect_code(3)
    expect_equal((unknown.json["error"]["code"], unknown.json["error"]["known"]), ("unknown_vpn_instance", ["red"]), "green")
    edge.vrfd.ctl("explain vpn-instance red 10.1.0.0/33").expect_code(2)


@limits(timeout=300, weight=90)
def test_explain(lab):
    edge = bench(lab)
    frr = edge.frr("red_frr", 65101, networks=["10.1.0.0/16", "10.66.1.0/24"])
    other = edge.speaker("red_b", 65102).connect()
    core = edge.speaker("core", AS, ("vpnv4",)).connect()
    other.announce(["10.1.0.0/16"], as_path=[65102, 65109])
    core.announce_vpn(["10.2.0.0/16"], "65000:9", FAR_LABEL, [TARGET["red"]], next_hop=FAR, as_path=[65103])
    core.announce_vpn(["10.3.0.0/16"], "65000:9", FAR_LABEL, ["65000:999"], next_hop=FAR, as_path=[65103])

    # a route that is forwarded, and one that loses against it
    wait_for(lambda: len(edge.vrfd.ctl("explain vpn-instance red 10.1.0.0/16").json["paths"]) == 2, 40, "both CEs have announced it")
    answer = verdict_is(edge, "10.1.0.0/16", "forwarded")
    best, loser = answer["paths"]
    expect_equal((best["peer"], best["verdict"], best["resolution"]["state"]), (edge.address("red_frr"), "best", "reachable"), "best")
    expect_equal((loser["peer"], loser["verdict"], loser["reason"]), (edge.address("red_b"), "not_best", "as_path_length"), "loser")
    expect_equal((answer["fib"]["state"], answer["fib"]["next_hops"][0]["via"]), ("installed", edge.address("red_frr")), "kernel")
    expect_equal((answer["export"]["exported"], answer["export"]["rd"]), (True, RD["red"]), "into the VPN")
    wait_for(lambda: audience(explained(edge, "10.1.0.0/16")) == {
        edge.address("red_frr"): (False, "split_horizon"), edge.address("red_b"): (True, None),
        edge.address("core"): (True, None)}, 10, "who is told")
    expect("10.1.0.0/16" in frr.routes(), "FRR kept its own")

    # an address is its longest match, a prefix is that prefix
    expect_equal(explained(edge, "10.1.2.3")["prefix"], "10.1.0.0/16", "the match of an address")
    expect_equal(explained(edge, "10.1.2.0/24", 3)["prefix"], None, "a prefix that only a shorter one covers")

    # rejected by the CE's policy
    answer = explained(edge, "10.66.1.0/24")
    expect_equal((answer["verdict"], answer["paths"][0]["policy"]), ("rejected", 'from-ce term "refused"'), "rejected")
    expect_equal(answer["export"]["reason"], "no_best_path", "and not exported")
    expect('from-ce term "refused"' in answer["message"], "the message names the term", answer["message"])

    # no common target
    answer = verdict_is(edge, "10.3.0.0/16", "not_imported")
    expect_equal((answer["vpn_routes"][0]["reason"], answer["vpn_routes"][0]["targets"], answer["import_targets"]),
                 ("no_common_target", ["65000:999"], [TARGET["red"]]), "the targets")

    # a next hop that leads nowhere, then somewhere
    answer = verdict_is(edge, "10.2.0.0/16", "ineligible")
    expect_equal((answer["paths"][0]["reason"], answer["paths"][0]["resolution"]["state"]),
                 ("next_hop_unreachable", "unreachable"), "before")
    edge.node.ip("route", "add", f"{FAR}/32", "encap", "mpls", str(TRANSPORT), "via", edge.address("core"), "dev", "e3")
    answer = verdict_is(edge, "10.2.0.0/16", "forwarded")
    expect_equal(answer["paths"][0]["resolution"]["resolved_by"], f"{FAR}/32", "by what")
    expect_equal(answer["fib"]["next_hops"][0]["labels"], [TRANSPORT, FAR_LABEL], "the label stack")
    expect_equal(answer["export"]["reason"], "imported", "not exported again")

    check_what_is_not_there(edge)
    text = edge.node.run(edge.vrfd.client, "--socket", edge.vrfd.socket, "explain", "vpn-instance", "red", "10.1.0.0/16").stdout
    expect(text.startswith("forwarded: 10.1.0.0/16 in VPN instance red is forwarded via ") and "not_best, as_path_length" in text,
           "the answer as text", text)

    # the kernel's place is taken by somebody else
    take_place(edge, "10.1.0.0/16")
    verdict_is(edge, "10.1.0.0/16", "foreign")
    edge.vrfd.ctl("fib audit repair").expect_code(0)
    verdict_is(edge, "10.1.0.0/16", "forwarded")


def cursor_of(monitor, topic, **keys):
    """The cursor of the first row of that kind."""
    wait_for(lambda: monitor.rows(topic, **keys), 30, f"a row of {topic} with {keys}")
    return monitor.rows(topic, **keys)[0]["cursor"]


@limits(timeout=200, weight=60)
def test_monitor(lab):
    """A session, a route, the kernel and a job, in the order of what causes what; and the same again from a cursor."""
    edge = bench(lab)
    monitor = Monitor(edge)
    done = len(monitor.rows("jobs", event="finished"))
    edge.frr("red_frr", 65101, networks=["10.1.0.0/16"])
    up = cursor_of(monitor, "peers", event="up", peer=edge.address("red_frr"), vpn_instance="red")
    route = cursor_of(monitor, "routes", event="added", prefix="10.1.0.0/16", vpn_instance="red")
    kernel = cursor_of(monitor, "fib", event="added", prefix="10.1.0.0/16", table=1001)
    edge.vrfd.ctl("refresh bgp vpn-instance red ipv4-family all import").expect_code(0)
    wait_for(lambda: len(monitor.rows("jobs", event="finished")) > done, 10, "the job's end")
    job = monitor.rows("jobs", event="started")[-1]
    expect(up < route < kernel < job["cursor"], f"what comes after what: {up} {route} {kernel} {job}")
    expect_equal((job["kind"], job["direction"], job["state"]), ("refresh", "import", "running"), "the job")
    added = monitor.rows("routes", event="added", prefix="10.1.0.0/16")[0]
    expect_equal((added["peer"], added["next_hop"], added["family"], added["rd"]),
                 (edge.address("red_frr"), edge.address("red_frr"), "ipv4", None), "the route")

    # again from a cursor
    rows = monitor.rows()
    cursors = [row["cursor"] for row in rows]
    expect_equal(cursors, list(range(cursors[0], cursors[0] + len(cursors))), "cursors without gaps")
    expect_equal(replayed(edge, route), [row for row in rows if row["cursor"] > route], "what came after the route")
    expect_equal({row["topic"] for row in replayed(edge, up - 1, "peers", "fib")}, {"peers", "fib"}, "two topics")
    expect_equal(edge.vrfd.ctl("show status").json["cursor"], monitor.rows()[-1]["cursor"], "the newest cursor")
    expect_equal(edge.vrfd.ctl("monitor --since some").expect_code(2).json["error"]["code"], "usage", "no cursor")

    # the kernel's table by another hand, and the session's end
    take_place(edge, "10.1.0.0/16")
    edge.vrfd.ctl("fib audit repair").expect_code(0)
    cursor_of(monitor, "fib", event="audit")
    expect_equal(monitor.rows("fib", event="audit")[0]["audit"]["foreign"], 1, "what the audit found")
    wait_for(lambda: monitor.rows("fib", event="replaced", prefix="10.1.0.0/16"), 10, "the place is taken back")
    edge.vrfd.ctl("reset bgp vpn-instance red ipv4-family all").expect_code(0)
    down = cursor_of(monitor, "peers", event="down", peer=edge.address("red_frr"))
    gone = cursor_of(monitor, "routes", event="withdrawn", prefix="10.1.0.0/16")
    deleted = cursor_of(monitor, "fib", event="deleted", prefix="10.1.0.0/16")
    expect(down < gone < deleted, f"what comes after what: {down} {gone} {deleted}")

    words = ["--timeout", "1", "monitor", "--since", "0", "peers"]
    text = edge.node.run(edge.vrfd.client, "--socket", edge.vrfd.socket, *words).stdout
    expect(re.search(rf"^\S+Z peers up {edge.address('red_frr')} as 65101 vpn-instance red cursor \d+$", text, re.M), "as text", text)


@limits(timeout=300, weight=120)
def test_monitor_that_does_not_read(lab):
    """One who does not read gets a gap and then what is kept; others meanwhile miss nothing, and no session suffers."""
    edge = bench(lab)
    with edge.node.inside():
        sleeper = socket.socket(socket.AF_UNIX)
    sleeper.connect(edge.vrfd.socket)
    sleeper.sendall(b'{"jsonrpc":"2.0","id":1,"method":"monitor","params":{}}\n')
    monitor = Monitor(edge, "peers", "jobs")
    other = edge.speaker("red_b", 65102).connect()
    prefixes = [f"10.{100 + i // 250}.{i % 250}.0/24" for i in range(12000)]
    other.announce(prefixes)
    wait_for(lambda: edge.vrfd.instance("red")["fib_routes"] == len(prefixes), 150, "all routes are in the kernel", interval=2)
    known = len(monitor.rows("jobs"))
    edge.vrfd.ctl("refresh bgp vpn-instance red ipv4-family all import --local").expect_code(0)
    wait_for(lambda: len(monitor.rows("jobs")) == known + 2, 10, "the reader sees the job")
    expect_equal(monitor.rows("gap") + monitor.rows("routes"), [], "neither a gap nor what it did not ask for")
    sleeper.settimeout(20)
    newest, rows, rest = edge.vrfd.ctl("show status").json["cursor"], [], b""
    while not rows or rows[-1]["cursor"] < newest:
        *lines, rest = (rest + sleeper.recv(1 << 20)).split(b"\n")
        rows += [json.loads(line)["params"]["row"] for line in lines]
    sleeper.close()
    gaps = [row for row in rows if row["topic"] == "gap"]
    expect_equal({row["reason"] for row in gaps}, {"dropped"}, "gaps")
    missed = sum(row["missed"] for row in gaps)
    expect(missed > 0, "it missed something")
    expect_equal(len(rows) - len(gaps) + missed, newest - rows[0]["cursor"] + 1, "what was sent and what was not")
    expect(edge.up("red_b"), "the session stayed up")
