"""How long one update takes while many others are on their way."""

from ..scenario import scenario
from ..session_bench import PATIENCE, running
from ..setup import Setup, receiver, source

RATE, SECONDS, PROBE_EVERY = 10_000, 10, 50


def _percentiles(name, nanoseconds, probes):
    if len(nanoseconds) != probes:
        raise AssertionError(f"{name}: {len(nanoseconds)} of {probes} probes arrived")
    ordered = sorted(nanoseconds)

    def at(share):
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] / 1e6
    return {f"{name}_p50_ms": at(0.5), f"{name}_p99_ms": at(0.99), f"{name}_worst_ms": at(1)}


@scenario("latency", f"one update to another peer and to the kernel, with {RATE:,} others a second", routes=100_000,
          only=("vrfd", "bird", "frr"))
def latency(name, options):
    with running(name, Setup([source(), receiver()], kernel_table=254)) as bench:
        bench.fed(options.routes)
        bench.watch_kernel()
        cpu = bench.cpu()
        begun = bench.load.do("churn", peer="source0", table="table", rate=RATE, seconds=SECONDS, probe_every=PROBE_EVERY)["at"]
        bench.load.wait("churned", ["churn"], PATIENCE, begun - 1)
        cpu = bench.cpu() - cpu
        seen = next(event for event in bench.load.events if event["event"] == "churned")
        return {**_percentiles("peer", seen["told_ns"], seen["probes"]),
                **_percentiles("kernel", seen["installed_ns"], seen["probes"]), "cpu_s_per_s": cpu / (SECONDS + 1)}
