"""BGP messages as bytes: what the raw speaker sends and how it reads what it gets (RFC 4271, 4364, 4760, 7911, 8277)."""

import ipaddress
import socket
import struct

MARKER = b"\xff" * 16
OPEN, UPDATE, NOTIFICATION, KEEPALIVE, ROUTE_REFRESH = 1, 2, 3, 4, 5
FAMILIES = {"ipv4": (1, 1), "ipv6": (2, 1), "vpnv4": (1, 128), "vpnv6": (2, 128), "rtc": (1, 132)}
NAMES = {numbers: name for name, numbers in FAMILIES.items()}
ORIGIN, AS_PATH, NEXT_HOP, MED, LOCAL_PREF, COMMUNITIES, ORIGINATOR_ID, CLUSTER_LIST = 1, 2, 3, 4, 5, 8, 9, 10
MP_REACH, MP_UNREACH, EXTENDED_COMMUNITIES, LARGE_COMMUNITIES = 14, 15, 16, 32
WITHDRAWN_LABEL = b"\x80\x00\x00"


def message(kind, body=b""):
    return MARKER + struct.pack("!HB", 19 + len(body), kind) + body


def capability(code, value=b""):
    return bytes([code, len(value)]) + value


def open_message(asn, router_id, hold_time, capabilities):
    parameters = b"".join(bytes([2, len(one)]) + one for one in capabilities)
    return message(OPEN, struct.pack("!BHH4sB", 4, asn if asn < 65536 else 23456, hold_time,
                                     socket.inet_aton(router_id), len(parameters)) + parameters)


def capabilities(asn, families, refresh=True, enhanced=True, as4=True, extended=False, restart=None, long_lived=None,
                 add_path=()):
    """The usual list; `restart` is (flags and time as 16 bits), `long_lived` seconds (RFC 9494), `add_path` families whose
    path ids we send and take."""
    found = [capability(1, struct.pack("!HBB", FAMILIES[name][0], 0, FAMILIES[name][1])) for name in families]
    if refresh:
        found.append(capability(2))
    if enhanced:
        found.append(capability(70))
    if as4:
        found.append(capability(65, struct.pack("!I", asn)))
    if extended:
        found.append(capability(6))
    if restart is not None:
        found.append(capability(64, struct.pack("!H", restart)
                                + b"".join(struct.pack("!HBB", *FAMILIES[name], 0x80) for name in families)))
    if long_lived is not None:
        found.append(capability(71, b"".join(struct.pack("!HBI", *FAMILIES[name], 0x80000000 | long_lived)
                                             for name in families)))
    for name in add_path:
        found.append(capability(69, struct.pack("!HBB", *FAMILIES[name], 3)))
    return found


def route_refresh(family, subtype=0):
    afi, safi = FAMILIES[family]
    return message(ROUTE_REFRESH, struct.pack("!HBB", afi, subtype, safi))


def end_of_rib(family):
    if family == "ipv4":
        return update()
    return update(attributes=attribute(0x80, MP_UNREACH, struct.pack("!HB", *FAMILIES[family])))


def attribute(flags, code, value):
    if len(value) > 255:
        return struct.pack("!BBH", flags | 0x10, code, len(value)) + value
    return struct.pack("!BBB", flags, code, len(value)) + value


