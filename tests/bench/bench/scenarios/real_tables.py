"""What real routers announced: a session of 2015 and a table of 2002 (VRFD_VECTORS names the folder where they are)."""

from .. import mrt_table
from ..scenario import Skipped, scenario
from ..session_bench import running
from ..setup import Setup, receiver, source


def _from_file(name, vector):
    setup = Setup([source(), receiver()])
    path = mrt_table.file_of(vector, setup.named("source0").asn)
    if path is None:
        raise Skipped(f"{vector} is not there")
    with running(name, setup) as bench:
        routes = bench.load.do("read_table", table="table", path=path)["routes"]
        bench.announce_from("source0")
        bench.connect_receivers()
        bench.expect(["receiver0"], "table")
        found = bench.feed(["source0"], ["receiver0"])
        return {"routes": routes, **found, "bytes_per_route": bench.memory()[0] / routes}


@scenario("real_2015", "the table that a session of 2015 told", routes=0)
def real_2015(name, _):
    return _from_file(name, mrt_table.SESSION)


@scenario("real_2002", "a table of 2002", routes=0)
def real_2002(name, _):
    return _from_file(name, mrt_table.TABLE_2002)
