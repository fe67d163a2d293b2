"""Real tables, announced by a CE and by a PE; the kernel's table compared route by route, then a refresh that rejects a tenth."""

import socket

from lab import bgp, kernel, mrt, route_dump
from lab.discovery import Skipped
from lab.discovery import lab as limits
from lab.many_peers import AS, RED_RD, RED_TABLE, RED_TARGET, ManyPeers, address
from lab.wait import expect, expect_equal, wait_for
from test_refresh import RED, check_job

SESSION, TABLE_2002 = "mrt/updates.et-header.2015.gz", "mrt/bview.20020722.2337.gz"
SESSION_PREFIXES, TABLE_PREFIXES = 577699, 112988   # 577,706 announced, 3 withdrawn, 4 with AS 0
LABEL = 6000
EIGHT = bytes(8)
KERNEL_BOOT_STATIC = (2, 3, 4)   # route protocols


def vector(name):
    path = mrt.vectors(name)
    if path is None:
        raise Skipped(f"{name} is not here (VRFD_VECTORS names the folder of the test input)")
    return path


def text(nlri):
    return f"{socket.inet_ntoa(nlri[1:].ljust(4, bytes(1)))}/{nlri[0]}"


class Announced:
    """What a peer says: groups of ((ORIGIN and AS_PATH), (MED, communities)), or None for a withdrawal, and prefixes as
    NLRI, in order; the routes that stand in the end; those of them that may be used (no loop)."""

    def __init__(self):
        self.groups, self.alive, self.usable = [], set(), set()

    def withdraw(self, nlri):
        self.groups.append((None, nlri))
        self._drop(nlri)

    def _drop(self, nlri):
        self.alive.difference_update(nlri)
        self.usable.difference_update(nlri)

    def announce(self, attributes, nlri):
        self.groups.append((attributes, nlri))
        path = bgp.path_numbers(mrt.split_attributes(attributes[0])[bgp.AS_PATH][1])
        self._drop(nlri)
        if 0 not in path:      # RFC 7607: such a route is treated as withdrawn
            self.alive.update(nlri)
            if AS not in path:
                self.usable.update(nlri)


def session_of_2015():
    announced = Announced()
    for message in mrt.session_updates(vector(SESSION)):
        body = message.data[19:]
        withdrawn = int.from_bytes(body[:2], "big")
        size = int.from_bytes(body[2 + withdrawn:4 + withdrawn], "big")
        if withdrawn:
            announced.withdraw(split_nlri(body[2:2 + withdrawn]))
        nlri = split_nlri(body[4 + withdrawn + size:])
        if nlri:
            announced.announce(ebgp(mrt.split_attributes(body[4 + withdrawn:4 + withdrawn + size])), nlri)
    return announced


def ebgp(attributes):
    """ORIGIN, AS_PATH, MED and communities as an eBGP peer may send them, in order of their codes."""
    made = bgp.attribute(0x40, bgp.ORIGIN, attributes[bgp.ORIGIN][1]) + bgp.attribute(0x40, bgp.AS_PATH, attributes[bgp.AS_PATH][1])
    return made, b"".join(bgp.attribute(attributes[code][0] & 0xEF, code, attributes[code][1])
                          for code in (bgp.MED, bgp.COMMUNITIES) if code in attributes)


def split_nlri(data):
    found, at = [], 0
    while at < len(data):
        end = at + 1 + (data[at] + 7) // 8
        found.append(data[at:end])
        at = end
    return found


def prepend(path_attribute_block, asn):
    """The block (ORIGIN, AS_PATH) with `asn` in front of the path."""
    attributes = mrt.split_attributes(path_attribute_block)
    path = attributes[bgp.AS_PATH][1]
    if path[:1] == b"\x02" and path[1] < 255:
        path = bytes([2, path[1] + 1]) + asn.to_bytes(4, "big") + path[2:]
    else:
        path = b"\x02\x01" + asn.to_bytes(4, "big") + path
    return bgp.attribute(0x40, bgp.ORIGIN, attributes[bgp.ORIGIN][1]) + bgp.attribute(0x40, bgp.AS_PATH, path)


def unicast_messages(groups, asn, next_hop):
    hop = bgp.attribute(0x40, bgp.NEXT_HOP, socket.inet_aton(next_hop))
    for said, nlri in groups:
        if said is None:
            yield bgp.update(withdrawn=b"".join(nlri))
            continue
        head, tail = said
        attributes = prepend(head, asn) + hop + tail
        for chunk in bgp.chunks(nlri, 4096 - 23 - len(attributes)):
            yield bgp.update(attributes=attributes, nlri=chunk)


