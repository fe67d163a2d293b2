"""Counts the kernel's route and next-hop notifications in a node: how one sees that nothing was programmed."""

import socket
import struct

GROUPS = (7, 11, 27, 32)   # RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_MPLS_ROUTE, RTNLGRP_NEXTHOP
RTM_DELROUTE = 25
SOL_NETLINK, NETLINK_ADD_MEMBERSHIP = 270, 1


class RouteWatch:
    """Use as a context; `count` and `deleted_routes`, those among them that say RTM_DELROUTE, are right after it."""

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
                    self.count += 1
                    self.deleted_routes += kind == RTM_DELROUTE
                    at += (size + 3) & ~3
        except BlockingIOError:
            pass
        except OSError:          # overrun: many, of each kind
            self.count += 1 << 20
            self.deleted_routes += 1 << 20
        self._socket.close()
