"""The routers that are measured, by name. A variant stands behind a `+`: bird+stored keeps the routes as received
(`import table`), frr+stored too (soft-reconfiguration inbound), frr+tuned does not wait (`coalesce-time 0`)."""

from .bird import BirdRouter
from .frr import FrrRouter
from .gobgp import GobgpRouter
from .vrfd import VrfdRouter

KINDS = {"vrfd": VrfdRouter, "bird": BirdRouter, "frr": FrrRouter, "gobgp": GobgpRouter}


def make(name, place, setup):
    kind, *variants = name.split("+")
    return KINDS[kind](place.router, setup, variants)
