"""A new import policy for a full table, without loss of the session."""

from ..scenario import scenario
from ..session_bench import ADDED, MARK, prefixed, running
from ..setup import Setup, receiver, source

WHAT = "a new import policy that changes nothing (none), denies a tenth (deny), changes all (all)"


@scenario("soft_in", WHAT, routers=("vrfd", "bird", "bird+stored", "frr", "frr+stored"), only=("vrfd", "bird", "frr"))
def soft_in(name, options):
    with running(name, Setup([source(policy="accept"), receiver()])) as bench:
        bench.fed(options.routes)

        def refresh():
            bench.router.refresh_import("source0")

        told = bench.load.counts("receiver0")
        bench.router.set_policy("source0", "deny_absent")
        found = prefixed("none", bench.until_quiet(refresh))
        after = bench.load.counts("receiver0")
        if {**after["receiver0"], "octets_read": 0, "announced": 0} != {**told["receiver0"], "octets_read": 0, "announced": 0}:
            raise AssertionError(f"a policy that changes nothing changed the routes: {told} {after}")
        found["none_sent_again"] = after["receiver0"]["announced"] - told["receiver0"]["announced"]

        bench.router.set_policy("source0", "deny_marked")
        left = bench.expect(["receiver0"], "table", deny_community=MARK)
        found["denied"] = options.routes - left
        found.update(prefixed("deny", bench.after(refresh)))

        bench.router.set_policy("source0", "accept")
        bench.expect(["receiver0"], "table")
        bench.after(refresh)
        bench.router.set_policy("source0", "mark_all")
        bench.expect(["receiver0"], "table", add_community=ADDED)
        found.update(prefixed("all", bench.after(refresh)))
        return found
