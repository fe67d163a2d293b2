"""One table for many peers: at once, on request, and with one of them that hardly reads."""

from ..scenario import scenario
from ..session_bench import running
from ..setup import Setup, receiver, source

PEERS, ASKING, BESIDE_SLOW, SLOW_RATE = 100, 50, 20, 20_000
SEND_BUFFER = "4096 16384 262144"   # of a router's sockets: less than the table


@scenario("fan_out", f"a table to {PEERS} peers", routes=100_000, routers=("vrfd", "bird", "frr", "frr+tuned"))
def fan_out(name, options):
    with running(name, Setup([source()] + [receiver(number) for number in range(PEERS)])) as bench:
        found = bench.fed(options.routes)
        return {**found, "bytes_per_route": bench.memory()[0] / options.routes}


@scenario("refresh_storm", f"{ASKING} peers ask for everything again (ROUTE-REFRESH) at once", routes=100_000,
          routers=("vrfd", "bird", "frr", "frr+tuned"))
def refresh_storm(name, options):
    with running(name, Setup([source()] + [receiver(number, enhanced=False) for number in range(ASKING)], sends_again=True)) as bench:
        bench.fed(options.routes)
        receivers = bench.setup.receivers()
        bench.load.do("forget", peers=receivers)
        bench.expect(receivers, "table")
        found = bench.after(lambda: bench.load.do("ask_refresh", peers=receivers))
        return {"seconds": found["s"], "cpu_s": found["cpu_s"]}


def _beside(name, routes, rate):
    """The others' time where one peer reads so many octets a second, and the router's memory."""
    peers = [receiver(number) for number in range(BESIDE_SLOW)]
    peers[-1].read_rate = rate
    with running(name, Setup([source()] + peers)) as bench:
        bench.router.node.sysctl("net.ipv4.tcp_wmem", SEND_BUFFER)
        bench.make_table(routes=routes, first_as=bench.setup.named("source0").asn)
        bench.announce_from("source0")
        bench.connect_receivers()
        others = bench.setup.receivers()[:-1]
        bench.expect(others, "table")
        seconds = bench.feed(["source0"], others)["seconds"]
        return seconds, bench.memory()[1] / routes


@scenario("slow_peer", f"{BESIDE_SLOW} peers, one reads 20 kB/s: time of the others", routes=100_000,
          routers=("vrfd", "bird", "frr", "frr+tuned"))
def slow_peer(name, options):
    without, memory_without = _beside(name, options.routes, 0)
    seconds, memory = _beside(name, options.routes, SLOW_RATE)
    return {"seconds": seconds, "without_s": without, "slowdown": seconds / without,
            "peak_bytes_per_route": memory, "without_peak_bytes": memory_without}
