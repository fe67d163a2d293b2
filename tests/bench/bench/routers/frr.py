"""FRR under measurement: zebra and bgpd count together."""

from lab.frr import FOLDER, Frr

from ..setup import ABSENT, ADDED, MARK, ROUTER_ADDRESS, ROUTER_AS
from .router import Router

FAMILIES = {"ipv4": "ipv4 unicast", "vpnv4": "ipv4 vpn"}
POLICIES = {
    "accept": ["route-map {name} permit 10"],
    "mark_all": ["route-map {name} permit 10", f" set community {ADDED} additive"],
    "deny_marked": ["route-map {name} deny 10", " match community MARK", "route-map {name} permit 20"],
    "deny_absent": ["route-map {name} deny 10", " match community ABSENT", "route-map {name} permit 20"],
}


class QuietFrr(Frr):
    """Without staticd, and without a log."""

    def __init__(self, node, config, keep_out_of_kernel):
        super().__init__(node, config)
        self._bgpd_options = ["-n"] if keep_out_of_kernel else []

    def start(self):
        for name, options in (("zebra", []), ("bgpd", self._bgpd_options)):
            self.launch(f"{name}.log", [f"{FOLDER}/{name}", "-N", self.space, *options])
            self.wait_ready(lambda: self._answers(name), f"{name} answers")
        self._vtysh("-b")
        return self

    def _answers(self, name):
        return self.node.run("vtysh", "-N", self.space, "-d", name, "-c", "show version").returncode == 0


class FrrRouter(Router):
    def __init__(self, node, setup, variants):
        super().__init__(node, setup, variants)
        self.daemon = QuietFrr(node, self._config(), not setup.kernel_table)

    def _config(self):
        lines = [f"bgp community-list standard MARK permit {MARK}", f"bgp community-list standard ABSENT permit {ABSENT}",
                 "ip prefix-list NOTHING deny any", "bgp route-map delay-timer 0"]
        for peer in self.setup.peers:
            if peer.policy:
                lines += self._route_map(peer)
        lines += [f"router bgp {ROUTER_AS}", f" bgp router-id {ROUTER_ADDRESS}", " no bgp ebgp-requires-policy",
                  " no bgp default ipv4-unicast", " no bgp network import-check"]
        if "tuned" in self.variants:
            lines.append(" coalesce-time 0")
        if self.setup.sends_again:
            lines.append(" no bgp suppress-duplicates")
        for peer in self.setup.peers:
            lines += [f" neighbor {peer.address} remote-as {peer.asn}", f" neighbor {peer.address} passive"]
        lines.append(f" address-family {FAMILIES[self.setup.family]}")
        for peer in self.setup.peers:
            lines += [f"  neighbor {peer.address} {words}" for words in self._family_lines(peer)]
        return "\n".join(lines + [" exit-address-family", ""])

    @staticmethod
    def _route_map(peer):
        return [line.format(name=f"{peer.name}-in") for line in POLICIES[peer.policy]] + ["exit"]

    def _family_lines(self, peer):
        lines = ["activate"]
        if self.setup.family == "ipv4" and peer.asn != ROUTER_AS:
            lines.append("next-hop-self")
        if peer.client:
            lines.append("route-reflector-client")
        if peer.source:
            lines.append("prefix-list NOTHING out")
        if peer.policy:
            lines.append(f"route-map {peer.name}-in in")
        if "stored" in self.variants and peer.source:
            lines.append("soft-reconfiguration inbound")
        return lines

    def set_policy(self, peer, policy):
        described = self.setup.named(peer)
        described.policy = policy
        self.daemon.configure(f"no route-map {peer}-in", *self._route_map(described))

    def refresh_import(self, peer):
        self.daemon.show(f"clear bgp {FAMILIES[self.setup.family]} {self.setup.named(peer).address} soft in")

    def reset(self, peer):
        self.daemon.show(f"clear bgp {self.setup.named(peer).address}")

    def received(self, peer):
        summary = self.daemon.json(f"show bgp {FAMILIES[self.setup.family]} summary")
        return summary["peers"][self.setup.named(peer).address]["pfxRcd"]
