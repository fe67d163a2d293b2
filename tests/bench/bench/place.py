"""Where one measurement happens: a namespace with the router, one with the load, and a wire between them."""

import os
import subprocess

from lab.node import Node
from lab.topology import Lab

from .setup import NETWORK_LENGTH, ROUTER_ADDRESS

ROUTER_SIDE, LOAD_SIDE = "vb-router", "vb-load"


class Place:
    """Use as a context: what is in it ends with it."""

    def __init__(self, setup):
        self._lab = Lab()
        self.router, self.load = self._lab.node(ROUTER_SIDE), self._lab.node(LOAD_SIDE)
        first, *others = [peer.address for peer in setup.peers]
        self._lab.link((self.router, "wire", f"{ROUTER_ADDRESS}/{NETWORK_LENGTH}"),
                       (self.load, "wire", f"{first}/{NETWORK_LENGTH}"))
        for address in others:
            self._lab.address(self.load, "wire", f"{address}/32")

    def __enter__(self):
        self._lab.build()
        return self

    def __exit__(self, *_):
        self._lab.tear_down()


def prepare_machine():
    """Folders of our own for the routers; called in a mount namespace of our own."""
    for folder in ("/run", "/etc/frr"):
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", folder], check=True)
    os.makedirs("/run/frr", exist_ok=True)
    subprocess.run(["chown", "frr:frr", "/etc/frr", "/run/frr"], check=False)


__all__ = ["Node", "Place", "prepare_machine"]
