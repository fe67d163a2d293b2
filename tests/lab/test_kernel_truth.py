"""What others do to the settings around vrfd's routes: rules, sysctls, labels, objects with its own numbers. Each is repaired, or
said by `doctor` or `fib audit`."""

from lab import kernel
from lab.discovery import lab as limits
from lab.many_peers import RED_TABLE, address
from lab.wait import expect, expect_equal, wait_for
from test_kernel import PE_ROUTES, begin, check_whole, learned


def problems(bench):
    return " ".join(bench.vrfd.ctl("doctor").json["problems"])


@limits(timeout=120, weight=60)
def test_the_rule_for_vrfs_is_deleted(lab):
    """Without it no packet of a VRF finds its table; the kernel adds it with the first VRF only."""
    bench = begin(lab)
    for family in ("-4", "-6"):
        bench.node.ip(family, "rule", "del", "pref", "1000")

    def there(family):
        return any(rule.get("priority") == 1000 for rule in bench.node.ip_json(family, "rule"))
    wait_for(lambda: there("-4") and there("-6"), 3, "both rules are back")
    check_whole(bench)


@limits(timeout=120, weight=60)
def test_the_label_limit_is_lowered(lab):
    """The kernel drops the labels above it without a word, and takes none again."""
    bench = begin(lab)
    label = bench.vrfd.instance("red")["label"]
    bench.node.sysctl("net.mpls.platform_labels", "1000")
    wait_for(lambda: label not in kernel.labels(bench.node), 5, "the label is gone")
    answer = bench.vrfd.ctl("fib audit")
    expect(answer.json["missing"] >= 1, "the audit misses it", answer.json)
    expect("platform_labels" in " ".join(answer.json["problems"]), "and names the setting", answer.json)
    rows = wait_for(lambda: [row for row in bench.vrfd.ctl("show labels").rows if row["label"] == label and row["error"]], 10,
                    "the kernel's refusal")
    expect("platform_labels" in rows[0]["error"], "in its words", rows[0])
    bench.vrfd.ctl("fib audit repair").expect_code(0)
    wait_for(lambda: label in kernel.labels(bench.node), 10, "the repair sets it, and the label is back")
    expect_equal(bench.node.sysctl("net.mpls.platform_labels"), "1048575", "the setting")
    check_whole(bench, 20)


@limits(timeout=120, weight=60)
def test_sysctls_are_turned_off(lab):
    bench = begin(lab)
    for key in ("net.ipv4.ip_forward", "net.mpls.conf.e13.input"):
        expect_equal(bench.node.sysctl(key), "1", f"{key} as vrfd set it")
        bench.node.sysctl(key, "0")
        expect(key in problems(bench), f"the doctor says {key}", problems(bench))
    bench.vrfd.ctl("fib audit repair").expect_code(0)
    for key in ("net.ipv4.ip_forward", "net.mpls.conf.e13.input"):
        expect_equal(bench.node.sysctl(key), "1", f"{key} after a repair")


@limits(timeout=120, weight=60)
def test_somebody_uses_our_route_protocol(lab):
    """A route with vrfd's number that vrfd did not make is stale: the audit says so, its repair removes it."""
    bench = begin(lab)
    bench.node.ip("route", "add", "10.250.0.0/16", "via", address("red_speaker"), "dev", "e4", "table", str(RED_TABLE), "proto", "201", "metric", "20")
    answer = bench.vrfd.ctl("fib audit")
    expect_equal((answer.json["foreign"], answer.json["missing"]), (1, 0), "the audit")
    bench.vrfd.ctl("fib audit repair").expect_code(0)
    wait_for(lambda: "10.250.0.0/16" not in kernel.table(bench.node, RED_TABLE), 5, "the repair removed it")
    check_whole(bench)


@limits(timeout=120, weight=60)
def test_next_hops_are_flushed_as_networkd_does(lab):
    """All objects of the box, and with them all routes over them; objects that somebody makes in between keep their ids."""
    bench = begin(lab)
    bench.node.ip("nexthop", "flush")
    check_whole(bench, 5)
    mine = min(kernel.nexthops(bench.node))
    bench.node.ip("nexthop", "add", "id", str(mine + 500), "via", address("red_speaker"), "dev", "e4")
    bench.node.ip("nexthop", "flush", "proto", "201")
    check_whole(bench, 5)
    expect(mine + 500 in kernel.nexthops(bench.node), "somebody else's object, in vrfd's range, is left alone")


@limits(timeout=120, weight=60)
def test_the_address_towards_a_ce_is_removed_and_comes_back(lab):
    """The kernel keeps routes by way of a gateway that nothing leads to any more; vrfd takes them away, and puts them back."""
    bench = begin(lab)
    bench.node.ip("addr", "del", "10.0.4.1/24", "dev", "e4")
    wait_for(lambda: learned(bench) == PE_ROUTES, 5, "the CE's routes leave the kernel, the PE's stay")
    expect(bench.vrfd.audit_clean(), "and the audit agrees", bench.vrfd.ctl("fib audit"))
    bench.node.ip("addr", "add", "10.0.4.1/24", "dev", "e4")
    wait_for(bench.peers["red_speaker"].up, 60, "the session is there")
    check_whole(bench, 60)
