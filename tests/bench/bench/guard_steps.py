"""The steps whose instructions are guarded, on a vrfd that runs under callgrind."""

import glob
import os
import re
import subprocess

from .load import Load
from .place import Place
from .routers.vrfd import VrfdRouter
from .session_bench import ADDED, Bench
from .setup import Setup, receiver, source


class CountedRouter(VrfdRouter):
    """Counts instructions only between begin() and end()."""

    def start(self):
        daemon = self.daemon
        self._counts = self.node.path("callgrind")
        plain = daemon.launch

        def launch(log, words, env=None):
            plain(log, ["valgrind", "-q", "--tool=callgrind", "--read-inline-info=no", f"--callgrind-out-file={self._counts}", *words], env)
        daemon.launch = launch
        return super().start()

    def _control(self, option):
        subprocess.run(["callgrind_control", option, str(self.pids()[0])], check=True, capture_output=True, timeout=120)

    def begin(self):
        self._control("--zero")

    def end(self):
        """Instructions since begin()."""
        self._control("--dump")
        newest = max(glob.glob(self._counts + ".*"), key=os.path.getmtime)
        with open(newest) as file:
            return int(re.search(r"^(?:totals|summary): (\d+)", file.read(), re.M)[1])


def counted(bench, action):
    bench.settle()
    bench.router.begin()
    action()
    bench.settle()
    return bench.router.end()


def count(routes):
    """Step → instructions a route: a table learned and passed on (ingest), judged again with the same outcome (refresh),
    judged again with another (change), and told to one more peer (encode)."""
    setup = Setup([source(policy="accept"), receiver(), receiver(1)])
    with Place(setup) as place, Load(place.load, setup) as load:
        bench = Bench(load, CountedRouter(place.router, setup, []).start(), setup)
        bench.make_table(routes=routes, first_as=setup.named("source0").asn)
        bench.announce_from("source0")
        load.connect("receiver0")

        def arrive(action, peer="receiver0", **treatment):
            bench.expect([peer], "table", **treatment)
            since = load.do("usage")["at"]
            action()
            load.wait("arrived", [peer], 300, since - int(1e9))

        def refresh():
            bench.router.refresh_import("source0")
        found = {"ingest": counted(bench, lambda: arrive(lambda: load.connect("source0")))}
        bench.router.set_policy("source0", "deny_absent")
        found["refresh"] = counted(bench, refresh)
        found["encode"] = counted(bench, lambda: arrive(lambda: load.connect("receiver1"), "receiver1"))
        load.do("disconnect", peers=["receiver1"])
        bench.router.set_policy("source0", "mark_all")
        found["change"] = counted(bench, lambda: arrive(refresh, add_community=ADDED))
        return {name: number / routes for name, number in found.items()}
