"""Finding the tests: functions test_* of the files test_*.py, in the order of their names."""

import glob
import importlib.util
import os
from dataclasses import dataclass

DEFAULT_TIMEOUT = 150


class Skipped(Exception):
    """Raised by a test that cannot run here, with the reason."""


@dataclass
class Test:
    name: str          # file:function without test_ and .py
    function: object
    timeout: int       # seconds that it may take
    weight: int        # about how many it takes: the longest are begun first
    plain: bool        # needs neither VRF nor MPLS: any kernel with network namespaces does


def lab(timeout=DEFAULT_TIMEOUT, weight=20, plain=False):
    """Decorates a test that needs another time than the usual one, or less of the kernel."""
    def mark(function):
        function.lab_timeout, function.lab_weight, function.lab_plain = timeout, weight, plain
        return function
    return mark


def tests(folder):
    found = []
    for path in sorted(glob.glob(os.path.join(folder, "test_*.py"))):
        module = _load(path)
        for name, function in vars(module).items():
            if name.startswith("test_") and callable(function) and function.__module__ == module.__name__:
                found.append(Test(f"{module.__name__[5:]}:{name[5:]}", function,
                                  getattr(function, "lab_timeout", DEFAULT_TIMEOUT), getattr(function, "lab_weight", 20), getattr(function, "lab_plain", False)))
    return found


def _load(path):
    name = os.path.basename(path)[:-3]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
