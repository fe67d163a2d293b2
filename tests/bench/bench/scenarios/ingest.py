"""A full table from one peer to another."""

from ..scenario import scenario
from ..session_bench import running
from ..setup import Setup, receiver, source


@scenario("ingest", "a full table from one peer to another", routers=("vrfd", "bird", "bird+stored", "frr", "frr+stored"))
def ingest(name, options):
    with running(name, Setup([source(), receiver()])) as bench:
        found = bench.fed(options.routes)
        now, most = bench.memory()
        return {**found, "bytes_per_route": now / options.routes,
                "peak_bytes_per_route": most / options.routes}


@scenario("second_path", "the same table again from another peer, whose paths are worse")
def second_path(name, options):
    with running(name, Setup([source(), source(1), receiver()])) as bench:
        bench.fed(options.routes)
        before, told = bench.memory()[0], bench.load.counts("receiver0")["receiver0"]["announced"]
        bench.make_table("worse", routes=options.routes, first_as=bench.setup.named("source1").asn, extra_prepends=3)
        bench.announce_from("source1", "worse")
        cpu, begun = bench.cpu(), bench.load.connect("source1")["source1"]
        bench.load.wait_sent("source1")
        done = bench.settle()
        found = {"seconds": (done - begun) / 1e9, "cpu_s": bench.cpu() - cpu,
                 "bytes_per_path": (bench.memory()[0] - before) / options.routes}
        if bench.load.counts("receiver0")["receiver0"]["announced"] != told:
            raise AssertionError("the worse paths were announced")
        if bench.router.received("source1") != options.routes:
            raise AssertionError(f"the router holds {bench.router.received('source1')} worse paths")
        return found
