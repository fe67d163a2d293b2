"""What processes cost: CPU seconds and memory, from /proc."""

import glob
import time


def cpu_seconds(pids):
    """User and system time of all threads, in seconds; exact to the nanosecond where the kernel counts so."""
    total = 0
    for pid in pids:
        for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
            try:
                with open(path) as file:
                    total += int(file.read().split()[0])
            except OSError:
                pass   # the thread ended
    return total / 1e9


def memory(pids):
    """(VmRSS, VmHWM) in octets, of all together."""
    sums = {"VmRSS": 0, "VmHWM": 0}
    for pid in pids:
        with open(f"/proc/{pid}/status") as file:
            for line in file:
                name, _, value = line.partition(":")
                if name in sums:
                    sums[name] += int(value.split()[0]) * 1024
    return sums["VmRSS"], sums["VmHWM"]


def settle(pids, timeout=120, quiet=0.002, interval=0.15, times=3):
    """Waits until the processes have done next to nothing for a while; returns the moment at which that began."""
    end, still, since = time.monotonic() + timeout, 0, time.monotonic_ns()
    before = cpu_seconds(pids)
    while time.monotonic() < end:
        time.sleep(interval)
        now = cpu_seconds(pids)
        if now - before > quiet:
            still, since = 0, time.monotonic_ns()
        else:
            still += 1
        if still >= times:
            return since
        before = now
    raise AssertionError(f"processes {pids} are still busy after {timeout} s")
