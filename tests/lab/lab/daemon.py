"""What the routers of the lab have in common: processes in a node, a log, an end."""

from .node import tail
from .wait import Died, wait_for


class Daemon:
    def __init__(self, node):
        self.node = node
        self.processes = {}   # log file name → process
        node.daemons.append(self)

    def launch(self, log, words, env=None):
        self.processes[log] = self.node.start(words, log, env)

    def running(self):
        return bool(self.processes) and all(process.poll() is None for process in self.processes.values())

    def check_alive(self):
        for log, process in self.processes.items():
            if process.poll() is not None:
                raise Died(f"{self.node.name}: {process.args[0]} died ({process.returncode}); it last said:\n"
                             + tail(self.node.path(log), 20))

    def wait_ready(self, condition, what, timeout=30):
        """Until `condition` holds, or at once a failure when a process ends before that."""
        def ready():
            self.check_alive()
            return condition()
        wait_for(ready, timeout, f"{self.node.name}: {what}")

    def stay_away(self):
        """The end is near: no more coming back by itself."""

    def close(self):
        """Ends the processes at once; the node's end takes care of what they leave."""
        for process in self.processes.values():
            if process.poll() is None:
                process.kill()
            process.wait()
        self.processes = {}

    def stop(self, timeout=15):
        """Ends the processes the way an operator does, and says how they ended."""
        codes = {}
        for log, process in self.processes.items():
            process.terminate()
            codes[log] = process.wait(timeout)
        self.processes = {}
        return codes

    def state(self):
        """The router's own view as text; each kind has its commands."""
        return ""

    def dump(self):
        try:
            state = self.state() if self.running() else "(not running)\n"
        except Exception as problem:   # a dump says what it can
            state = f"({problem})\n"
        return state + "".join(f"--- {log}\n{tail(self.node.path(log), 25)}" for log in self.processes)
