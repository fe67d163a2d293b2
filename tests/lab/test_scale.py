"""Many VPN instances on one box, on a real kernel: what is counted is the kernel's tables. It prints how long it took.

LAB_INSTANCES and LAB_INSTANCE_ROUTES make it larger: 1000 of each is what a large PE has.
"""

import os
import time
from contextlib import contextmanager

from lab import route_dump
from lab.discovery import lab as limits
from lab.edge import AS, Edge
from lab.wait import expect, expect_equal, wait_equal, wait_for

INSTANCES = int(os.environ.get("LAB_INSTANCES", "200"))
ROUTES = int(os.environ.get("LAB_INSTANCE_ROUTES", "50"))
FIRST_TABLE = 2000
VRFD_PROTOCOL = 201


def target(number):
    return f"65000:{number}"


def prefixes(number):
    """The same in every second instance: they overlap."""
    return [f"10.{number % 2}.{route // 256}.{route % 256}/32" for route in range(ROUTES)]


def described(number):
    return {"rd": target(number), "import_targets": [target(number)], "export_targets": [target(number)],
            "table": FIRST_TABLE + number}


def in_kernel(edge, number):
    """How many routes of vrfd's the table has, the unreachable default aside."""
    routes = route_dump.routes(edge.node, FIRST_TABLE + number)
    return sum(route.protocol == VRFD_PROTOCOL and route.prefix != "0.0.0.0/0" for route in routes)


def instances(edge):
    return edge.vrfd.ctl("show vpn-instance").expect_code(0).json["vpn_instances"]


@contextmanager
def timed(what):
    begin = time.monotonic()
    yield
    print(f"scale: {what}: {time.monotonic() - begin:.1f} s", flush=True)


@limits(timeout=600, weight=90)
def test_many_vpn_instances(lab):
    edge = Edge(lab, ["core_pe"])
    config = edge.config({"core_pe": {"as": AS, "families": {"vpnv4": {}}}})
    edge.start(config)
    numbers = range(1, INSTANCES + 1)
    many = {**config, "vpn_instances": {f"i{number}": described(number) for number in numbers}}
    with timed(f"{INSTANCES} VRF devices made"):
        edge.vrfd.apply(many).expect_code(0)
        wait_for(lambda: sum(row["device_state"] == "up" for row in instances(edge)) == INSTANCES, 200, "all devices are up")

    speaker = edge.speaker("core_pe", AS, families=("vpnv4",), decode=False).connect()
    with timed(f"{INSTANCES * ROUTES} VPN routes imported and in the kernel"):
        for number in numbers:
            speaker.announce_vpn(prefixes(number), target(number), 1000 + number, [target(number)])
        wait_for(lambda: sum(row["fib_routes"] for row in instances(edge)) == INSTANCES * ROUTES, 300, "all routes are in the kernel")
    wait_equal(lambda: [in_kernel(edge, number) for number in (1, 2, INSTANCES)], [ROUTES] * 3, 30, "what the kernel's tables say")

    many["vpn_instances"]["i1"]["import_targets"].append(target(2))
    with timed("another target for one instance"):
        edge.vrfd.apply(many).expect_code(0)
        wait_equal(lambda: in_kernel(edge, 1), 2 * ROUTES, 60, "the second target's routes came into one instance")
    expect(edge.vrfd.audit_clean(), "the audit is clean", edge.vrfd.ctl("fib audit").text[:2000])

    with timed("all instances removed"):
        edge.vrfd.apply(config).expect_code(0)
        wait_for(lambda: not edge.node.ip_json("link", "show", "type", "vrf"), 200, "the devices are gone")
    left = [list(route_dump.routes(edge.node, FIRST_TABLE + number)) for number in (1, INSTANCES)]
    expect_equal(left, [[], []], "nothing is left in the tables")
