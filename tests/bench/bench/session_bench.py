"""The common beginning of all scenarios with BGP sessions: place, load and router together, and the clock around a step."""

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass

from . import process_cost, routers
from .load import Load
from .place import Place
from .setup import ADDED, MARK, ROUTER_ADDRESS, ROUTER_AS

PATIENCE = int(os.environ.get("BENCH_PATIENCE", "400"))   # seconds that a step may take before it counts as failed


@dataclass
class Bench:
    load: Load
    router: routers.router.Router
    setup: object
    empty: int = 0          # octets of the router without routes

    @contextlib.contextmanager
    def profiled(self):
        """With BENCH_PROFILE=FOLDER, perf's samples of the router during this step go to a file there."""
        folder = os.environ.get("BENCH_PROFILE")
        if not folder:
            yield
            return
        kind = type(self.router).__name__
        perf = subprocess.Popen(["perf", "record", "-q", "-F", os.environ.get("BENCH_RATE", "2000"), "--call-graph", os.environ.get("BENCH_CALLS", "fp"), "-p",
                                 ",".join(map(str, self.router.pids())), "-o", os.path.join(folder, f"{kind}.perf")])
        try:
            yield
        finally:
            perf.send_signal(signal.SIGINT)
            perf.wait()

    def cpu(self):
        return process_cost.cpu_seconds(self.router.pids())

    def settle(self, timeout=PATIENCE):
        return process_cost.settle(self.router.pids(), timeout)

    def memory(self):
        """Octets beyond the empty router: (now, at most)."""
        now, most = process_cost.memory(self.router.pids())
        return now - self.empty, most - self.empty

    def make_table(self, name="table", **fields):
        return self.load.do("make_table", table=name, family=self.setup.family, mark=MARK, **fields)

    def announce_from(self, peer, table="table"):
        self.load.do("announce_always", peers=[peer], table=table)

    def expect(self, peers, *tables, **treatment):
        """What these receivers are to hold; without tables: nothing."""
        usual = {"prepend": ROUTER_AS, "next_hop": ROUTER_ADDRESS} if self.setup.family == "ipv4" else {"cluster": ROUTER_ADDRESS}
        return self.load.do("expect", peers=list(peers),
                            tables=[{"table": table, **usual, **treatment} for table in tables])["routes"]

    def connect_receivers(self):
        """All receivers up and told that there is nothing; then the router is as big as it is without routes."""
        names = self.setup.receivers()
        for at in range(0, len(names), 50):
            self.load.connect(*names[at:at + 50])
        self.settle()
        self.empty = process_cost.memory(self.router.pids())[0]

    def feed(self, sources, receivers, timeout=PATIENCE):
        """Connects the sources, whose tables begin at once; seconds until the last receiver holds what is expected,
        and the router's CPU seconds until it is quiet."""
        before, load = self.cpu(), self.load.usage()
        asked = self.load.do("connect", peers=list(sources))["at"]
        begun = min(self.load.wait("sending", sources, timeout, asked - int(1e9)).values())
        with self.profiled():
            done = max(self.load.wait("arrived", receivers, timeout, begun).values())
        self.settle()
        return {"seconds": (done - begun) / 1e9, "cpu_s": self.cpu() - before, "load_cpu_s": self.load.usage() - load}


    def fed(self, routes, **treatment):
        """A table of source0 at all receivers, from the start on."""
        self.make_table(routes=routes, first_as=self.setup.named("source0").asn)
        self.announce_from("source0")
        self.connect_receivers()
        self.expect(self.setup.receivers(), "table", **treatment)
        return self.feed(["source0"], self.setup.receivers())

    def after(self, action, receivers=None, timeout=PATIENCE):
        """Seconds from the action's begin until the receivers hold what is expected (by default all of them), and the
        router's CPU seconds until it is quiet. Expect before; a state that is there already does not count."""
        cpu, begun = self.cpu(), time.monotonic_ns()
        with self.profiled():
            action()
            done = max(self.load.wait("arrived", receivers or self.setup.receivers(), timeout, begun).values())
        self.settle()
        return {"s": (done - begun) / 1e9, "cpu_s": self.cpu() - cpu}

    def until_quiet(self, action):
        """The same for an action that changes nothing: until it has returned and the router rests."""
        cpu, begun = self.cpu(), time.monotonic_ns()
        action()
        returned = time.monotonic_ns()
        done = max(self.settle(), returned)
        return {"s": (done - begun) / 1e9, "cpu_s": self.cpu() - cpu}

    def watch_kernel(self):
        self.load.do("watch_kernel", netns=self.kernel_path(), kernel_table=self.setup.kernel_table)

    def kernel_path(self):
        return f"/run/netns/{self.router.node.name}"


def prefixed(name, metrics):
    return {f"{name}_{metric}": value for metric, value in metrics.items()}


@contextlib.contextmanager
def running(name, setup):
    with Place(setup) as place, Load(place.load, setup) as load:
        yield Bench(load, routers.make(name, place, setup).start(), setup)


__all__ = ["ADDED", "MARK", "Bench", "PATIENCE", "prefixed", "running"]
