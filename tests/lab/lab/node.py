"""A router or host of the lab: one network namespace and the processes that run in it."""

import json
import os
import signal
import subprocess
import time

from .netns import inside
from .wait import Failed


class Node:
    def __init__(self, name):
        self.name = name
        self.folder = f"/run/lab/{name}"   # configs, logs and sockets of what runs here
        self.daemons = []                  # what runs here, for dumps and for the end of the test
        self._started = []
        os.makedirs(self.folder, exist_ok=True)

    def inside(self):
        return inside(self.name)

    def path(self, name):
        return os.path.join(self.folder, name)

    def exec(self, *words, check=True, stdin=None, timeout=60):
        """Runs a command to its end and returns its standard output."""
        done = self.run(*words, stdin=stdin, timeout=timeout)
        if check and done.returncode != 0:
            raise Failed(f"{self.name}: {' '.join(words)} exited {done.returncode}: {done.stderr or done.stdout}")
        return done.stdout

    def run(self, *words, stdin=None, timeout=60, env=None):
        """Runs a command to its end and returns all there is to know about it."""
        with self.inside():
            return subprocess.run(words, input=stdin, capture_output=True, text=True, timeout=timeout, env=env)

    def start(self, words, log, env=None):
        """Starts a command that goes on; its output goes to the file `log` in the node's folder."""
        with open(self.path(log), "ab") as output, self.inside():
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=env)
        self._started.append(process)
        return process

    def ip(self, *words, check=True):
        return self.exec("ip", *words, check=check)

    def ip_json(self, *words):
        return json.loads(self.exec("ip", "-j", *words) or "[]", object_pairs_hook=_object)

    def ip_batch(self, lines):
        """Many ip commands in one process, and those that begin with `-f mpls` or `-6` in one each."""
        kinds = {}
        for line in lines:
            options = next((kind for kind in ("-f mpls", "-6") if line.startswith(kind + " ")), "")
            kinds.setdefault(options, []).append(line[len(options):].strip())
        for options, mine in kinds.items():
            self.exec("ip", *options.split(), "-batch", "-", stdin="\n".join(mine) + "\n")

    def sysctl(self, key, value=None):
        """Reads or sets a net.* sysctl of this node."""
        path = "/proc/sys/" + (key if "/" in key else key.replace(".", "/"))
        with self.inside():
            if value is None:
                with open(path) as file:
                    return file.read().strip()
            with open(path, "w") as file:
                file.write(str(value))
        return str(value)

    def ping(self, address, source=None, count=1, timeout=1):
        """Whether each of `count` echo requests is answered within `timeout` seconds."""
        words = ["ping", "-n", "-q", "-c", str(count), "-i", "0.2", "-W", str(timeout)]
        if source:
            words += ["-I", source]
        done = self.run(*words, address, timeout=30 + 2 * count)
        return f" {count} received" in done.stdout

    def stop(self):
        """Ends every process of the namespace, however it was started."""
        for number in self._pids():
            _signal(number, signal.SIGKILL)
        for process in self._started:
            process.wait(timeout=10)
        end = time.monotonic() + 10
        while self._pids() and time.monotonic() < end:
            time.sleep(0.05)

    def _pids(self):
        mine = os.stat(f"/run/netns/{self.name}")
        found = []
        for number in filter(str.isdigit, os.listdir("/proc")):
            try:
                theirs = os.stat(f"/proc/{number}/ns/net")
            except OSError:
                continue   # it ended meanwhile, or is dying
            if (theirs.st_dev, theirs.st_ino) == (mine.st_dev, mine.st_ino) and int(number) != os.getpid():
                found.append(int(number))
        return found

    def dump(self):
        """The node's state as text, for the reader of a failure."""
        parts = []
        for words in (["ip", "-br", "addr"], ["ip", "route", "show", "table", "all", "type", "unicast"],
                      ["ip", "-6", "route", "show", "table", "all", "type", "unicast"], ["ip", "-f", "mpls", "route"],
                      ["ip", "nexthop"], ["ip", "rule"]):
            text = self.run("sh", "-c", " ".join(words) + " | head -n 400").stdout
            if text.strip():
                parts.append(f"--- {self.name}: {' '.join(words)}\n{_shorten(text.rstrip())}")
        for daemon in self.daemons:
            parts.append(f"--- {self.name}: {type(daemon).__name__}\n{daemon.dump()}")
        return "\n".join(parts)


def _object(pairs):
    """iproute2 names the labels of an encapsulation `dst` too, beside the route's own: they become `labels`."""
    found = {}
    for key, value in pairs:
        found["labels" if key == "dst" and "encap" in found else key] = value
    return found


def _signal(number, what):
    try:
        os.kill(number, what)
    except ProcessLookupError:
        pass


def _shorten(text, lines=40):
    rows = text.splitlines()
    return "\n".join(rows[:lines] + ([f"… {len(rows) - lines} more lines"] if len(rows) > lines else []))


def tail(path, lines=60):
    """The end of a log file, or why there is none."""
    try:
        with open(path, errors="replace") as file:
            return "".join(line[:400].rstrip() + "\n" for line in file.readlines()[-lines:])
    except OSError as problem:
        return f"({problem})\n"
