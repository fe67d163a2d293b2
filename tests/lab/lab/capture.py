"""What passes on a wire: a packet socket on one interface of a node, decoded as far as MPLS and IP go."""

import select
import socket
import struct
import time
from dataclasses import dataclass

ETH_P_ALL = 0x0003
ETH_P_IP, ETH_P_IPV6, ETH_P_MPLS = 0x0800, 0x86DD, 0x8847
OUTGOING = 4


@dataclass
class Packet:
    labels: list          # outermost first
    source: str
    destination: str
    protocol: int         # of IP: 1 ICMP, 6 TCP, 58 ICMPv6
    outgoing: bool        # sent by this node, else received


class Capture:
    """Use as a context: what passes inside is in `packets` after it."""

    def __init__(self, node, interface):
        self.packets = []
        with node.inside():
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            self._socket.bind((interface, 0))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.drain(0.2)
        self._socket.close()

    def drain(self, seconds):
        """Takes what has arrived until nothing more comes for `seconds`."""
        end = time.monotonic() + seconds
        while select.select([self._socket], [], [], max(0, end - time.monotonic()))[0]:
            frame, address = self._socket.recvfrom(65535)
            packet = decode(frame, address[2] == OUTGOING)
            if packet:
                self.packets.append(packet)

    def label_stacks(self, destination, protocol=None):
        """The set of label stacks that packets to the address carried; () is a packet without labels."""
        return {tuple(packet.labels) for packet in self.packets
                if packet.destination == destination and protocol in (None, packet.protocol)}


def decode(frame, outgoing):
    kind, = struct.unpack_from("!H", frame, 12)
    offset, labels = 14, []
    if kind == ETH_P_MPLS:
        bottom = False
        while not bottom:
            entry, = struct.unpack_from("!I", frame, offset)
            labels.append(entry >> 12)
            bottom, offset = bool(entry & 0x100), offset + 4
    elif kind not in (ETH_P_IP, ETH_P_IPV6):
        return None
    if frame[offset] >> 4 == 4:
        source, destination, protocol = frame[offset + 12:offset + 16], frame[offset + 16:offset + 20], frame[offset + 9]
        family = socket.AF_INET
    else:
        source, destination, protocol = frame[offset + 8:offset + 24], frame[offset + 24:offset + 40], frame[offset + 6]
        family = socket.AF_INET6
    return Packet(labels, socket.inet_ntop(family, source), socket.inet_ntop(family, destination), protocol, outgoing)
