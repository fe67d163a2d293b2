"""Texts: words that must not stay, links that must lead somewhere, scripts and formatting."""

import ast
import os
import re
import shutil
import subprocess

import sizes
import source

TEXT = (".h", ".cpp", ".py", ".sh", ".md", ".txt", ".json", ".cmake", ".yml", ".in", ".service", ".conf", "")
# written in two pieces, so that this file does not break its own rule
FORBIDDEN = {"TO" "DO": "finish it or list it in the README's known limits", "FIX" "ME": "fix it", "X" "XX": "say it",
             "/wo" "rk/": "a path of one machine", "/ho" "me/": "a path of one machine"}
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def words(paths):
    pattern = re.compile("|".join(rf"\b{word}\b" if word.isalpha() else re.escape(word) for word in FORBIDDEN))
    for path in paths:
        if os.path.splitext(path)[1] not in TEXT:
            continue
        for number, line in enumerate(source.read(path).splitlines(), 1):
            found = pattern.search(line)
            if found:
                yield f"{path}:{number}: {found[0]}: {FORBIDDEN[found[0]]}"


def links(paths):
    for path in paths:
        if not path.endswith(".md"):
            continue
        text = source.read(path)
        for found in _LINK.finditer(text):
            target = found[1].split("#")[0]
            if target and "://" not in target and not os.path.exists(os.path.join(os.path.dirname(path), target)):
                yield f"{path}:{text.count(chr(10), 0, found.start()) + 1}: {target} is not there"


def scripts(paths):
    for path in paths:
        if sizes.is_python(path):
            try:
                ast.parse(source.read(path), path)
            except SyntaxError as error:
                yield f"{path}:{error.lineno}: {error.msg}"
        elif sizes.is_shell(path):
            done = subprocess.run(["bash", "-n", path], capture_output=True, text=True)
            if done.returncode != 0:
                yield f"{path}:1: {done.stderr.strip()}"


def formatted(paths):
    program = shutil.which("clang-format-19")
    if program is None:
        yield ".clang-format:1: clang-format-19 is not installed"
        return
    mine = [path for path in paths if source.is_cpp(path)]
    done = subprocess.run([program, "--dry-run", *mine], capture_output=True, text=True)
    seen = set()
    for line in done.stderr.splitlines():
        found = re.match(r"(\S+):(\d+):\d+: warning", line)
        if found and found[1] not in seen:
            seen.add(found[1])
            yield f"{found[1]}:{found[2]}: not as clang-format writes it"
