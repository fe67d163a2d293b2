"""Counts the kernel's route and next-hop notifications in a node: how one sees that nothing was programmed."""

import socket
import struct

GROUPS = (7, 11, 27, 32)   # RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_MPLS_ROUTE, RTNLGRP_NEXTHOP
RTM_NEWROUTE, RTM_DELROUTE = 24, 25
RTPROT_KERNEL, PROTOCOL_AT = 2, 16 + 5   # in struct rtmsg, behind the header
SOL_NETLINK, NETLINK_ADD_MEMBERSHIP = 270, 1


class RouteWatch:
    """Use as a context; `count` and `deleted_routes`, those among them that say RTM_DELROUTE, are right after it. What the
    kernel does to routes of its own does not count."""

    def __init__(self, node):
        self.count = self.deleted_routes = 0
        with node.inside():
            self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self._socket.bind((0, 0))
        for group in GROUPS:
            self._socket.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)
        self._socket.setblocking(False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            while data := self._socket.recv(1 << 16):
                at = 0
                while at + 16 <= len(data):
                    size, kind = struct.unpack_from("=IH", data, at)
                    of_kernel = kind in (RTM_NEWROUTE, RTM_DELROUTE) and data[at + PROTOCOL_AT] == RTPROT_KERNEL
                    self.count += not of_kernel
                    self.deleted_routes += kind == RTM_DELROUTE and not of_kernel
                    at += (size + 3) & ~3
        except BlockingIOError:
            pass
        except OSError:          # overrun: many, of each kind
            self.count += 1 << 20
            self.deleted_routes += 1 << 20
        self._socket.close()
