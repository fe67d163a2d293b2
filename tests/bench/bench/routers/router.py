"""What a scenario can ask of any router."""


class Router:
    """`daemon` is the lab's router; whoever derives from this says how it is configured and told what to do."""

    daemon = None

    def __init__(self, node, setup, variants):
        self.node, self.setup, self.variants = node, setup, variants

    def start(self):
        self.daemon.start()
        return self

    def pids(self):
        return [process.pid for process in self.daemon.processes.values()]

    def set_policy(self, peer, policy):
        """Gives the peer another import policy that takes effect with the next refresh_import."""
        raise NotImplementedError

    def refresh_import(self, peer):
        """Judges the peer's routes again; the session stays."""
        raise NotImplementedError

    def reset(self, peer):
        """Closes the session; the peer comes back by itself."""
        raise NotImplementedError

    def received(self, peer):
        """How many routes the router holds from the peer."""
        raise NotImplementedError
