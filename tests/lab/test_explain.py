"""Why a prefix is, or is not, forwarded; and what a monitor is told meanwhile."""

import json
import threading

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
    answer = verdict_is(edge, "10.1.0.0/16", "forwarded", 40)
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

    # what is not there
    expect_equal(explained(edge, "10.200.0.0/16", 3)["verdict"], "no_route", "nobody has it")
    expect_equal(explained(edge, "10.0.1.0/24", 3)["verdict"], "no_route", "a link that is not imported")
    unknown = edge.vrfd.ctl("explain vpn-instance green 10.1.0.0/16").expect_code(3)
    expect_equal((unknown.json["error"]["code"], unknown.json["error"]["known"]), ("unknown_vpn_instance", ["red"]), "green")
    edge.vrfd.ctl("explain vpn-instance red 10.1.0.0/33").expect_code(2)
    text = edge.node.run(edge.vrfd.client, "--socket", edge.vrfd.socket, "explain", "vpn-instance", "red", "10.1.0.0/16").stdout
    expect(text.startswith("forwarded: 10.1.0.0/16 in VPN instance red is forwarded via ") and "not_best, as_path_length" in text,
           "the answer as text", text)

    # the kernel's place is taken by somebody else
    edge.node.ip("route", "replace", "10.1.0.0/16", "via", edge.address("red_b"), "metric", "20", "proto", "99", "table", "1001")
    verdict_is(edge, "10.1.0.0/16", "foreign")
    edge.vrfd.ctl("fib audit repair").expect_code(0)
    verdict_is(edge, "10.1.0.0/16", "forwarded")
