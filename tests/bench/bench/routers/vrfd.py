"""vrfd under measurement. It keeps routes as received always, so there is no variant of it that does."""

import os

from lab import vrfd
from lab.vrfd import Vrfd

from ..setup import ABSENT, ADDED, MARK, ROUTER_ADDRESS, ROUTER_AS
from .router import Router

vrfd.BUILD = os.environ.get("BENCH_VRFD") or vrfd.BUILD

POLICIES = {
    "accept": [{"then": "accept"}],
    "mark_all": [{"set": {"communities": {"add": [ADDED]}}, "then": "accept"}],
    "deny_marked": [{"match": {"community": [MARK]}, "then": "reject"}, {"then": "accept"}],
    "deny_absent": [{"match": {"community": [ABSENT]}, "then": "reject"}, {"then": "accept"}],
    "nothing": [{"then": "reject"}],
}


class VrfdRouter(Router):
    def __init__(self, node, setup, variants):
        super().__init__(node, setup, variants)
        self.daemon = Vrfd(node, self._config(), "warning")

    def _config(self):
        table = self.setup.kernel_table
        return {"as": ROUTER_AS, "router_id": ROUTER_ADDRESS, "ebgp_requires_policy": False, "manage_sysctls": False,
                **({"public": {"table": table}} if table else {"fib": False}),
                "peers": {peer.address: self._peer(peer) for peer in self.setup.peers if self.setup.public_peers},
                "vpn_instances": self.setup.vpn_instances,
                "policies": {name: POLICIES[name] for name in self._policies_in_use()}}

    def _policies_in_use(self):
        found = {self._policy_name(peer): None for peer in self.setup.peers if peer.policy}
        if any(peer.source for peer in self.setup.peers):
            found["nothing"] = None
        return [name for name in found]

    @staticmethod
    def _policy_name(peer):
        return peer.policy

    def _peer(self, peer):
        family = {}
        if peer.policy:
            family["import_policy"] = self._policy_name(peer)
        if peer.source:
            family["export_policy"] = "nothing"
        made = {"as": peer.asn, "passive": True, "families": {self.setup.family: family}}
        if peer.client:
            made["route_reflector_client"] = True
        return made

    def set_policy(self, peer, policy):
        self.setup.named(peer).policy = policy
        self.apply()

    def apply(self):
        """The configuration as the setup is now."""
        self.daemon.apply(self._config()).expect_code(0)

    def refresh_import(self, peer):
        self.daemon.ctl("refresh bgp", self.setup.family, self.setup.named(peer).address,
                        "import --local --no-wait").expect_code(0)

    def reset(self, peer):
        self.daemon.ctl("reset bgp", self.setup.family, self.setup.named(peer).address, "--no-wait --yes").expect_code(0)

    def received(self, peer):
        row = self.daemon.peers()[self.setup.named(peer).address]
        return sum(family["received"] for family in row["families"])
