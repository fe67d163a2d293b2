"""The messages of the test input against the live daemon: each gives the outcome that the RFCs ask for, and it lives on.

Every message is put on a session of a speaker; another speaker, further on, sees what vrfd passes on. What a message
means for vrfd is read from `malformed` of `show bgp peer`, from the session's end and its NOTIFICATION."""

import json

from lab import bgp, mrt
from lab.discovery import Skipped
from lab.discovery import lab as limits
from lab.speaker import Speaker
from lab.vrfd import Vrfd
from lab.wait import Failed, expect, wait_for

FAMILIES = ["ipv4", "ipv6", "vpnv4", "vpnv6"]
SENTINEL = "100.127.0.0/24"
EBGP, IBGP, FAR = "10.0.1.2", "10.0.2.2", "10.0.3.2"


def vectors(name):
    path = mrt.vectors(name)
    if path is None:
        raise Skipped(f"{name} is not here (VRFD_VECTORS names the folder of the test input)")
    with open(path) as file:
        return [json.loads(line) for line in file]


def config(families, options):
    accept = {"import_policy": "all", "export_policy": "all"}
    families = {family: accept for family in families}
    return {
        "as": 65000, "router_id": "10.0.0.1", "public": {"table": 254, "fib": False}, "fib": False,
        "groups": {"any": {"families": families, "passive": True, **options}},
        "peers": {EBGP: {"as": 65001, "group": "any"}, IBGP: {"as": 65000, "group": "any", "route_reflector_client": True},
                  FAR: {"as": 65009, "group": "any"}},
        "policies": {"all": [{"then": "accept"}]},
    }


class Desk:
    """vrfd, the speaker that sends the message, and the one that sees what comes through."""

    def __init__(self, lab, families=tuple(FAMILIES), **options):
        """`options` are keys of the peers' group."""
        self.pe = lab.node("pe")
        self.nodes = {address: lab.node(f"n{address.split('.')[2]}") for address in (EBGP, IBGP, FAR)}
        for address, node in self.nodes.items():
            number = address.split(".")[2]
            lab.link((self.pe, f"e{number}", f"10.0.{number}.1/24", f"2001:db8:{number}::1/64"),
                     (node, "eth0", f"{address}/24", f"2001:db8:{number}::2/64"))
        lab.build()
        self.vrfd = Vrfd(self.pe, config(families, options), log_level="info").start()
        self.far = Speaker(self.nodes[FAR], FAR, "10.0.3.1", 65009, 65000, families=families, persistent=True).connect()
        self.sender, self.key, self.sequence = None, None, 0

    def session(self, context):
        """A session that fits the message's context; the one that stands if it does."""
        internal = bool(context.get("ibgp", True))
        add_path = tuple(bgp.NAMES[tuple(one)] for one in context.get("addpath", []) if tuple(one) in bgp.NAMES)
        enhanced = bool(context.get("enhanced", False))
        key = (internal, context.get("as4", True), add_path, enhanced)
        if self.sender is None or not self.sender.up() or key != self.key:
            if self.sender:
                self.sender.close()
            self.key = key
            address = IBGP if internal else EBGP
            self.sender = Speaker(self.nodes[address], address, address[:-1] + "1", 65000 if internal else 65001, 65000,
                                  router_id=address, families=FAMILIES, as4=key[1], add_path=add_path, enhanced=enhanced).connect()
        return self.sender

    def peer_row(self):
        return self.vrfd.peers()[self.sender.local]

    def settle(self):
        """Until vrfd has worked through what was sent before: a route sent now has come out at the other end."""
        self.sequence += 1
        prefix = f"100.{64 + self.sequence // 65536 % 64}.{self.sequence // 256 % 256}.{self.sequence % 256}/32"
        self.sender.announce([prefix])

        def done():
            return self.sender.ended is not None or prefix in self.far.prefixes()
        wait_for(done, 10, "a later route arrives at the far peer", interval=0.02)
        if self.sender.ended is None:
            self.sender.withdraw([prefix])


COUNTERS = ("attribute_discard", "treat_as_withdraw", "session_reset")


def outcome(desk, case):
    """(verdict, notification) that vrfd gives the message."""
    desk.session(case["context"])
    before = desk.peer_row()["malformed"]
    desk.sender.forget()
    try:
        desk.sender.send(bytes.fromhex(case["hex"]))
        desk.settle()
    except OSError:
        pass      # the session went down while we were sending
    if desk.sender.ended is not None:
        return "session-reset", [one[:2] for one in desk.sender.notifications][:1]
    after = desk.peer_row()["malformed"]
    grown = [name for name in COUNTERS if after[name] > before[name]]
    return (grown[-1].replace("_", "-") if grown else "ok"), []


UNUSED = "ok but not used"


def accepted(case):
    """The outcomes that the case allows, its verdict first: `also_accept` may say more after the outcome."""
    expected = case["expect"]
    others = [other.split(":")[0].strip() for other in expected.get("also_accept", [])]
    return [expected["verdict"]] + [other if other == UNUSED else other.split(" where ")[0] for other in others]


