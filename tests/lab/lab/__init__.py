"""The lab: network namespaces with real routers in them, driven from Python.

The way from a test to a packet:  topology.Lab makes nodes and links, frr/bird/gobgp/vrfd/speaker run a router in a
node, kernel reads its tables, capture watches its wires, wait.wait_for polls until something holds.
"""
