"""Which kernel the lab runs on, and making it ready."""

import os
import shutil
import subprocess

from . import frr

RUNNING, GUEST = "the running kernel", "User Mode Linux"
PROBE = """
modprobe -q -a vrf mpls_router mpls_iptunnel veth dummy 2>/dev/null
ip link add probe type vrf table 4242 && test -e /proc/sys/net/mpls/platform_labels &&
ip link add probe0 type veth peer name probe1 && ip addr add 192.0.2.1/24 dev probe0 && ip link set probe0 up &&
ip link set probe1 up && ip route add 198.51.100.0/24 encap mpls 100 via 192.0.2.2
"""


def choose_kernel(folder):
    """(RUNNING or GUEST, None), or (None, why there is neither)."""
    if os.geteuid() == 0:
        probe = subprocess.run(["unshare", "--net", "sh", "-c", PROBE], capture_output=True, text=True)
        if probe.returncode == 0:
            return RUNNING, None
        lacks = probe.stderr.strip().splitlines()[-1] if probe.stderr.strip() else "VRF or MPLS is missing"
    else:
        lacks = "not root"
    if shutil.which("linux.uml") is None:
        return None, f"the running kernel does not do ({lacks}), and linux.uml is not installed (package user-mode-linux)"
    boot = subprocess.run([os.path.join(folder, "uml", "run"), "-m", "256M", "-t", "300", "--", "ip", "link", "add", "probe",
                           "type", "vrf", "table", "1"], capture_output=True, text=True)
    if boot.returncode == 0:
        return GUEST, None
    return None, f"the running kernel does not do ({lacks}), nor does User Mode Linux: {(boot.stdout + boot.stderr).strip()}"


def words_in(kernel, folder, command, share, memory, seconds):
    """The command line that runs `command` on that kernel, away from this machine's network."""
    if kernel == RUNNING:
        return ["unshare", "--mount", "--net", "--uts", "--propagation", "private", "--", *command]
    return [os.path.join(folder, "uml", "run"), "-m", memory, "-t", str(seconds), "-s", share, "--", *command]


def enter():
    """Called in the worker, which has mount and network namespaces of its own or a whole guest: private folders."""
    for folder in ("/run", "/etc/frr"):
        os.makedirs(folder, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"], check=True)
    frr.prepare_machine()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
