"""What a route costs as the table grows: it should stay the same."""

from ..scenario import Options, scenario
from .ingest import ingest, second_path
from .vpn import vpn_reflector

SIZES = (10_000, 100_000, 1_000_000, 4_000_000)
SUBJECTS = {"ingest": ingest, "second": second_path, "vpn": vpn_reflector}


@scenario("growth", "CPU nanoseconds a route, of tables of growing size", only=("vrfd", "bird"))
def growth(name, options):
    found = {}
    for size in SIZES:
        if size > options.routes:
            break
        for subject, run in SUBJECTS.items():
            found[f"{subject}_{size // 1000}k_ns"] = run(name, Options(size))["cpu_s"] / size * 1e9
    return found
