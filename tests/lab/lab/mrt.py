"""Reading MRT files (RFC 6396): routing tables and messages that real routers sent."""

import bz2
import gzip
import os
import struct
import zlib
from dataclasses import dataclass

from . import bgp

TABLE_DUMP, TABLE_DUMP_V2, BGP4MP, BGP4MP_ET = 12, 13, 16, 17
MESSAGE, MESSAGE_AS4 = 1, 4
IPV4_UNICAST, IPV6_UNICAST, PEER_INDEX = 2, 4, 1


def vectors(name=""):
    """A file of the test input that lives outside of the project, or None where there is none."""
    root = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
    folder = os.environ.get("VRFD_VECTORS") or os.path.join(root, "..", "shared", "vectors")
    path = os.path.join(folder, name)
    return path if os.path.exists(path) else None


def _content(path):
    """The whole file, unpacked; what is left of a file that was cut is enough."""
    with open(path, "rb") as file:
        data = file.read()
    if path.endswith(".gz"):
        return gzip.decompress(data)
    if path.endswith(".bz2"):
        decompressor, whole = bz2.BZ2Decompressor(), b""
        try:
            whole = decompressor.decompress(data)
        except (EOFError, OSError, zlib.error):
            pass
        return whole
    return data


def records(path):
    """(type, subtype, body) of each whole record."""
    data, at = memoryview(_content(path)), 0
    while at + 12 <= len(data):
        kind, subtype, size = struct.unpack_from("!HHI", data, at + 4)
        if at + 12 + size > len(data):
            return
        body = data[at + 12:at + 12 + size]
        yield kind, subtype, body[4:] if kind == BGP4MP_ET else body
        at += 12 + size


@dataclass
class Message:
    peer_as: int
    peer: bytes
    data: bytes      # with its header
    as4: bool


def messages(path):
    """The BGP messages of a BGP4MP file."""
    for kind, subtype, body in records(path):
        if kind not in (BGP4MP, BGP4MP_ET) or subtype not in (MESSAGE, MESSAGE_AS4):
            continue
        width = 4 if subtype == MESSAGE_AS4 else 2
        afi, = struct.unpack_from("!H", body, 2 * width + 2)
        size = 4 if afi == 1 else 16
        start = 2 * width + 4
        yield Message(int.from_bytes(body[:width], "big"), bytes(body[start:start + size]),
                      bytes(body[start + 2 * size:]), subtype == MESSAGE_AS4)


@dataclass
class Entry:
    peer: int             # number of the peer in the file's order of appearance
    prefix: bytes         # as in NLRI
    attributes: bytes     # as stored; TABLE_DUMP has 2-octet AS numbers, TABLE_DUMP_V2 4-octet ones
    afi: int


def entries(path):
    """The routes of a table dump of either version."""
    peers = {}
    for kind, subtype, body in records(path):
        if kind == TABLE_DUMP and subtype == 1:
            prefix, length, peer, _, size = struct.unpack_from("!4sBx4x4sHH", body, 4)
            number = peers.setdefault(bytes(peer), len(peers))
            yield Entry(number, bytes([length]) + prefix[:(length + 7) // 8], bytes(body[22:22 + size]), 1)
        elif kind == TABLE_DUMP_V2 and subtype in (IPV4_UNICAST, IPV6_UNICAST):
            yield from _rib_entries(body, 1 if subtype == IPV4_UNICAST else 2)


def _rib_entries(body, afi):
    at = 5 + (body[4] + 7) // 8
    prefix = bytes(body[4:at])
    count, = struct.unpack_from("!H", body, at)
    at += 2
    for _ in range(count):
        peer, _, size = struct.unpack_from("!HIH", body, at)
        yield Entry(peer, prefix, bytes(body[at + 8:at + 8 + size]), afi)
        at += 8 + size


def split_attributes(data):
    """Code → (flags, value) of an attribute block."""
    found, at = {}, 0
    while at + 2 < len(data):
        flags, code = data[at], data[at + 1]
        if flags & 0x10:
            size, at = struct.unpack_from("!H", data, at + 2)[0], at + 4
        else:
            size, at = data[at + 2], at + 3
        found[code] = (flags, data[at:at + size])
        at += size
    return found


def widen_as_path(value):
    """An AS_PATH of 2-octet numbers as one of 4-octet numbers."""
    out, at = [], 0
    while at < len(value):
        kind, count = value[at], value[at + 1]
        numbers = struct.unpack_from(f"!{count}H", value, at + 2)
        out.append(bytes([kind, count]) + struct.pack(f"!{count}I", *numbers))
        at += 2 + 2 * count
    return b"".join(out)


class Table:
    """One best-known route per prefix, grouped by attribute set: what a peer announces to build the table again."""

    def __init__(self):
        self.groups = {}   # attributes (widened, without NEXT_HOP and MP ones), → list of prefixes as NLRI

    def add(self, attributes, prefix):
        self.groups.setdefault(attributes, []).append(prefix)

    def __len__(self):
        return sum(map(len, self.groups.values()))

    def prefixes(self):
        return (prefix for group in self.groups.values() for prefix in group)


def table_of_dump(path, limit=None, wide=False):
    """The first route of each prefix in a table dump; IPv4 only. `wide` says that AS numbers have 4 octets already."""
    table, seen = Table(), set()
    for entry in entries(path):
        if entry.afi != 1 or entry.prefix in seen or (limit and len(seen) >= limit):
            continue
        seen.add(entry.prefix)
        table.add(_kept(split_attributes(entry.attributes), wide), entry.prefix)
    return table


def _kept(attributes, wide):
    """ORIGIN, AS_PATH, MED, communities: what an eBGP peer may send; 4-octet AS numbers."""
    path = attributes[bgp.AS_PATH][1]
    made = bgp.attribute(0x40, bgp.ORIGIN, attributes[bgp.ORIGIN][1])
    made += bgp.attribute(0x40, bgp.AS_PATH, path if wide else widen_as_path(path))
    for code in (bgp.MED, bgp.COMMUNITIES):
        if code in attributes:
            made += bgp.attribute(attributes[code][0] & 0xEF, code, attributes[code][1])
    return made


def session_updates(path):
    """The UPDATEs of the one peer of a session file that announces routes, in order."""
    return [one for one in messages(path) if one.data[18] == bgp.UPDATE]
