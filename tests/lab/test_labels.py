"""Label modes: what the kernel does with packets that come in under a label, and what FRR as the other PE is told."""

import copy

from lab import kernel, l3vpn
from lab.bird import Bird
from lab.capture import Capture
from lab.discovery import lab as limits
from lab.l3vpn import L3vpn, address, networks
from lab.pings import Pings
from lab.wait import expect, expect_equal, wait_for

NETWORK, OWN_NETWORK = networks("red", 1)
SPARE = "192.168.50.0/24"   # of the second CE only
DIRECT = "10.1.0.0/24"
RD = l3vpn.rd("red", 1)
FIRST_CE, SECOND_CE = "10.1.0.2", "10.11.0.2"


class TwoCes(L3vpn):
    """VPN red with a second CE at site 1, red1b, which has the network of red1 too, by a longer AS path."""

    def __init__(self, lab):
        self.second = lab.node("red1b")
        super().__init__(lab, "vrfd", "frr", ("red",))

    def _wire(self, site):
        super()._wire(site)
        if site != 1:
            return
        self.lab.link((self.pe_nodes[1], "ce-b", "10.11.0.1/24"), (self.second, "eth0", f"{SECOND_CE}/24"))
        for one in (address(1), "192.168.50.1"):
            self.lab.address(self.second, "lo", f"{one}/24")

    def start(self, mode):
        super().start()
        Bird(self.second, f"""router id {SECOND_CE};
protocol static {{ ipv4; route {NETWORK} via "lo"; route {SPARE} via "lo"; }}
protocol kernel {{ ipv4 {{ import none; export where source = RTS_BGP; }}; }}
protocol bgp uplink {{ local {SECOND_CE} as 65109; neighbor 10.11.0.1 as {l3vpn.AS};
  connect delay time 1; connect retry time 1;
  ipv4 {{ import all; export filter {{ if source != RTS_STATIC then reject; bgp_path.prepend(65109); accept; }}; }}; }}
""").start()
        config = self.config(mode)
        red = config["vpn_instances"]["red"]
        red["interfaces"].append("ce-b")
        red["peers"][SECOND_CE] = {"as": 65109, "group": "ce"}
        self.pe[1].apply(config).expect_code(0)
        self.wait_up()
        wait_for(lambda: self.frr_label(SPARE) is not None, 30, "the second CE's network at FRR")
        wait_for(lambda: self.far.ping(address(1), source=address(2)), 20, "a ping from the far CE")
        return self

    def config(self, mode):
        config = copy.deepcopy(self.pe[1].config)
        config["vpn_instances"]["red"]["label_mode"] = mode
        return config

    @property
    def far(self):
        return self.ce_nodes["red2"]

    def rows(self, mode):
        """Of one mode: (prefix, gateway of the first way out) → label."""
        rows = self.pe[1].ctl("show labels").expect_code(0).rows
        return {(row["prefix"], (row["next_hops"] or [{}])[0].get("via")): row["label"]
                for row in rows if row["mode"] == mode}

    def shared_label(self):
        return self.pe[1].instance("red")["label"]

    def frr_label(self, prefix):
        if prefix not in self.pe[2].vpn_routes().get(RD, {}):
            return None
        return self.pe[2].vpn_label(RD, prefix)

    def way_of(self, label):
        """Where the kernel sends what comes in with the label: gateway and device."""
        route = kernel.labels(self.pe_nodes[1]).get(label, {})
        return route.get("gateway") or route.get("via", {}).get("host"), route.get("dev")

    def stacks(self, target):
        """Labels of pings from the far CE on the last link of the core."""
        capture = Capture(self.p, "pe1")
        with capture:
            expect(self.far.ping(target, source=address(2), count=2), f"pings to {target}")
        return capture.label_stacks(target, 1)

    def check_audit(self):
        expect(self.pe[1].audit_clean(), "fib audit", self.pe[1].ctl("fib", "audit"))


@limits(timeout=240, weight=70)
def test_a_label_per_next_hop(lab):
    bench = TwoCes(lab).start("per_next_hop")
    rows, shared = bench.rows("per_next_hop"), bench.shared_label()
    first, second = rows[None, FIRST_CE], rows[None, SECOND_CE]
    expect_equal(len({first, second, shared}), 3, "three different labels")
    for prefix, label in ((NETWORK, first), (OWN_NETWORK, first), (SPARE, second), (DIRECT, shared)):
        wait_for(lambda: bench.frr_label(prefix) == label, 10, f"FRR has {label} for {prefix}")
    expect_equal(bench.way_of(first), (FIRST_CE, "ce-red"), "the kernel's way of the first CE's label")
    expect_equal(bench.way_of(second), (SECOND_CE, "ce-b"), "and of the second's")
    expect_equal(kernel.vrf_table(bench.pe_nodes[1], bench.way_of(shared)[1]), l3vpn.TABLE["red"], "the instance's label")
    expect_equal(bench.stacks(address(1)), {(first,)}, "labels towards the first CE")
    expect_equal(bench.stacks("192.168.50.1"), {(second,)}, "labels towards the second CE")
    expect_equal(bench.stacks("10.1.0.1"), {(shared,)}, "labels towards the PE itself")
    bench.check_audit()
    bench.pe_nodes[1].ip("-f", "mpls", "route", "del", str(second))
    wait_for(lambda: bench.way_of(second) == (SECOND_CE, "ce-b"), 10, "a label that somebody deleted comes back")


