"""The benches: what it costs vrfd and other routers to do the same work, side by side.

The way of a measurement:  a scenario describes a Setup (setup.py) → for each router a Place (two namespaces and a wire,
place.py) with the router at one end (routers/) and bgp_load at the other (load.py) → times from the load's events, CPU and
memory from the system (process_cost.py) → rows (results.py) → a table with ratios (report.py).
"""
