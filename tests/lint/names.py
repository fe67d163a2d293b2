"""Names: a word that fits on anything says nothing."""

import os
import re

import source

VAGUE = {"Manager", "Handler", "Helper", "Helpers", "Util", "Utils", "Impl", "Info", "Misc", "Base", "Data"}
DRAWERS = {"utils", "util", "common", "helpers", "helper", "misc", "impl"}
_TYPE = re.compile(r"\b(?:class|struct|union|enum(?:\s+class)?|using|concept)\s+(?:\[\[\w+\]\]\s+)?([A-Z]\w*)\b")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*")


def types(paths):
    for path in filter(source.is_cpp, paths):
        code = source.bare(source.read(path))
        for found in _TYPE.finditer(code):
            vague = VAGUE & set(_WORD.findall(found[1]))
            if vague:
                yield f"{path}:{code.count(chr(10), 0, found.start()) + 1}: {found[1]}: {', '.join(sorted(vague))} says nothing"


def files(paths):
    for path in paths:
        for part in path.split("/"):
            last = re.split(r"[_\-.]", os.path.splitext(part)[0].lower())[-1]
            if last in DRAWERS:
                yield f"{path}:1: name the thing, not the drawer"