def vpn_messages(groups, next_hop):
    """The same as a PE of our own AS announces it: path as it is, LOCAL_PREF, route target, one RD and label."""
    packed = bgp.label_bytes(LABEL), bgp.rd_bytes("65000:777")
    reach = b"\x00\x01\x80\x0c" + EIGHT + socket.inet_aton(next_hop) + b"\0"
    extra = bgp.attribute(0x40, bgp.LOCAL_PREF, (100).to_bytes(4, "big"))
    target = bgp.attribute(0xC0, bgp.EXTENDED_COMMUNITIES, bgp.route_target(RED_TARGET))
    gone = b"\x00\x01\x80"
    for said, nlri in groups:
        if said is None:
            routes = b"".join(bgp.vpn_nlri(one, packed[1], bgp.WITHDRAWN_LABEL) for one in nlri)
            yield bgp.update(attributes=bgp.attribute(0x80, bgp.MP_UNREACH, gone + routes))
            continue
        head, tail = said
        attributes = head + extra + tail + target
        for chunk in bgp.chunks((bgp.vpn_nlri(one, packed[1], packed[0]) for one in nlri), 4096 - 31 - len(reach) - len(attributes)):
            yield bgp.update(attributes=attributes + bgp.attribute(0x80, bgp.MP_REACH, reach + chunk))


def table_of_2002():
    announced = Announced()
    for attributes, nlri in mrt.table_of_dump(vector(TABLE_2002)).groups.items():
        announced.announce(ebgp(mrt.split_attributes(attributes)), nlri)
    return announced


def kernel_prefixes(node, gateway):
    """Prefix → whether it leads to the gateway, of all that BGP put into red's table. Gateways are read off the route or
    off its next-hop object."""
    objects = kernel.nexthops(node)
    good = {number for number in objects if all(leg[0] == gateway for leg in kernel.paths(node, {"nhid": number}))}
    return {route.prefix: route.next_hop_id in good or route.gateway == gateway
            for route in route_dump.routes(node, RED_TABLE)
            if route.kind == route_dump.RTN_UNICAST and route.protocol not in KERNEL_BOOT_STATIC}


def check_kernel(bench, nlri, gateway, what):
    """Route by route: the same prefixes, each towards the gateway."""
    wanted, seen = {text(one) for one in nlri}, kernel_prefixes(bench.node, gateway)
    seen.pop("10.9.0.0/16", None)
    missing, foreign = wanted - seen.keys(), seen.keys() - wanted
    expect(not missing and not foreign, f"{what}: the kernel has the {len(wanted)} announced prefixes",
           f"{len(missing)} missing, {len(foreign)} foreign: {sorted(missing)[:5]} {sorted(foreign)[:5]}")
    wrong = [prefix for prefix, good in seen.items() if not good]
    expect_equal(wrong[:5], [], f"{what}: routes that lead elsewhere")


def tenth(nlri):
    """A prefix list that takes about a tenth of the table: the /8s 192 to 199 and the like, chosen by counting."""
    counts = {}
    for one in nlri:
        counts[one[1] if len(one) > 1 else 0] = counts.get(one[1] if len(one) > 1 else 0, 0) + (one[0] >= 8)
    chosen, total = [], 0
    for first, count in sorted(counts.items(), key=lambda item: -item[1]):
        if first and total + count <= len(nlri) // 10:
            chosen.append(first)
            total += count
    rejected = {one for one in nlri if one[0] >= 8 and one[1] in chosen}
    return [{"prefix": f"{first}.0.0.0/8", "ge": 8, "le": 32} for first in chosen], rejected


REJECT = [{"match": {"prefix_list": "tenth"}, "then": "reject"}, {"then": "accept"}]
ACCEPT = [{"then": "accept"}]


def learn(bench, name, messages, table, gateway, seconds):
    """Sends the table and waits until the kernel has all of it that may be used."""
    bench.peers[name].router.send_all(messages)
    wait_for(lambda: bench.vrfd.instance("red")["fib_routes"] >= len(table.usable), seconds,
             f"{len(table.usable)} routes of {name} in the kernel", interval=1)
    wait_for(lambda: check_received(bench, name, table), 30, f"all routes of {name} are received")
    check_kernel(bench, table.usable, gateway, f"{name}'s table")


