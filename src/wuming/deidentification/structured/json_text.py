"""JSON as text: where each leaf stands, so that one is replaced and every other byte stays."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from wuming.deidentification.structured.leaves import Leaf, Path

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+\-]*|[{}\[\],:]|true|false|null', re.DOTALL)
_SHORTEST_NUMBER = 5


class Place(NamedTuple):
    """A leaf of a JSON text, and where its literal stands: `raw[start:end]`."""

    leaf: Leaf
    start: int
    end: int


def places(raw: str) -> list[Place]:
    """Return all texts, and all whole numbers of five digits or more, in the order of the text.

    Args:
        raw: valid JSON; it was parsed before, so that errors are named there.
    """
    found: list[Place] = []
    path: list[str | int] = []
    keyed: list[bool] = []  # of each open container: whether it is an object
    expects_key = False
    for match in _TOKEN.finditer(raw):
        token = match.group()
        sign = token[0]
        if sign == "{" or sign == "[":
            keyed.append(sign == "{")
            path.append("" if sign == "{" else 0)
            expects_key = sign == "{"
        elif sign == "}" or sign == "]":
            keyed.pop()
            path.pop()
        elif sign == ",":
            expects_key = keyed[-1]
            if not keyed[-1]:
                path[-1] = int(path[-1]) + 1
        elif sign == ":":
            expects_key = False
        elif sign == '"':
            value = json.loads(token) if "\\" in token else token[1:-1]
            if expects_key:
                path[-1] = value
            else:
                found.append(Place(Leaf(tuple(path), value), *match.span()))
        elif token.isdigit() and len(token) >= _SHORTEST_NUMBER:
            found.append(Place(Leaf(tuple(path), token, number=True), *match.span()))
    return found


def rewritten(raw: str, found: list[Place], new: Mapping[int, str]) -> str:
    """Return the text with the leaves at the places in `new` replaced; the rest stays as written.

    A number stays one where its replacement is one; a text is escaped as its original was.
    """
    if not new:
        return raw
    pieces: list[str] = []
    position = 0
    for place in sorted(new):
        leaf, start, end = found[place]
        pieces += [raw[position:start], _literal(new[place], raw[start:end], number=leaf.number)]
        position = end
    return "".join((*pieces, raw[position:]))


def value_at(value: Any, path: Path) -> Any:
    """Return what stands at a path of a parsed JSON value, or None."""
    for part in path:
        if isinstance(value, dict) and isinstance(part, str):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _literal(new: str, old: str, *, number: bool) -> str:
    if number and new.isascii() and new.isdigit() and (new == "0" or new[0] != "0"):
        return new
    return json.dumps(new, ensure_ascii=old.isascii() and "\\u" in old)
