"""A node's IPv4 table straight from netlink: `ip route` writes each line by itself, which for a table of half a million
routes takes minutes in a guest."""

import errno
import os
import socket
import struct
from collections import namedtuple

from .wait import Failed

Route = namedtuple("Route", "prefix protocol kind next_hop_id gateway")   # numbers as in linux/rtnetlink.h; None: not said

RTM_GETROUTE, NLM_F_REQUEST, NLM_F_DUMP = 26, 0x01, 0x300
NLMSG_ERROR, NLMSG_DONE, NLM_F_DUMP_INTR = 2, 3, 0x10
RTA_DST, RTA_GATEWAY, RTA_TABLE, RTA_NH_ID = 1, 5, 15, 30
SOL_NETLINK, NETLINK_GET_STRICT_CHK = 270, 12
RTN_UNICAST = 1
_HEADER, _ROUTE, _ATTRIBUTE = struct.Struct("=IHHII"), struct.Struct("=BBBBBBBBI"), struct.Struct("=HH")


def routes(node, table):
    """Every route of one IPv4 table, as the kernel tells them."""
    with node.inside():
        link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    with link:
        link.setsockopt(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1)
        link.settimeout(60)
        body = _ROUTE.pack(socket.AF_INET, 0, 0, 0, 0, 0, 0, 0, 0) + struct.pack("=HHI", 8, RTA_TABLE, table)
        link.send(_HEADER.pack(_HEADER.size + len(body), RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP, 1, 0) + body)
        while True:
            data = link.recv(1 << 16)
            at = 0
            while at < len(data):
                size, kind, flags, _, _ = _HEADER.unpack_from(data, at)
                if kind == NLMSG_DONE:
                    return
                if kind == NLMSG_ERROR:
                    number = -struct.unpack_from("=i", data, at + _HEADER.size)[0]
                    if number == errno.ENOENT:   # there is no such table
                        return
                    raise Failed(f"{node.name}: dump of table {table}: {os.strerror(number)}")
                if flags & NLM_F_DUMP_INTR:
                    raise Failed(f"{node.name}: table {table} changed while it was dumped")
                yield _route(data, at + _HEADER.size, at + size)
                at += (size + 3) & ~3


def _route(data, at, end):
    _, length, _, _, _, protocol, _, kind, _ = _ROUTE.unpack_from(data, at)
    at += _ROUTE.size
    address, next_hop_id, gateway = b"\0\0\0\0", None, None
    while at < end:
        size, attribute = _ATTRIBUTE.unpack_from(data, at)
        if attribute == RTA_DST:
            address = data[at + 4:at + 8]
        elif attribute == RTA_NH_ID:
            next_hop_id, = struct.unpack_from("=I", data, at + 4)
        elif attribute == RTA_GATEWAY:
            gateway = socket.inet_ntoa(data[at + 4:at + 8])
        at += (size + 3) & ~3
    return Route(f"{socket.inet_ntoa(address)}/{length}", protocol, kind, next_hop_id, gateway)