def prefix_bytes(prefix):
    address, length = prefix.split("/")
    packed = socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
    return bytes([int(length)]) + packed[:(int(length) + 7) // 8]


def rd_bytes(rd):
    left, right = rd.rsplit(":", 1)
    if "." in left:
        return struct.pack("!H4sH", 1, socket.inet_aton(left), int(right))
    return struct.pack("!HHI", 0, int(left), int(right)) if int(left) < 65536 else struct.pack("!HIH", 2, int(left), int(right))


def route_target(text):
    """The eight octets of a target as extended community: RFC 4360's types are the RD's with subtype 2."""
    packed = rd_bytes(text)
    return bytes([packed[1], 2]) + packed[2:]


def label_bytes(label):
    return struct.pack("!I", label << 4 | 1)[1:]


def path_attributes(as_path=(), next_hop=None, origin=0, med=None, local_pref=None, communities=(), targets=(), as4=True, extra=b""):
    """The attributes of a route in ascending order of their codes, MP_REACH apart."""
    size = "!I" if as4 else "!H"
    path = bytes([2, len(as_path)]) + b"".join(struct.pack(size, asn) for asn in as_path) if as_path else b""
    made = attribute(0x40, ORIGIN, bytes([origin])) + attribute(0x40, AS_PATH, path)
    if next_hop:
        made += attribute(0x40, NEXT_HOP, socket.inet_aton(next_hop))
    if med is not None:
        made += attribute(0x80, MED, struct.pack("!I", med))
    if local_pref is not None:
        made += attribute(0x40, LOCAL_PREF, struct.pack("!I", local_pref))
    if communities:
        made += attribute(0xC0, COMMUNITIES, b"".join(struct.pack("!HH", *map(int, one.split(":"))) for one in communities))
    if targets:
        made += attribute(0xC0, EXTENDED_COMMUNITIES, b"".join(map(route_target, targets)))
    return made + extra


def update(withdrawn=b"", attributes=b"", nlri=b""):
    return message(UPDATE, struct.pack("!H", len(withdrawn)) + withdrawn + struct.pack("!H", len(attributes)) + attributes + nlri)


def announce(prefixes, attributes, identified=False):
    """IPv4 unicast in the UPDATE's own fields, `identified` with a path identifier; as many messages as it takes."""
    for chunk in chunks(unicast_nlri(prefixes, identified), 4096 - 23 - len(attributes)):
        yield update(attributes=attributes, nlri=chunk)


def withdraw(prefixes, identified=False):
    for chunk in chunks(unicast_nlri(prefixes, identified), 4096 - 23):
        yield update(withdrawn=chunk)


def unicast_nlri(prefixes, identified):
    head = struct.pack("!I", 1) if identified else b""
    return (head + prefix_bytes(prefix) for prefix in prefixes)


def announce_vpn(prefixes, attributes, next_hop, rd, label, family="vpnv4"):
    """VPN routes of one RD and label in MP_REACH."""
    afi, safi = FAMILIES[family]
    packed = socket.inet_pton(socket.AF_INET6 if ":" in next_hop else socket.AF_INET, next_hop)
    head = struct.pack("!HBB", afi, safi, 8 + len(packed)) + bytes(8) + packed + b"\0"
    routes = (vpn_nlri(prefix, rd_bytes(rd), label_bytes(label)) for prefix in prefixes)
    for chunk in chunks(routes, 4096 - 27 - len(attributes) - len(head)):
        yield update(attributes=attribute(0x80, MP_REACH, head + chunk) + attributes)


def withdraw_vpn(prefixes, rd, family="vpnv4"):
    head = struct.pack("!HB", *FAMILIES[family])
    routes = (vpn_nlri(prefix, rd_bytes(rd), WITHDRAWN_LABEL) for prefix in prefixes)
    for chunk in chunks(routes, 4096 - 30):
        yield update(attributes=attribute(0x80, MP_UNREACH, head + chunk))


def vpn_nlri(prefix, rd, label):
    packed = prefix_bytes(prefix) if isinstance(prefix, str) else prefix
    return bytes([packed[0] + 88]) + label + rd + packed[1:]


def membership_bytes(text):
    """A route target membership (RFC 4684) from "ORIGIN:TARGET", or from "default"."""
    if text == "default":
        return b"\0"
    origin, target = text.split(":", 1)
    return bytes([96]) + struct.pack("!I", int(origin)) + route_target(target)


def membership_text(octets, bits):
    if bits != 96:
        return "default" if bits == 0 else f"{octets.hex()}/{bits}"
    kind, subtype, *_ = octets[4:]
    return f"{int.from_bytes(octets[:4], 'big')}:{rd_text(bytes([0, kind]) + octets[6:])}"


def announce_memberships(memberships, attributes, next_hop):
    value = struct.pack("!HBB", *FAMILIES["rtc"], 4) + socket.inet_aton(next_hop) + b"\0"
    yield update(attributes=attribute(0x80, MP_REACH, value + b"".join(map(membership_bytes, memberships))) + attributes)


def withdraw_memberships(memberships):
    value = struct.pack("!HB", *FAMILIES["rtc"]) + b"".join(map(membership_bytes, memberships))
    yield update(attributes=attribute(0x80, MP_UNREACH, value))


def chunks(pieces, room):
    """Joins byte strings into chunks of at most `room` octets."""
    current, size = [], 0
    for piece in pieces:
        if size + len(piece) > room:
            yield b"".join(current)
            current, size = [], 0
        current.append(piece)
        size += len(piece)
    if current:
        yield b"".join(current)


class Update:
    """A decoded UPDATE: routes as (family, rd, prefix, path id), attributes by code as (flags, value)."""

    def __init__(self, body, add_path=()):
        self.announced, self.withdrawn, self.attributes = [], [], {}
        self.labels, self.next_hop, self.end_of_rib = {}, None, None
        size, = struct.unpack_from("!H", body, 0)
        self._routes(self.withdrawn, body[2:2 + size], (1, 1), add_path)
        total, = struct.unpack_from("!H", body, 2 + size)
        self._read_attributes(body[4 + size:4 + size + total])
        self._routes(self.announced, body[4 + size + total:], (1, 1), add_path)
        if NEXT_HOP in self.attributes:
            self.next_hop = socket.inet_ntoa(self.attributes[NEXT_HOP][1])
        if MP_UNREACH in self.attributes:
            self._unreach(self.attributes[MP_UNREACH][1], add_path)
        if MP_REACH in self.attributes:
            self._reach(self.attributes[MP_REACH][1], add_path)
        if len(body) == 4:
            self.end_of_rib = "ipv4"

    def _read_attributes(self, data):
        at = 0
        while at < len(data):
            flags, code = data[at], data[at + 1]
            if flags & 0x10:
                size, at = struct.unpack_from("!H", data, at + 2)[0], at + 4
            else:
                size, at = data[at + 2], at + 3
            self.attributes[code] = (flags, data[at:at + size])
            at += size

    def _reach(self, value, add_path):
        family, size = struct.unpack_from("!HB", value, 0), value[3]
        hop = value[4:4 + size]
        if family[1] == 128:
            hop = hop[8:]
        self.next_hop = str(ipaddress.ip_address(hop[:16] if len(hop) > 4 else hop))
        self._routes(self.announced, value[5 + size:], family, add_path)

    def _unreach(self, value, add_path):
        family = struct.unpack_from("!HB", value, 0)
        if len(value) == 3:
            self.end_of_rib = NAMES.get(family, str(family))
        self._routes(self.withdrawn, value[3:], family, add_path)

    def _routes(self, found, data, family, add_path):
        name, at = NAMES.get(family, str(family)), 0
        while at < len(data):
            path_id = None
            if name in add_path:
                path_id, at = struct.unpack_from("!I", data, at)[0], at + 4
            bits, at = data[at], at + 1
            octets = data[at:at + (bits + 7) // 8]
            at += len(octets)
            rd = label = None
            if family[1] == 128:
                label, rd, bits, octets = int.from_bytes(octets[:3], "big") >> 4, rd_text(octets[3:11]), bits - 88, octets[11:]
            text = membership_text(octets, bits) if name == "rtc" else prefix_text(octets, bits, family[0])
            route = (name, rd, text, path_id)
            found.append(route)
            if label is not None:
                self.labels[route] = label

    def as_path(self, as4=True):
        """The AS numbers in order; sets as tuples."""
        found = []
        for kind, numbers in path_segments(self.attributes.get(AS_PATH, (0, b""))[1], as4):
            found.extend(numbers if kind == 2 else [numbers])
        return found

    def number(self, code):
        return int.from_bytes(self.attributes[code][1], "big") if code in self.attributes else None

    def communities(self):
        value = self.attributes.get(COMMUNITIES, (0, b""))[1]
        return ["%d:%d" % struct.unpack_from("!HH", value, at) for at in range(0, len(value), 4)]

    def extended_communities(self):
        value = self.attributes.get(EXTENDED_COMMUNITIES, (0, b""))[1]
        return [value[at:at + 8] for at in range(0, len(value), 8)]


def path_segments(value, as4=True):
    """(kind, AS numbers) of an AS_PATH's segments."""
    at, (size, form) = 0, (4, "!%dI") if as4 else (2, "!%dH")
    while at < len(value):
        kind, count = value[at], value[at + 1]
        yield kind, struct.unpack_from(form % count, value, at + 2)
        at += 2 + size * count


def path_numbers(value):
    """All AS numbers of an AS_PATH."""
    return {number for _, numbers in path_segments(value) for number in numbers}


def rd_text(octets):
    kind, = struct.unpack_from("!H", octets, 0)
    if kind == 1:
        return "%s:%d" % (socket.inet_ntoa(octets[2:6]), struct.unpack_from("!H", octets, 6)[0])
    return "%d:%d" % struct.unpack_from("!HI" if kind == 0 else "!IH", octets, 2)


def prefix_text(octets, bits, afi):
    packed = octets + bytes((4 if afi == 1 else 16) - len(octets))
    return f"{socket.inet_ntop(socket.AF_INET if afi == 1 else socket.AF_INET6, packed)}/{bits}"