@limits(timeout=240, weight=70)
def test_a_label_per_route(lab):
    """Each prefix has its label and keeps it when its best path moves to the other CE; no ping is lost on the way."""
    bench = TwoCes(lab).start("per_route")
    rows = bench.rows("per_route")
    label = rows[NETWORK, FIRST_CE]
    expect_equal(set(rows), {(NETWORK, FIRST_CE), (OWN_NETWORK, FIRST_CE), (SPARE, SECOND_CE)}, "labels of routes")
    for (prefix, _), own in rows.items():
        wait_for(lambda: bench.frr_label(prefix) == own, 10, f"FRR has {own} for {prefix}")
    wait_for(lambda: bench.frr_label(DIRECT) == bench.shared_label(), 10, "the link's prefix keeps the instance's label")
    expect_equal(bench.stacks(address(1)), {(label,)}, "labels of the route")
    pings = Pings(bench.far, address(1), address(2))
    move(bench, withdrawn=True)
    wait_for(lambda: bench.way_of(label) == (SECOND_CE, "ce-b"), 20, "the label leads to the second CE")
    expect_equal(bench.frr_label(NETWORK), label, "FRR's label for the route")
    seen = Capture(bench.second, "eth0")
    with seen:
        wait_for(lambda: bench.far.ping(address(1), source=address(2)), 5, "a ping to the second CE")
    expect_equal(seen.label_stacks(address(1), 1), {()}, "pings arrive at the second CE")
    move(bench, withdrawn=False)
    wait_for(lambda: bench.way_of(label) == (FIRST_CE, "ce-red"), 20, "and back to the first")
    expect_equal(pings.end(), 0, "pings lost")
    bench.check_audit()


def move(bench, withdrawn):
    """The first CE withdraws the network that both have, or announces it again."""
    config = l3vpn.bird_ce_config("red", 1)
    bench.ce["red1"].configure(config.replace(f'route {NETWORK} via "lo"; ', "") if withdrawn else config)


@limits(timeout=300, weight=70)
def test_the_mode_changes_while_traffic_flows(lab):
    """By `config apply`, through all modes and back: no ping is lost, labels that nobody uses stay until they have rested."""
    bench = TwoCes(lab).start("per_instance")
    shared = bench.shared_label()
    expect_equal(bench.frr_label(NETWORK), shared, "the instance's label to begin with")
    pings = Pings(bench.far, address(1), address(2))
    used = []
    for mode in ("per_next_hop", "per_route", "per_instance"):
        before = bench.frr_label(NETWORK)
        bench.pe[1].apply(bench.config(mode)).expect_code(0)
        wait_for(lambda: bench.frr_label(NETWORK) != before, 20, f"another label at FRR under {mode}")
        used.append(bench.frr_label(NETWORK))
        expect(bench.way_of(before)[1], f"the former label {before} is still in the kernel", kernel.labels(bench.pe_nodes[1]))
        wait_for(lambda: bench.far.ping(address(1), source=address(2), count=3), 5, f"pings under {mode}")
        expect_equal(bench.pe[1].instance("red")["label_mode"], mode, "the mode as shown")
        bench.check_audit()
    expect_equal(pings.end(), 0, "pings lost")
    expect_equal(used[2], shared, "the instance's label again")
    expect_equal(len(set(used)), 3, "three labels in turn")


@limits(timeout=240, weight=70)
def test_labels_of_routes_outlive_a_restart(lab):
    """vrfd stops and starts: each route has the label that it had, and the kernel has no other."""
    bench = TwoCes(lab).start("per_route")
    before = bench.rows("per_route")
    bench.pe[1].stop()
    expect(set(before.values()) <= set(kernel.labels(bench.pe_nodes[1])), "labels stay in the kernel", before)
    bench.pe[1].start()
    wait_for(lambda: bench.rows("per_route") == before, 60, "the same labels for the same routes", interval=0.5)
    wait_for(lambda: bench.far.ping(address(1), source=address(2), count=3), 20, "pings")
    wait_for(lambda: bench.pe[1].ctl("show status").expect_code(0).json["restart"] == "done", 60, "the restart is over")
    bench.check_audit()
