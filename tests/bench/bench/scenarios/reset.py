"""A session with a full table goes down and comes back."""

from ..scenario import scenario
from ..session_bench import running
from ..setup import Setup, receiver, source


@scenario("reset", "hard reset of the source's session: down, up, everything back at the receiver")
def reset(name, options):
    with running(name, Setup([source(), receiver()])) as bench:
        bench.fed(options.routes)
        # The source comes back with other attributes, so that nothing of before can be taken for what came after.
        bench.make_table("after", routes=options.routes, attribute_seed=2, first_as=bench.setup.named("source0").asn)
        bench.announce_from("source0", "after")
        bench.expect(["receiver0"], "after")
        found = bench.after(lambda: bench.router.reset("source0"))
        return {"seconds": found["s"], "cpu_s": found["cpu_s"]}
