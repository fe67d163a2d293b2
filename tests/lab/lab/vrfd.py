"""vrfd in a node, and its client."""

import copy
import json
import os

from .daemon import Daemon
from .wait import Died, Failed, expect

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
BUILD = os.environ.get("LAB_BUILD") or os.path.join(ROOT, "build", os.environ.get("LAB_PRESET", "release"))
NEVER = ("runtime error:", "AddressSanitizer", "terminate called", "Assertion")   # what its log must not say


class Answer:
    """What vrfctl said: its exit code, its JSON (`rows` of a long list apart), its text."""

    def __init__(self, done, words):
        self.words, self.code, self.text, self.error_text = " ".join(words), done.returncode, done.stdout, done.stderr
        self.json, self.rows = None, []
        values = _values(done.stdout)
        if values:
            self.rows, self.json = values[:-1], values[-1]

    def expect_code(self, code):
        expect(self.code == code, f"vrfctl {self.words}: exit code {code} wanted, {self.code} seen",
               self.text + self.error_text)
        return self

    def __repr__(self):
        return f"vrfctl {self.words} → {self.code}: {self.text[:800]}{self.error_text[:400]}"


def _values(text):
    """One JSON value, on however many lines, or one a line."""
    try:
        return [json.loads(text)]
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError:
        return []


class Vrfd(Daemon):
    def __init__(self, node, config, log_level="debug"):
        super().__init__(node)
        self.config, self._log_level = copy.deepcopy(config), log_level
        self.socket, self.state_folder = node.path("vrfd.sock"), node.path("state")
        os.makedirs(self.state_folder, exist_ok=True)
        self.program, self.client = os.path.join(BUILD, "vrfd"), os.path.join(BUILD, "vrfctl")
        for program in (self.program, self.client):
            if not os.access(program, os.X_OK):
                raise Failed(f"{program} is not built")
        self._env = dict(os.environ, UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1")

    def write(self, config=None):
        """Writes `config` (the current one if none is given) to the file and returns the file's path."""
        if config is not None:
            self.config = copy.deepcopy(config)
        return self.write_text("vrfd.json", json.dumps(self.config, indent=2))

    def write_text(self, name, text):
        path = self.node.path(name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def start(self):
        path = self.write()
        self.launch("vrfd.log", [self.program, "--config", path, "--socket", self.socket,
                                 "--state-dir", self.state_folder, "--log-level", self._log_level], self._env)
        self.wait_ready(lambda: self.ctl("show status").code == 0, "vrfd answers on its socket", 20)
        return self

    def check_alive(self):
        super().check_alive()
        for line in self.log().splitlines():
            if any(word in line for word in NEVER):
                raise Died(f"{self.node.name}: vrfd said: {line}")

    def log(self):
        try:
            with open(self.node.path("vrfd.log"), errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def ctl(self, *words, timeout=120):
        """vrfctl --json WORDS; a single string may hold several words."""
        split = [part for word in words for part in word.split()]
        done = self.node.run(self.client, "--socket", self.socket, "--json", *split, timeout=timeout, env=self._env)
        return Answer(done, split)

    def apply(self, config=None, name="candidate.json"):
        """config apply, without wait for more than its own answer."""
        path = self.write_text(name, json.dumps(config if config is not None else self.config, indent=2))
        answer = self.ctl("config", "apply", path)
        if answer.code == 0 and config is not None:
            self.config = copy.deepcopy(config)
        return answer

    def peers(self, vpn_instance=None):
        """Peer address → its row, of one instance (None: the public one, with the VPN peers)."""
        rows = self.ctl("show bgp peer").expect_code(0).json["peers"]
        return {row["peer"]: row for row in rows if row["vpn_instance"] == vpn_instance}

    def established(self, peer, vpn_instance=None):
        return self.peers(vpn_instance)[peer]["state"].lower() == "established"

    def uptime(self, peer, vpn_instance=None):
        return self.peers(vpn_instance)[peer]["uptime_s"]

    def instance(self, name):
        return self.ctl("show vpn-instance", name).expect_code(0).json["vpn_instances"][0]

    def routes(self, *words):
        """Rows of `show bgp … routes …`; give the words after `show bgp`."""
        return self.ctl("show", "bgp", *words).expect_code(0).rows

    def audit_clean(self):
        """Whether `fib audit` succeeds and finds nothing missing and nothing different; what is the administrator's may be."""
        answer = self.ctl("fib audit")
        return answer.code == 0 and answer.json["missing"] == 0 and answer.json["different"] == 0

    def state(self):
        return "".join(self.ctl(*words.split()).text[:3000]
                       for words in ("show status", "show bgp peer", "show vpn-instance", "show fib", "show labels"))

