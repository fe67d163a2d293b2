"""VPN routes between peers of a reflector."""

from ..scenario import scenario
from ..session_bench import running
from ..setup import Setup, receiver, source

RDS = 1000


@scenario("vpn_reflector", f"VPNv4 routes of {RDS} RDs from one client of a reflector to another", routes=500_000,
          routers=("vrfd", "bird", "frr"))
def vpn_reflector(name, options):
    setup = Setup([source(internal=True, client=True), receiver(internal=True, client=True)], family="vpnv4")
    with running(name, setup) as bench:
        bench.make_table(routes=options.routes, first_as=0, rds=RDS)
        bench.announce_from("source0")
        bench.connect_receivers()
        sender = setup.named("source0").address
        bench.expect(["receiver0"], "table", originator=sender, next_hop=sender)
        found = bench.feed(["source0"], ["receiver0"])
        return {**found, "bytes_per_route": bench.memory()[0] / options.routes}
