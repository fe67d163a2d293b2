"""What was measured: a row for each run of a scenario with a router."""

import json
import os
import platform
import statistics
import time


class Results:
    def __init__(self):
        self.rows = []

    def add(self, scenario, router, routes, metrics=None, error=None):
        self.rows.append({"scenario": scenario, "router": router, "routes": routes, "load_average": os.getloadavg()[0],
                          "metrics": metrics or {}, "error": error})

    def medians(self, scenario, routes):
        """Router → metric → median of the runs that succeeded."""
        found = {}
        for row in self.rows:
            if row["scenario"] == scenario and row["routes"] == routes and not row["error"]:
                for metric, value in row["metrics"].items():
                    found.setdefault(row["router"], {}).setdefault(metric, []).append(value)
        return {router: {metric: statistics.median(values) for metric, values in metrics.items()}
                for router, metrics in found.items()}

    def errors(self):
        return [row for row in self.rows if row["error"]]

    def write(self, path):
        with open(path, "w") as file:
            json.dump({"schema": "vrfd.bench/1", "written": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                       "kernel": platform.release(), "cores": os.cpu_count(), "runs": self.rows}, file, indent=1)
