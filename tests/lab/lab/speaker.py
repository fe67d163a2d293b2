"""A BGP speaker that does exactly what it is told and remembers everything it is told: the lab's measuring instrument.

It lives in the test's own process; its socket is opened inside a node. One thread reads (messages, and what follows
from them for `rib`), the test's thread writes. A ROUTE-REFRESH is answered with what was announced, between BoRR and
EoRR where the peer offered RFC 7313, unless `answer_refresh` is off. A `persistent` one comes back by itself.
"""

import socket
import struct
import threading
import time
from dataclasses import dataclass

from . import bgp
from .wait import Failed, wait_for


class Closed(Exception):
    """The speaker was closed while one of its threads was still at work."""


@dataclass
class Told:
    """Prefixes that stand announced, and how to say it again."""

    family: str
    prefixes: set
    encode: object   # list of prefixes → messages


class Speaker:
    def __init__(self, node, local, peer, asn, peer_as=None, router_id=None, families=("ipv4",), hold_time=90,
                 capabilities=None, decode=True, device=None, persistent=False, receive_buffer=None, **options):
        """`options` are those of bgp.capabilities(); `capabilities` (a list of encoded ones) overrides them.
        While `reading` is cleared nothing is read; `receive_buffer` is what TCP may take meanwhile.
        `decode` False only counts messages, for tables whose decoding would take longer than sending them."""
        self.node, self.local, self.peer, self.asn, self.peer_as = node, local, peer, asn, peer_as
        self.router_id, self.families, self.hold_time, self.device = router_id or local, families, hold_time, device
        self.as4, self.add_path = options.get("as4", True), tuple(options.get("add_path", ()))
        self.capabilities = bgp.capabilities(asn, families, **options) if capabilities is None else capabilities
        self.decode, self.receive_buffer = decode, receive_buffer
        self.reading = threading.Event()
        self.reading.set()
        self.answer_refresh, self.persistent, self.sessions, self._told = True, persistent, 0, []
        self._closed = False
        self._socket, self._listener, self._sending = None, None, threading.RLock()
        self.forget()
        self.rib, self.established, self.ended, self.peer_open = {}, threading.Event(), None, None
        node.daemons.append(self)

    def forget(self):
        """Starts a new record (the RIB stays): what is in it afterwards was received after this call."""
        self.received, self.updates, self.refreshes, self.notifications, self.end_of_ribs = [], [], [], [], []
        self.announced, self.withdrawn, self.update_count, self.octets = [], [], 0, 0

    # ---- session

    def connect(self, timeout=20, open_only=False):
        """Opens the session actively; tries again until the peer takes it."""
        end = time.monotonic() + timeout
        while True:
            self._socket = wait_for(self._dial, timeout, f"{self.node.name}: TCP to {self.peer}:179", interval=0.3)
            if self._closed:
                raise Closed(f"{self.node.name}: the speaker is closed")
            try:
                return self._begin(max(1, end - time.monotonic()), open_only)
            except Failed:
                if time.monotonic() >= end or self._closed:
                    raise
                time.sleep(0.3)

    def _dial(self):
        if self._closed:   # by tear-down, while a thread was coming back: the next test has nodes of the same names
            raise Closed(f"{self.node.name}: the speaker is closed")
        with self.node.inside():
            dialled = socket.socket(socket.AF_INET6 if ":" in self.peer else socket.AF_INET)
        if self.device:
            dialled.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, self.device.encode())
        if self.receive_buffer:
            dialled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.receive_buffer)
        dialled.settimeout(3)
        try:
            dialled.bind((self.local, 0))
            dialled.connect((self.peer, 179))
        except OSError:
            dialled.close()
            raise
        return dialled

    def listen(self):
        """Waits for the peer to open the session; `accept` takes it."""
        with self.node.inside():
            self._listener = socket.socket(socket.AF_INET6 if ":" in self.local else socket.AF_INET)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((self.local, 179))
        self._listener.listen(4)
        return self

    def open(self, timeout=20):
        """As connect(), without waiting for the session to be established."""
        return self.connect(timeout, open_only=True)

    def accept(self, timeout=30, open_only=False):
        self._listener.settimeout(timeout)
        self._socket, _ = self._listener.accept()
        return self._begin(timeout, open_only)

    def raw_open(self, first, timeout=20):
        """Connects and says `first` where an OPEN is due."""
        self._socket = wait_for(self._dial, timeout, f"{self.node.name}: TCP to {self.peer}:179", interval=0.3)
        self._start(first)

    def _start(self, first):
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.established.clear()
        self.ended, self.rib = None, {}
        self.send(first)
        threading.Thread(target=self._read, args=(self._socket,), daemon=True).start()
        threading.Thread(target=self._keep_alive, args=(self._socket,), daemon=True).start()

    def _begin(self, timeout, open_only):
        self._start(bgp.open_message(self.asn, self.router_id, self.hold_time, self.capabilities))
        if not open_only:
            self._wait_established(timeout)
            with self._sending:
                for one in self._told:
                    self.send_all(one.encode(sorted(one.prefixes)))
        return self

    def _wait_established(self, timeout):
        end = time.monotonic() + timeout
        while not self.established.wait(0.1) and self.ended is None and time.monotonic() < end:
            pass
        if not self.established.is_set():
            raise Failed(f"{self.node.name}: no session with {self.peer} within {timeout} s "
                         f"(ended: {self.ended}, notifications: {self.notifications})")

    def _come_back(self):
        """In a thread of its own: opens the session again until that works or the speaker is closed."""
        while self.persistent:
            try:
                self.connect()
                return
            except (OSError, Failed):
                time.sleep(0.3)
            except Closed:
                return

    def up(self):
        return self.established.is_set() and self.ended is None

    def close(self):
        """Without a NOTIFICATION, as a crash, and for good."""
        self.persistent, self._closed = False, True
        self.reading.set()
        for one in (self._socket, self._listener):
            if one:
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                one.close()
        self._socket = self._listener = None

    # ---- sending

    def send(self, data):
        """Octets as they are: one message, several, or something that is none."""
        with self._sending:
            self._socket.sendall(data)

    def send_all(self, messages):
        self.send(b"".join(messages))

    def announce(self, prefixes, as_path=None, next_hop=None, **attributes):
        """IPv4 unicast prefixes with this speaker as next hop and origin AS unless said otherwise."""
        path = self._defaults(as_path, attributes)
        made = bgp.path_attributes(path, next_hop or self.local, as4=self.as4, **attributes)
        self._tell("ipv4", prefixes, lambda some: bgp.announce(some, made, "ipv4" in self.add_path))

    def _defaults(self, as_path, attributes):
        """What the kind of session demands: the own AS in front, or a LOCAL_PREF."""
        if self.asn == self.peer_as:
            attributes.setdefault("local_pref", 100)
            return as_path or ()
        return (self.asn,) if as_path is None else as_path

    def withdraw(self, prefixes):
        self._untell("ipv4", prefixes, bgp.withdraw(prefixes, "ipv4" in self.add_path))

    def announce_vpn(self, prefixes, rd, label, targets, next_hop=None, as_path=None, family="vpnv4", **attributes):
        path = self._defaults(as_path, attributes)
        made = bgp.path_attributes(path, targets=targets, as4=self.as4, **attributes)
        self._tell(family, prefixes, lambda some: bgp.announce_vpn(some, made, next_hop or self.local, rd, label, family))

    def withdraw_vpn(self, prefixes, rd, family="vpnv4"):
        self._untell(family, prefixes, bgp.withdraw_vpn(prefixes, rd, family))

    def announce_memberships(self, memberships, as_path=None, **attributes):
        """Route targets that this speaker wants (RFC 4684): "ORIGIN:TARGET" or "default"."""
        made = bgp.path_attributes(self._defaults(as_path, attributes), as4=self.as4, **attributes)
        self._tell("rtc", memberships, lambda some: bgp.announce_memberships(some, made, self.local))

    def withdraw_memberships(self, memberships):
        self._untell("rtc", memberships, bgp.withdraw_memberships(memberships))

    def _tell(self, family, prefixes, encode):
        """Announces and remembers it, for refreshes and for the next session; what was said before is replaced."""
        with self._sending:
            self._forget_told(family, prefixes)
            self._told.append(Told(family, set(prefixes), encode))
            self.send_all(encode(prefixes))

    def _untell(self, family, prefixes, messages):
        with self._sending:
            self._forget_told(family, prefixes)
            self.send_all(messages)

    def _forget_told(self, family, prefixes):
        for one in self._told:
            if one.family == family:
                one.prefixes.difference_update(prefixes)
        self._told = [one for one in self._told if one.prefixes]

    def _answer_refresh(self, family):
        enhanced = self.peer_open is not None and b"\x46\x00" in self.peer_open[10:]
        with self._sending:
            if enhanced:
                self.refresh(family, 1)
            for one in self._told:
                if one.family == family:
                    self.send_all(one.encode(sorted(one.prefixes)))
            if enhanced:
                self.refresh(family, 2)

    def refresh(self, family="ipv4", subtype=0):
        self.send(bgp.route_refresh(family, subtype))

    def end_of_rib(self, family="ipv4"):
        self.send(bgp.end_of_rib(family))

    # ---- what was seen

    def prefixes(self, family="ipv4", rd=None):
        """The peer's table as it stands: prefix → the UPDATE that announced it."""
        return {route[2]: update for route, update in list(self.rib.items()) if route[0] == family and rd in (None, route[1])}

    def refreshes_received(self, family=None, subtype=0):
        return len([one for one in self.refreshes if one[1] == subtype and family in (None, one[0])])

    def _keep_alive(self, mine):
        interval = max(1.0, self.hold_time / 3) if self.hold_time else None
        while interval and self._socket is mine and self.ended is None:
            time.sleep(min(interval, 1.0))
            if self.established.is_set() and time.monotonic() - self._last_sent >= interval:
                self._send_keepalive()

    def _send_keepalive(self):
        self._last_sent = time.monotonic()
        try:
            self.send(bgp.message(bgp.KEEPALIVE))
        except (OSError, AttributeError):
            pass   # the session is over; the reader says how

    def _read(self, mine):
        self._last_sent = time.monotonic()
        buffer = bytearray()
        try:
            while data := mine.recv(1 << 18):
                buffer += data
                self.octets += len(data)
                self._take(buffer)
                self.reading.wait()
            end = "closed"
        except (OSError, ValueError, IndexError, struct.error) as problem:
            end = f"{type(problem).__name__}: {problem}"
        if self._socket is mine:
            self.ended = end
            mine.close()
            if self.persistent and self.established.is_set():
                threading.Thread(target=self._come_back, daemon=True).start()

    def _take(self, buffer):
        at = 0
        while len(buffer) - at >= 19:
            size, kind = struct.unpack_from("!HB", buffer, at + 16)
            if buffer[at:at + 16] != bgp.MARKER or size < 19:
                raise ValueError(f"the peer sent no BGP message: {bytes(buffer[at:at + 19]).hex()}")
            if len(buffer) - at < size:
                break
            self._message(kind, bytes(buffer[at + 19:at + size]))
            at += size
        del buffer[:at]

    def _message(self, kind, body):
        if kind != bgp.UPDATE:
            self.received.append((kind, body))
        if kind == bgp.OPEN:
            self.peer_open = body
            self._send_keepalive()
        elif kind == bgp.KEEPALIVE:
            self.sessions += not self.established.is_set()
            self.established.set()
        elif kind == bgp.UPDATE:
            self._update(body)
        elif kind == bgp.NOTIFICATION:
            self.notifications.append((body[0], body[1], body[2:]))
        elif kind == bgp.ROUTE_REFRESH:
            afi, subtype, safi = struct.unpack_from("!HBB", body, 0)
            family = bgp.NAMES.get((afi, safi), str((afi, safi)))
            self.refreshes.append((family, subtype))
            if subtype == 0 and self.answer_refresh:
                self._answer_refresh(family)

    def _update(self, body):
        self.update_count += 1
        if not self.decode:
            return
        update = bgp.Update(body, self.add_path)
        self.updates.append(update)
        if update.end_of_rib:
            self.end_of_ribs.append(update.end_of_rib)
        for route in update.withdrawn:
            self.rib.pop(route, None)
        for route in update.announced:
            self.rib[route] = update
        self.withdrawn.extend(update.withdrawn)
        self.announced.extend(update.announced)

    # ---- as one of the node's daemons

    def stay_away(self):
        self.close()

    def check_alive(self):
        """A speaker is this process: it lives."""

    def dump(self):
        return (f"up {self.up()}, ended {self.ended}, notifications {self.notifications}, refreshes {self.refreshes}, "
                f"updates {self.update_count}, routes {len(self.rib)}: {list(self.rib)[:20]}\n")

    def running(self):
        return self.up()
