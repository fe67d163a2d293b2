"""Entering a network namespace without a process in between (a fork costs up to 90 ms in User Mode Linux)."""

import contextlib
import ctypes
import os
import threading

CLONE_NEWNET = 0x40000000
FOLDER = "/run/netns"
_libc = ctypes.CDLL(None, use_errno=True)
_home = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
_inside = threading.local()


def _enter(descriptor):
    if _libc.setns(descriptor, CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), "setns")


@contextlib.contextmanager
def inside(name):
    """The calling thread is in the namespace `name`; what it opens or starts there stays there."""
    descriptor = os.open(os.path.join(FOLDER, name), os.O_RDONLY | os.O_CLOEXEC)
    previous = getattr(_inside, "descriptor", _home)
    try:
        _enter(descriptor)
        _inside.descriptor = descriptor
        yield
    finally:
        _inside.descriptor = previous
        _enter(previous)
        os.close(descriptor)
