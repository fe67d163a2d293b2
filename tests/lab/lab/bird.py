"""BIRD 2 in a node."""

import re

from .daemon import Daemon
from .wait import Failed


class Bird(Daemon):
    def __init__(self, node, config):
        """`config` comes after the lines that every BIRD of the lab has (log, devices)."""
        super().__init__(node)
        self.socket = node.path("bird.ctl")
        self.write(config)

    def write(self, config):
        with open(self.node.path("bird.conf"), "w") as file:
            file.write("log stderr all;\ndebug protocols { states, events, packets };\nprotocol device { scan time 2; }\n"
                       + config)

    def start(self):
        self.launch("bird.log", ["bird", "-f", "-c", self.node.path("bird.conf"), "-s", self.socket])
        self.wait_ready(lambda: "up and running" in self.show("status"), "BIRD answers")
        return self

    def show(self, what):
        return self.control("show " + what)

    def control(self, words):
        done = self.node.run("birdc", "-s", self.socket, *words.split())
        if done.returncode != 0:
            raise Failed(f"{self.node.name}: birdc {words}: {done.stdout}{done.stderr}")
        return done.stdout

    def configure(self, config):
        self.write(config)
        answer = self.control("configure")
        if "Reconfigured" not in answer and "Reconfiguration in progress" not in answer:
            raise Failed(f"{self.node.name}: birdc configure: {answer}")

    def established(self, protocol):
        return re.search(rf"^{protocol}\s.*\bEstablished\b", self.show("protocols"), re.M) is not None

    def routes(self, table="master4", protocol=None):
        """Prefix → attributes as BIRD prints them, of what it learned by BGP (or by `protocol`)."""
        found, current = {}, None
        words = f"route table {table}" + (f" protocol {protocol}" if protocol else "") + " all"
        for line in self.show(words).splitlines():
            start = re.match(r"^((?:\S+ )?\S+/\d+)\s+(?:unicast|blackhole|unreachable)", line)
            if start:
                current = found.setdefault(start[1], {})
            elif current is not None and (pair := re.match(r"^\s+BGP\.(\w+): (.*)", line)):
                current[pair[1]] = pair[2].strip()
        return {prefix: known for prefix, known in found.items() if known}

    def last_error(self, protocol):
        found = re.search(r"Last error:\s+(.*)", self.show(f"protocols all {protocol}"))
        return found[1].strip() if found else None

    def log(self):
        with open(self.node.path("bird.log"), errors="replace") as file:
            return file.read()

    def refreshes_received(self, protocol):
        """How often BIRD logged a plain ROUTE-REFRESH (not BoRR, not EoRR) of this protocol's peer."""
        return len(re.findall(rf"{protocol}: Got ROUTE-REFRESH", self.log()))

    def state(self):
        return self.show("protocols") + self.show("route")[:3000]
