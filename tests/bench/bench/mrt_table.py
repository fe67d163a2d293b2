"""Tables of real routers as files that bgp_load reads (load/table.h): what stands in the end, in the order of the source."""

import os
import struct
import tempfile

from lab import bgp, mrt

SESSION, TABLE_2002 = "mrt/updates.et-header.2015.gz", "mrt/bview.20020722.2337.gz"
KEPT = (bgp.ORIGIN, bgp.AS_PATH, bgp.MED, bgp.COMMUNITIES)
OWN = {0, 65000}   # no path with these: the router would not use it
_made = {}


def file_of(name, first_as):
    """The path of the file made of this vector, or None where the vector is not there."""
    path = mrt.vectors(name)
    if path and name not in _made:
        _made[name] = _write(_groups(name, path, first_as))
    return _made.get(name)


def _groups(name, path, first_as):
    """(attributes, [NLRI]) in order, without what is replaced or withdrawn later."""
    raw = list(_of_session(path) if name == SESSION else _of_dump(path))
    last = {}
    for number, (_, withdrawn, nlri) in enumerate(raw):
        last.update((prefix, -1) for prefix in withdrawn)
        last.update((prefix, number) for prefix in nlri)
    for number, (attributes, _, nlri) in enumerate(raw):
        left = [prefix for prefix in dict.fromkeys(nlri) if last[prefix] == number and _usual(prefix)]
        made = left and _attributes(attributes, first_as)
        if made:
            yield made, left


def _of_session(path):
    for message in mrt.session_updates(path):
        body = message.data[19:]
        withdrawn = int.from_bytes(body[:2], "big")
        size = int.from_bytes(body[2 + withdrawn:4 + withdrawn], "big")
        yield (body[4 + withdrawn:4 + withdrawn + size], _split(body[2:2 + withdrawn]), _split(body[4 + withdrawn + size:]))


def _of_dump(path):
    for attributes, prefixes in mrt.table_of_dump(path).groups.items():
        yield attributes, [], prefixes


def _split(data):
    found, at = [], 0
    while at < len(data):
        end = at + 1 + (data[at] + 7) // 8
        found.append(bytes(data[at:end]))
        at = end
    return found


def _usual(prefix):
    """Neither what no router takes (0/8, 127/8, multicast) nor bits beyond the length."""
    if prefix[0] < 8 or prefix[1] in (0, 10, 127) or prefix[1] >= 224:
        return False
    spare = 8 * (len(prefix) - 1) - prefix[0]
    return prefix[-1] & ((1 << spare) - 1) == 0


def _attributes(block, first_as):
    """As the source sends them, its AS in front; None for a route that would not be passed on."""
    found = mrt.split_attributes(block)
    path = bytes(found[bgp.AS_PATH][1])
    communities = bytes(found.get(bgp.COMMUNITIES, (0, b""))[1])
    if OWN & bgp.path_numbers(path) or any(communities[at:at + 2] == b"\xff\xff" for at in range(0, len(communities), 4)):
        return None
    if path[:1] == b"\x02" and path[1] < 255:
        path = bytes([2, path[1] + 1]) + struct.pack("!I", first_as) + path[2:]
    else:
        path = bytes([2, 1]) + struct.pack("!I", first_as) + path
    values = {code: (found[code][0] & 0xEF, bytes(found[code][1])) for code in KEPT if code in found}
    values[bgp.AS_PATH] = (0x40, path)
    return b"".join(bgp.attribute(flags, code, value) for code, (flags, value) in sorted(values.items()))


def _write(groups):
    handle, path = tempfile.mkstemp(prefix="table-", dir="/run")   # which is the bench's own
    with os.fdopen(handle, "wb") as file:
        for attributes, nlri in groups:
            joined = b"".join(nlri)
            file.write(struct.pack("!I", len(attributes)) + attributes + struct.pack("!I", len(joined)) + joined)
    return path
