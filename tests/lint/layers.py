"""Who may include whom: the dependency rule of the tree, and where each library may be used."""

import fnmatch
import os
import re

import source

# folder → folders whose headers it may include; the longest folder that matches rules
LAYERS = {
    "vrf/types": ["vrf/types"],
    "vrf": ["vrf"],
    "netlink": ["netlink", "vrf/types"],
    "daemon/base": ["daemon/base", "vrf/types"],
    "daemon/protocol": ["daemon/protocol", "vrf/types"],
    "daemon/bgp/wire": ["daemon/bgp/wire", "vrf/types"],
    "daemon/bgp": ["daemon/bgp", "daemon/bgp/wire", "daemon/base", "vrf/types"],
    "daemon/config": ["daemon/config", "vrf"],
    "daemon/control": ["daemon/control", "daemon/protocol", "daemon/base", "vrf/types"],
    "daemon": ["daemon", "netlink", "vrf"],
    "cli": ["cli", "daemon/protocol", "vrf/types"],
}

# include (pattern) → files that may have it
LIBRARIES = [
    ("boost/asio*", ["daemon/bgp/transport*", "daemon/bgp/listener*", "daemon/control/*", "daemon/*.h", "daemon/*.cpp",
                     "daemon/*driver*", "cli/*"]),
    ("nlohmann/*", ["daemon/config/*", "daemon/protocol/*", "daemon/control/*", "cli/*"]),
    ("libmnl/*", ["netlink/*"]),
    ("linux/*", ["netlink/*"]),
    ("netlink/*", ["netlink/*", "daemon/*"]),
    ("re2/*", ["vrf/policy/*", "daemon/config/*"]),
    ("systemd/*", ["daemon/base/*"]),
    ("thread", ["daemon/*", "netlink/*", "cli/*"]),
    ("iostream", ["daemon/*.cpp", "cli/*.cpp"]),
]
_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def _includes(path):
    text = source.read(path)
    for found in _INCLUDE.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found[1], found[2]


def _layer(path):
    folder = os.path.dirname(path)
    while folder and folder not in LAYERS:
        folder = os.path.dirname(folder)
    return folder


def project_includes(paths):
    for path in filter(source.is_cpp, paths):
        if path.startswith("tests/"):
            continue
        layer = _layer(path)
        for line, quote, target in _includes(path):
            if quote != '"':
                continue
            if not os.path.isfile(target):
                yield f"{path}:{line}: \"{target}\" is no file of the tree (paths start at its root)"
            elif not layer:
                yield f"{path}:{line}: the folder is in no layer"
            elif not any(_below(target, allowed) for allowed in LAYERS[layer]):
                yield f"{path}:{line}: {layer} may not include {target}"


def _below(target, folder):
    """In the folder, or deeper where no layer of its own begins; a whole area stands for all layers in it."""
    return target.startswith(folder + "/") and (folder in ("vrf", "daemon", "netlink", "cli") or _layer(target) == folder)


def library_includes(paths):
    for path in filter(source.is_cpp, paths):
        if path.startswith("tests/"):
            continue
        for line, _, target in _includes(path):
            for pattern, places in LIBRARIES:
                if fnmatch.fnmatch(target, pattern) and not any(fnmatch.fnmatch(path, place) for place in places):
                    yield f"{path}:{line}: <{target}> belongs in {', '.join(places)}"
        if path.startswith("vrf/types/"):
            yield from _types_stay_plain(path)


def _types_stay_plain(path):
    for line, quote, target in _includes(path):
        if quote == "<" and "/" in target and target not in ("boost/system/result.hpp", "arpa/inet.h", "sys/socket.h"):
            yield f"{path}:{line}: vrf/types takes nothing but the standard library and boost/system/result.hpp"
