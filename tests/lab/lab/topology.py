"""The builder of a test's topology: nodes, links, addresses, sysctls, in as few processes as there can be."""

import os
import subprocess

from .node import Node
from .wait import Failed


class Lab:
    """What a test gets: an empty bench. Declare nodes and links, call build(), then start routers in the nodes."""

    def __init__(self):
        self.nodes = {}
        self._links = []       # ip commands outside of any namespace
        self._setup = {}       # node → ip commands inside of it for its ends of the links
        self._commands = {}    # node → ip commands inside of it when all links are up
        self._sysctls = []     # (node, key, value)

    def node(self, name):
        if name in self.nodes:
            raise Failed(f"two nodes named {name}")
        self._setup[name], self._commands[name] = ["link set lo up"], []
        self.nodes[name] = Node(name)
        return self.nodes[name]

    def link(self, left, right):
        """A wire between two ends, each `(node, interface, address, …)`, addresses with their length."""
        ends = []
        for node, interface, *addresses in (left, right):
            ends.append(f"{interface} netns {node.name}")
            for address in addresses:
                self.address(node, interface, address)
            self._setup[node.name].append(f"link set {interface} up")
        self._links.append(f"link add {ends[0]} type veth peer name {ends[1]}")

    def address(self, node, interface, address):
        nodad = " nodad" if ":" in address else ""
        self._setup[node.name].append(f"address add {address} dev {interface}{nodad}")

    def command(self, node, *lines):
        """ip commands that run in the node, after the links are there and in the order given."""
        self._commands[node.name].extend(lines)

    def vrf(self, node, name, table, *interfaces):
        """A VRF device made by the administrator. The interfaces join it before they get their addresses."""
        lines = [f"link add {name} type vrf table {table}", f"link set {name} up"]
        lines += [f"link set {interface} master {name}" for interface in interfaces]
        self._setup[node.name][1:1] = lines

    def router(self, node, mpls_interfaces=()):
        """Forwarding on; labelled packets taken on the interfaces named."""
        self._sysctls += [(node, "net.ipv4.ip_forward", 1), (node, "net.ipv6.conf.all.forwarding", 1)]
        if mpls_interfaces:
            self._sysctls.append((node, "net.mpls.platform_labels", 100000))
        for interface in mpls_interfaces:
            self._sysctls.append((node, f"net/mpls/conf/{interface}/input", 1))

    def build(self):
        _ip_batch([f"netns add {name}" for name in self.nodes] + self._links)
        for node in self.nodes.values():
            for key in ("net.ipv4.conf.all.rp_filter", "net.ipv4.conf.default.rp_filter"):
                node.sysctl(key, 0)
            for key in ("net.ipv6.conf.all.accept_dad", "net.ipv6.conf.default.accept_dad"):
                node.sysctl(key, 0)
        for node, key, value in self._sysctls:
            if "mpls/conf" not in key:
                node.sysctl(key, value)
        for phase in (self._setup, self._commands):
            for name, lines in phase.items():
                if lines:
                    self.nodes[name].ip_batch(lines)
        for node, key, value in self._sysctls:
            if "mpls/conf" in key:
                node.sysctl(key, value)

    def check_alive(self):
        """Fails when a router that nobody stopped is no longer there or has said something that it must never say."""
        for node in self.nodes.values():
            for daemon in node.daemons:
                daemon.check_alive()

    def tear_down(self):
        for node in self.nodes.values():
            for daemon in node.daemons:
                daemon.stay_away()
        for node in self.nodes.values():
            if os.path.exists(f"/run/netns/{node.name}"):
                for daemon in reversed(node.daemons):
                    daemon.close()
                node.stop()
        _ip_batch([f"netns del {name}" for name in self.nodes], force=True)
        subprocess.run(["rm", "-rf", "/run/lab"], check=True)

    def dump(self):
        return "\n".join(node.dump() for node in self.nodes.values() if os.path.exists(f"/run/netns/{node.name}"))


def _ip_batch(lines, force=False):
    words = ["ip"] + (["-force"] if force else []) + ["-batch", "-"]
    done = subprocess.run(words, input="\n".join(lines) + "\n", capture_output=True, text=True)
    if done.returncode != 0 and not force:
        raise Failed(f"ip -batch: {done.stderr}")