def check_received(bench, name, table):
    expect_equal(received(bench, name), len(table.alive), "routes received")
    return True


def received(bench, name):
    rows = bench.vrfd.peers(None if name.startswith("vpn") else "red")
    return rows[address(name)]["families"][0]["received"]


def refresh_with_a_tenth_rejected(bench, name, scope, policy, table, gateway):
    entries, rejected = tenth(table.alive)
    expect(len(table.alive) // 12 < len(rejected) <= len(table.alive) // 10, "the list takes about a tenth", len(rejected))
    bench.apply({policy: REJECT}, prefix_lists={"tenth": entries})
    words = f"refresh bgp {scope} {address(name)} import --local"
    job = check_job(bench.vrfd.ctl(words, timeout=300), "refresh", "import", [address(name)])
    counts, looped = job["peers"][0]["routes"], table.alive - table.usable
    expect_equal((counts["examined"], counts["rejected"], counts["changed"]),
                 (len(table.alive), len(rejected | looped), len(rejected - looped)), "examined, rejected, changed")
    check_kernel(bench, table.usable - rejected, gateway, "after the refresh")
    bench.apply({policy: ACCEPT})
    check_job(bench.vrfd.ctl(words, timeout=300), "refresh", "import", [address(name)])
    check_kernel(bench, table.usable, gateway, "after the way back")
    expect(bench.peers[name].up() and bench.peers[name].sessions() == 1, f"{name}'s session stood all the time")


@limits(timeout=600, weight=300)
def test_2015_session_from_a_ce(lab):
    table, gateway = session_of_2015(), address("red_speaker")
    expect_equal(len(table.alive), SESSION_PREFIXES, "prefixes of the session")
    bench = ManyPeers(lab, ["red_speaker"]).start()
    learn(bench, "red_speaker", unicast_messages(table.groups, 65103, gateway), table, gateway, 240)
    refresh_with_a_tenth_rejected(bench, "red_speaker", RED, "from-ce", table, gateway)


@limits(timeout=600, weight=290)
def test_2015_session_from_a_vpnv4_peer(lab):
    table, gateway = session_of_2015(), address("vpn_speaker")
    bench = ManyPeers(lab, ["vpn_speaker"]).start()
    learn(bench, "vpn_speaker", vpn_messages(table.groups, gateway), table, gateway, 240)
    refresh_with_a_tenth_rejected(bench, "vpn_speaker", "vpnv4", "from-core", table, gateway)


def check_far(rib, table, what):
    wanted = {text(one) for one in table.usable}
    wait_for(lambda: wanted <= rib().keys(), 90, what, interval=2)


@limits(timeout=300, weight=120)
def test_2002_table_from_a_ce_reaches_the_vpnv4_peer(lab):
    table, gateway = table_of_2002(), address("red_speaker")
    expect_equal(len(table.alive), TABLE_PREFIXES, "prefixes of the table")
    bench = ManyPeers(lab, ["red_speaker", "vpn_speaker"]).start()
    learn(bench, "red_speaker", unicast_messages(table.groups, 65103, gateway), table, gateway, 120)
    far = bench.peers["vpn_speaker"].router
    check_far(lambda: far.prefixes("vpnv4", RED_RD), table, "all of it at the VPNv4 peer")
    label = bench.vrfd.instance("red")["label"]
    expect_equal({update.labels[route] for route, update in far.rib.items() if route[1] == RED_RD}, {label}, "labels of red's routes")
    refresh_with_a_tenth_rejected(bench, "red_speaker", RED, "from-ce", table, gateway)
    check_far(lambda: far.prefixes("vpnv4", RED_RD), table, "all of it is back at the VPNv4 peer")


@limits(timeout=300, weight=120)
def test_2002_table_from_a_vpnv4_peer_reaches_the_ce(lab):
    table, gateway = table_of_2002(), address("vpn_speaker")
    bench = ManyPeers(lab, ["red_speaker", "vpn_speaker"]).start()
    learn(bench, "vpn_speaker", vpn_messages(table.groups, gateway), table, gateway, 120)
    ce = bench.peers["red_speaker"].router
    check_far(ce.prefixes, table, "all of it at the CE")
    refresh_with_a_tenth_rejected(bench, "vpn_speaker", "vpnv4", "from-core", table, gateway)
