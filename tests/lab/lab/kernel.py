"""The kernel's tables of a node as Python values."""

import json

from .wait import Failed


def table(node, number, family="-4"):
    """Prefix → route (as `ip -j -d route` gives it) of one table."""
    found = {}
    for route in node.ip_json("-d", family, "route", "show", "table", str(number)):
        found.setdefault(_full(route["dst"], family), route)
    return found


def _full(prefix, family):
    """iproute2 leaves out the length of host routes."""
    if prefix == "default":
        return "0.0.0.0/0" if family == "-4" else "::/0"
    return prefix if "/" in prefix else prefix + ("/32" if family == "-4" else "/128")


def bgp_routes(node, number, family="-4"):
    """What a routing daemon put into the table: no connected routes, no unreachable default."""
    return {prefix: route for prefix, route in table(node, number, family).items()
            if route.get("protocol") not in ("kernel", "boot", "static")
            and route.get("type", "unicast") == "unicast"}


def nexthops(node):
    """Id → next-hop object."""
    return {entry["id"]: entry for entry in node.ip_json("-d", "nexthop", "show")}


def labels(node):
    """Incoming label → route of the MPLS table."""
    return {int(route["dst"]): route for route in node.ip_json("-f", "mpls", "route", "show")}


def paths(node, route):
    """The legs of a route: [(gateway, device, [label, …])], through its next-hop object if it has one."""
    if "nhid" in route and "gateway" not in route and "nexthops" not in route:
        return _object_paths(nexthops(node), route["nhid"])
    return [_leg(leg) for leg in route.get("nexthops", [route])]


def _object_paths(objects, number):
    entry = objects.get(number)
    if entry is None:
        raise Failed(f"the route's next-hop object {number} is not in the kernel")
    if "group" in entry:
        return [leg for member in entry["group"] for leg in _object_paths(objects, member["id"])]
    return [_leg(entry)]


def _leg(leg):
    via = leg.get("gateway") or leg.get("via", {}).get("host")
    text = leg.get("labels") if leg.get("encap") == "mpls" else None
    return via, leg.get("dev"), [int(label) for label in text.strip().split("/")] if text else []


def vrf_table(node, name):
    """The table of the VRF device `name` (its own name or an alternative one)."""
    link = json.loads(node.exec("ip", "-j", "-d", "link", "show", "dev", name))[0]
    return link["linkinfo"]["info_data"]["table"]
