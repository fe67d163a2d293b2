"""Reading C++ far enough for lint: without comments and literals, and as a list of its functions."""

import re

SUFFIXES = (".h", ".cpp")
_NOISE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)
_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")

_TYPE_HEAD = re.compile(r"\s*(?:inline\s+namespace|namespace|(?:template\s*<[^{]*>\s*)?(?:struct|class|union|enum))\b[^)]*(?:alignas\([^)]*\)[^)]*)?$")


def is_cpp(path):
    return path.endswith(SUFFIXES)


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def bare(text):
    """The text with comments and literals blanked, line breaks kept."""
    return _NOISE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]) if not found[0][0] == "'" else " " * len(found[0]), text)


def functions(text):
    """(name, first line, last line) of each function that is defined outside of another one."""
    code, stack, head = bare(_without_preprocessor(text)), [], 0
    for at, char in enumerate(code):
        if char in ";":
            head = at + 1
        elif char == "{":
            kind = _kind(code[head:at], stack)
            stack.append((kind, head, code[head:at]))
            if kind != "inner":
                head = at + 1
        elif char == "}" and stack:
            kind, start, opening = stack.pop()
            if kind == "function":
                first = code.count("\n", 0, start + len(opening) - len(opening.lstrip())) + 1
                yield _name(opening), first, code.count("\n", 0, at) + 1
            if kind != "inner":
                head = at + 1


def _without_preprocessor(text):
    return re.sub(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.M | re.S)


def _kind(opening, stack):
    """What a brace opens: a scope, a function, or something inside of one (initialisers of tables included)."""
    if stack and stack[-1][0] != "scope":
        return "inner"
    call, assignment = opening.find("("), re.search(r"(?<![=!<>+\-*/|&^r])=(?!=)", opening)
    if call < 0:
        return "scope" if _SCOPE.search(opening) and not assignment else "inner"
    if assignment and assignment.start() < call and "](" not in opening:
        return "inner"
    return "scope" if _TYPE_HEAD.match(opening) else "function"


def _name(opening):
    found = re.search(r"([\w:~]+(?:\s*operator[^(]*)?)\s*\(", opening)
    return found[1] if found else opening.strip()[:40]
