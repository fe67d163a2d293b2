"""Pings in the background, counted."""

import re
import subprocess
import time

from .wait import expect


class Pings:
    """Twenty a second from one CE to another; `end` says how many were lost."""

    def __init__(self, node, target, source):
        with node.inside():
            self._process = subprocess.Popen(["ping", "-n", "-q", "-i", "0.05", "-W", "5", "-I", source, target],
                                             stdout=subprocess.PIPE, text=True)

    def end(self):
        time.sleep(1)
        self._process.send_signal(2)
        text = self._process.communicate(timeout=30)[0]
        sent, received = re.search(r"(\d+) packets transmitted, (\d+) received", text).groups()
        expect(int(sent) > 20, "pings were sent", text)
        return int(sent) - int(received)
