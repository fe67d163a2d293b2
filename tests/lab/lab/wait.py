"""Polling until something holds, the only way that the lab waits."""

import os
import time

PATIENCE = float(os.environ.get("LAB_PATIENCE", "1"))   # more than 1 on a machine that is busy with other things


class Failed(AssertionError):
    """What a test says when the world is not as it must be."""


class Died(Exception):
    """A router ended that nobody stopped: no use in waiting on."""


def wait_for(condition, timeout, what, interval=0.2):
    """Returns the first true answer of `condition`; after `timeout` seconds fails with `what` and the last answer."""
    end = time.monotonic() + timeout * PATIENCE
    answer, error = None, None
    while True:
        try:
            answer, error = condition(), None
            if answer:
                return answer
        except (OSError, KeyError, IndexError, ValueError, AssertionError) as problem:
            error = problem
        if time.monotonic() >= end:
            last = f"{type(error).__name__}: {error}" if error else repr(answer)
            raise Failed(f"not within {timeout} s: {what} (last: {last[:600]})")
        time.sleep(interval)


def wait_equal(seen, wanted, timeout, what, interval=0.2):
    """As wait_for(), until `seen` answers `wanted`; the failure says what it answered last."""
    last = ["nothing yet"]

    def equal():
        last[0] = "an error"
        last[0] = seen()
        return last[0] == wanted
    try:
        wait_for(equal, timeout, what, interval)
    except Failed as failed:
        raise Failed(f"{failed}: wanted {str(wanted)[:300]}, seen last {str(last[0])[:300]}") from None


def stays(condition, seconds, what, interval=0.2):
    """Fails as soon as `condition` is not true within the next `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        expect(condition(), f"did not stay for {seconds} s: {what}")
        time.sleep(interval)


def expect(holds, what, seen=None):
    """Fails with `what` unless `holds`; `seen` is shown beside it."""
    if not holds:
        raise Failed(what if seen is None else f"{what}; seen: {str(seen)[:1500]}")


def expect_equal(seen, wanted, what):
    if seen != wanted:
        raise Failed(f"{what}: wanted {str(wanted)[:800]}, seen {str(seen)[:800]}")
