"""The driver's end of bgp_load."""

import json
import os
import subprocess
import threading
import time

from .setup import ROUTER_ADDRESS

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
PROGRAM = os.path.join(os.environ.get("BENCH_PROGRAMS") or os.path.join(ROOT, "build", "release", "tests", "bench"), "bgp_load")


class LoadFailed(AssertionError):
    pass


class Load:
    """One bgp_load in a node; use as a context."""

    def __init__(self, node, setup):
        self._node, self._setup = node, setup
        self.events, self._answers = [], []
        self._changed = threading.Condition()

    def __enter__(self):
        with self._node.inside():
            self._process = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self._read, daemon=True).start()
        for peer in self._setup.peers:
            self.do("add_peer", peer=peer.name, local=peer.address, remote=ROUTER_ADDRESS, **{"as": peer.asn},
                    family=self._setup.family, read_rate=peer.read_rate, enhanced=peer.enhanced)
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _read(self):
        for line in self._process.stdout:
            value = json.loads(line)
            with self._changed:
                (self.events if "event" in value else self._answers).append(value)
                self._changed.notify_all()

    def do(self, what, timeout=120, **fields):
        """One command and its answer."""
        self._process.stdin.write(json.dumps({"do": what, **fields}) + "\n")
        self._process.stdin.flush()
        with self._changed:
            if not self._changed.wait_for(lambda: self._answers, timeout):
                raise LoadFailed(f"bgp_load does not answer: {what}")
            answer = self._answers.pop(0)
        if "error" in answer:
            raise LoadFailed(f"bgp_load: {answer}")
        return answer

    def wait(self, event, peers, timeout, since=0):
        """Peer → time of its first such event after `since`, of every peer."""
        wanted, found = set(peers), {}

        def complete():
            for one in self.events:
                if one["event"] == event and one["at"] >= since and one["peer"] in wanted:
                    found.setdefault(one["peer"], one["at"])
            return len(found) == len(wanted)
        with self._changed:
            if not self._changed.wait_for(complete, timeout):
                missing = sorted(wanted - set(found))
                self._raise_problem(since)
                raise LoadFailed(f"after {timeout} s no {event!r} of {len(missing)} of {len(wanted)} peers ({missing[:3]}…); "
                                 + self._describe(missing[:3]))
        return found

    def _raise_problem(self, since):
        for one in self.events:
            if one["at"] >= since and "problem" in one:
                raise LoadFailed(f"bgp_load: {one}")

    def _describe(self, peers):
        names = [peer.name for peer in self._setup.peers]
        with_counts = self.do("state", peers=[peer for peer in peers if peer in names])["peers"]
        return "; ".join(f"{name}: {row['routes']} routes, {row['announced']} announced, {row['withdrawn']} withdrawn"
                         for name, row in with_counts.items())

    def connect(self, *peers, timeout=60):
        """Sessions up; peer → when."""
        answer = self.do("connect", peers=list(peers))
        return self.wait("up", peers, timeout, answer["at"] - int(1e9))

    def counts(self, *peers):
        return self.do("state", peers=list(peers))["peers"]

    def wait_sent(self, *peers, timeout=300):
        """Until the router has taken all that these peers sent."""
        end = time.monotonic() + timeout
        while any(row["unsent"] for row in self.counts(*peers).values()):
            if time.monotonic() > end:
                raise LoadFailed(f"the router does not take what {peers} send")
            time.sleep(0.02)

    def usage(self):
        used = self.do("usage")
        return used["user_s"] + used["system_s"]
