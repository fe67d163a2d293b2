"""Sizes: what does not fit on a few screens is not read."""

import ast
import os

import source

FILE_LINES, FUNCTION_LINES = 500, 60
CODE = (".h", ".cpp", ".py", ".sh")


def _is_script(path):
    if os.path.splitext(path)[1]:
        return False
    with open(path, "rb") as file:
        return file.read(2) == b"#!"


def is_python(path):
    if path.endswith(".py"):
        return True
    if not _is_script(path):
        return False
    with open(path, "rb") as file:
        return b"python" in file.readline()


def is_shell(path):
    if path.endswith(".sh"):
        return True
    if not _is_script(path):
        return False
    with open(path, "rb") as file:
        return file.readline().rstrip().endswith(b"sh")


def files(paths):
    for path in paths:
        if path.endswith(CODE) or _is_script(path):
            lines = source.read(path).count("\n")
            if lines > FILE_LINES:
                yield f"{path}:{lines}: {lines} lines, {FILE_LINES} at most"


def functions(paths):
    for path in paths:
        if source.is_cpp(path):
            found = source.functions(source.read(path)) if not path.startswith("tests/") else ()
        elif is_python(path):
            found = _python_functions(source.read(path))
        else:
            continue
        for name, first, last in found:
            if last - first + 1 > FUNCTION_LINES:
                yield f"{path}:{first}: {name} has {last - first + 1} lines, {FUNCTION_LINES} at most"


def _python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.lineno, node.end_lineno
