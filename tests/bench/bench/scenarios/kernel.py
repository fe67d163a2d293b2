"""From BGP into a table of the kernel and out of it, beside what the kernel itself can do (the router `limit`)."""

import time

from ..load import Load
from ..place import Place, ROUTER_SIDE
from ..scenario import scenario
from ..session_bench import PATIENCE, running
from ..setup import Setup, receiver, source

TABLE = 254
BEYOND, BEYOND_NET = "192.0.2.1", "192.0.2.0/24"   # a next hop that is not on the link


def _expect_arrival(load, kernel, action, timeout=PATIENCE):
    """Seconds from the action's begin until the kernel has said that all of it is there; the table itself is asked then."""
    load.do("expect_kernel", **kernel)
    begun = action()
    done = load.wait("arrived", ["kernel"], timeout, begun)["kernel"]
    seen = load.do("dump_kernel", **kernel)
    if not seen["as_expected"] or any(event["event"] in ("overrun", "refused") for event in load.events):
        raise AssertionError(f"the kernel's table is wrong: {seen['routes']} routes")
    return (done - begun) / 1e9


def _limit(setup, routes):
    """bgp_load writes the table itself: batches of 64 with a next-hop object."""
    where = {"netns": f"/run/netns/{ROUTER_SIDE}", "kernel_table": TABLE}
    full = {"table": "table", "gateway": setup.named("source0").address}
    with Place(setup) as place, Load(place.load, setup) as load:
        load.do("make_table", table="table", routes=routes)
        load.do("watch_kernel", **where)
        found = {}
        for metric, expected, deleting in (("install_s", full, False), ("withdraw_s", {}, True)):
            _expect_arrival(load, expected, lambda: load.do("program_kernel", link="wire", deleting=deleting, **where, **full)["at"])
            event = next(one for one in reversed(load.events) if one["event"] == "programmed")
            found[metric] = (event["at"] - event["begin"]) / 1e9
        return found


@scenario("kernel", "routes of a peer into the kernel's table, and out again when it withdraws them", routes=500_000,
          routers=("limit", "vrfd", "bird", "frr"), only=("limit", "vrfd", "bird", "frr"))
def kernel(name, options):
    setup = Setup([source(), receiver()], kernel_table=TABLE)
    if name == "limit":
        return _limit(setup, options.routes)
    with running(name, setup) as bench:
        load = bench.load
        bench.make_table(routes=options.routes, first_as=setup.named("source0").asn)
        bench.connect_receivers()
        load.connect("source0")
        bench.settle()
        bench.watch_kernel()
        full = {"table": "table", "gateway": setup.named("source0").address}
        before = bench.cpu()
        install = _expect_arrival(load, full, lambda: load.do("announce", peers=["source0"], table="table")["begin"])
        bench.settle()
        between = bench.cpu()
        withdraw = _expect_arrival(load, {}, lambda: load.do("withdraw", peers=["source0"], table="table")["begin"])
        bench.settle()
        return {"install_s": install, "withdraw_s": withdraw, "install_cpu_s": between - before,
                "withdraw_cpu_s": bench.cpu() - between}


@scenario("next_hop_move", "the way to the one next hop under all routes of the kernel's table moves", routes=500_000,
          only=("vrfd", "frr"))
def next_hop_move(name, options):
    setup = Setup([source(internal=True), source(1), source(2)], kernel_table=TABLE)
    gateways = [setup.named(peer).address for peer in ("source1", "source2")]
    with running(name, setup) as bench:
        load, node = bench.load, bench.router.node
        node.ip("route", "add", BEYOND_NET, "via", gateways[0])
        bench.make_table(routes=options.routes, first_as=0)
        bench.connect_receivers()
        load.connect("source0")
        bench.watch_kernel()
        full = {"table": "table", "gateway": gateways[0]}
        _expect_arrival(load, full, lambda: load.do("announce", peers=["source0"], table="table", next_hop=BEYOND)["begin"])
        bench.settle()
        before = bench.cpu()

        def move():
            begun = time.monotonic_ns()
            node.ip("route", "replace", BEYOND_NET, "via", gateways[1])
            return begun
        seconds = _expect_arrival(load, {**full, "gateway": gateways[1]}, move)
        bench.settle()
        return {"seconds": seconds, "cpu_s": bench.cpu() - before}
