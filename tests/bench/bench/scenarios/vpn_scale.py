"""Many VPN instances on one box. Only vrfd: nothing but the control plane of one PE is measured, without kernel."""

from ..scenario import scenario
from ..session_bench import running
from ..setup import Peer, Setup, source

INSTANCES, SHARING = 1000, 500
SHARED_AS = 64999     # of the target that many instances import


class Counts:
    """What `show vpn-instance` says: how many routes each instance has."""

    def __init__(self, router):
        rows = router.daemon.ctl("show vpn-instance").expect_code(0).json["vpn_instances"]
        self.by_name = {row["name"]: row["routes"] for row in rows}

    @property
    def total(self):
        return sum(self.by_name.values())


def expect_routes(bench, wanted, what):
    seen = Counts(bench.router).total
    if seen != wanted:
        raise AssertionError(f"{what}: {seen} routes in the instances, not {wanted}")


def instances(more_of_first=()):
    """i1…: each imports the target of its own number, the first ones also the shared one, i1 also others."""
    def targets(number):
        shared = [f"{SHARED_AS}:1"] if number <= SHARING else []
        return [f"65000:{number}", *shared, *(more_of_first if number == 1 else ())]
    return {f"i{number}": {"rd": f"65000:{number}", "import_targets": targets(number), "export_targets": [f"65000:{number}"]}
            for number in range(1, INSTANCES + 1)}


@scenario("vpn_import", f"VPN routes of one peer imported into {INSTANCES} instances; then one route into {SHARING}; "
          "then another target for one instance", only=("vrfd",))
def vpn_import(name, options):
    setup = Setup([source(internal=True), source(1, internal=True)], family="vpnv4", vpn_instances=instances())
    with running(name, setup) as bench:
        bench.make_table(routes=options.routes, first_as=0, rds=INSTANCES)
        bench.make_table("shared", routes=1, first_as=0, rds=1, rd_as=SHARED_AS, seed=99)
        bench.announce_from("source0")
        bench.announce_from("source1", "shared")
        bench.connect_receivers()

        def learn(peer):
            bench.load.connect(peer)
            bench.load.wait_sent(peer)
        all_routes = bench.until_quiet(lambda: learn("source0"))
        expect_routes(bench, options.routes, "each route in its instance")
        found = {"seconds": all_routes["s"], "cpu_s": all_routes["cpu_s"], "bytes_per_route": bench.memory()[0] / options.routes}
        one = bench.until_quiet(lambda: learn("source1"))
        expect_routes(bench, options.routes + SHARING, "one route in many instances")
        found["one_to_many_cpu_ms"] = 1000 * one["cpu_s"]

        before = Counts(bench.router).by_name
        bench.setup.vpn_instances = instances(more_of_first=["65000:2"])
        target = bench.until_quiet(bench.router.apply)
        other = before["i2"] - 1   # without the shared one, which is there already
        expect_routes(bench, options.routes + SHARING + other, "the routes of the second target")
        return {**found, "add_target_s": target["s"], "add_target_cpu_s": target["cpu_s"]}


@scenario("ce_sessions", f"{INSTANCES} CE sessions, one in each instance, up and down", routes=INSTANCES, only=("vrfd",))
def ce_sessions(name, options):
    count = min(options.routes, INSTANCES)
    peers = [Peer(f"ce{number}", f"10.200.{10 + number // 200}.{1 + number % 200}", 64000 + number % 500, source=True)
             for number in range(1, count + 1)]
    described = instances()
    for number, peer in enumerate(peers, 1):
        described[f"i{number}"]["peers"] = {peer.address: {"as": peer.asn, "passive": True, "families": {"ipv4": {}}}}
    with running(name, Setup(peers, vpn_instances=described, public_peers=False)) as bench:
        names = [peer.name for peer in peers]
        bench.settle()
        up = bench.until_quiet(lambda: bench.load.connect(*names, timeout=120))
        down = bench.until_quiet(lambda: bench.load.do("disconnect", peers=names))
        return {"up_s": up["s"], "up_cpu_s": up["cpu_s"], "down_s": down["s"], "down_cpu_s": down["cpu_s"]}
