"""What a scenario is, and which there are."""

from dataclasses import dataclass, field


class Skipped(Exception):
    """Raised by a scenario that cannot run here, with the reason."""


@dataclass
class Scenario:
    name: str
    what: str
    run: object                       # (router's name, Options) → metric → number
    routes: int = 1_000_000           # unless --routes says otherwise
    routers: tuple = ("vrfd", "bird", "frr")
    only: tuple = ()                  # kinds of routers that can do it at all; empty: every kind


@dataclass
class Options:
    routes: int
    extra: dict = field(default_factory=dict)


_all = {}


def scenario(name, what, **fields):
    """Decorates the function that runs it."""
    def note(function):
        _all[name] = Scenario(name, what, function, **fields)
        return function
    return note


def scenarios():
    return dict(_all)