def passed_on(desk, case):
    """Whether any of the message's IPv4 routes has come out at the far peer."""
    return any(prefix in desk.far.prefixes() for prefix in case["expect"].get("decoded", {}).get("nlri", []) if isinstance(prefix, str))


def judge(case, verdict, notification, used=True):
    """None if the outcome is one that the case allows, else what differs."""
    allowed = accepted(case)
    if verdict not in allowed and not (verdict == "ok" and not used and UNUSED in allowed):
        return f"{verdict} {notification}, wanted {allowed}"
    wanted = case["expect"].get("notification")
    if verdict == "session-reset" and wanted and notification:
        choices = [tuple(wanted)] + [tuple(map(int, one.split()[1].split("/"))) for one in allowed if one.startswith("notification ")]
        if case["expect"].get("notification_any"):
            return None if notification[0][0] == wanted[0] else f"NOTIFICATION {notification}, wanted {wanted[0]}/…"
        if notification[0] not in choices:
            return f"NOTIFICATION {notification}, wanted {choices}"
    return None


def whole(case):
    """A message whose length field promises more octets than were recorded is, on a stream, not there yet."""
    octets = bytes.fromhex(case["hex"])
    return not len(octets) < int.from_bytes(octets[16:18], "big") <= 4096


def run_file(lab, name, kinds=("update", "route-refresh", "keepalive", "unknown")):
    """Every message of the file that can be put on an established session."""
    cases = [case for case in vectors(name) if case["kind"] in kinds and whole(case)]
    desk, wrong = Desk(lab, capabilities={"add_path": True}), []
    for case in cases:
        try:
            difference = judge(case, *outcome(desk, case), used=passed_on(desk, case))
        except Failed as problem:
            difference = str(problem)
            desk.sender.close()
        desk.vrfd.check_alive()
        if difference:
            wrong.append(f"{case['id']} ({case.get('what', '')[:60]}): {difference}; {desk.sender.ended or 'the session stands'}")
    expect(not wrong, f"{len(wrong)} of {len(cases)} messages have another outcome", "\n  " + "\n  ".join(wrong))


@limits(timeout=600, weight=180, plain=True)
def test_rfc_cases(lab):
    run_file(lab, "rfc-cases.jsonl")


@limits(timeout=600, weight=180, plain=True)
def test_rfc7606_cases(lab):
    run_file(lab, "frr-unit-and-rfc7606.jsonl")


@limits(timeout=600, weight=100, plain=True)
def test_known_vulnerabilities(lab):
    run_file(lab, "cve-cases.jsonl")


@limits(timeout=600, weight=250, plain=True)
def test_messages_of_other_projects(lab):
    run_file(lab, "messages.jsonl")


@limits(timeout=300, weight=60, plain=True)
def test_opens(lab):
    """OPENs as the first message of a connection; those that are right for another neighbour get 2/2 (Bad Peer AS)."""
    desk, wrong = Desk(lab), []
    cases = [case for name in ("rfc-cases.jsonl", "frr-unit-and-rfc7606.jsonl", "cve-cases.jsonl") for case in vectors(name) if case["kind"] == "open"]
    for case in cases:
        speaker = Speaker(desk.nodes[EBGP], EBGP, "10.0.1.1", 65001, 65000, families=FAMILIES)
        speaker.raw_open(bytes.fromhex(case["hex"]))
        wait_for(lambda: speaker.established.is_set() or speaker.notifications or speaker.ended, 10, f"{case['id']}: an answer")
        wait_for(lambda: speaker.notifications or speaker.ended or speaker.established.is_set(), 2, f"{case['id']}: how it ended")
        verdict = "ok" if speaker.established.is_set() else "session-reset"
        seen = [one[:2] for one in speaker.notifications][:1]
        difference = None if seen == [(2, 2)] else judge(case, verdict, seen)
        if difference:
            wrong.append(f"{case['id']}: {difference}")
        speaker.close()
        desk.vrfd.check_alive()
    expect(not wrong, f"{len(wrong)} of {len(cases)} OPENs have another outcome", "\n  " + "\n  ".join(wrong))


@limits(timeout=200, weight=30, plain=True)
def test_hostile_octets(lab):
    """Whatever comes, the daemon lives and the other session stands."""
    desk = Desk(lab)
    seeds = [bytes.fromhex(case["hex"]) for case in vectors("fuzz-seeds.jsonl")]
    seeds += [b"GET / HTTP/1.1\r\n\r\n", bytes(5000), b"\xff" * 5000, bgp.message(bgp.UPDATE, b"\xff" * 23), b"\xff" * 16 + b"\x00\x13"]
    for seed in seeds:
        for greet in (True, False):
            speaker = Speaker(desk.nodes[EBGP], EBGP, "10.0.1.1", 65001, 65000, families=FAMILIES)
            if greet:
                speaker.connect().send(seed)
            else:
                speaker.raw_open(seed)
            wait_for(lambda: speaker.ended is not None or speaker.up(), 5, "taken or refused")
            speaker.close()
        desk.vrfd.check_alive()
    expect(desk.far.up() and desk.far.sessions == 1, "the other session stood all the time")
    Speaker(desk.nodes[EBGP], EBGP, "10.0.1.1", 65001, 65000, families=FAMILIES).connect().close()
