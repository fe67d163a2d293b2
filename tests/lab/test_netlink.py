"""netlink/ against the lab's kernel: every case of netlink_check, each in a network namespace of its own."""

import os
import subprocess

from lab.discovery import Skipped, lab as limits
from lab.vrfd import BUILD
from lab.wait import expect

PROGRAM = os.path.join(BUILD, "tests", "lab", "netlink", "netlink_check")


@limits(timeout=300, weight=60)
def test_real_kernel(lab):
    if not os.path.exists(PROGRAM):
        raise Skipped("netlink_check is not built")
    done = subprocess.run([PROGRAM, "--no-colors"], capture_output=True, text=True, check=False)
    expect(done.returncode == 0, f"netlink_check passes:\n{done.stdout[-4000:]}{done.stderr[-2000:]}")
    expect("SKIPPED" not in done.stdout, f"the lab's kernel has all that vrfd needs:\n{done.stdout[-2000:]}")
