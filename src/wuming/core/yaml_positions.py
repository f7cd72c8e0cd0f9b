"""A small, safe YAML reader that remembers where each field stands.

What YAML allows and plans and policies do not need is refused: anchors and aliases (a few lines can name gigabytes),
tags, duplicate keys (the last would win in silence), several documents, nesting deeper than 16.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from wuming.core.errors import PlanError

FieldPath = tuple[str | int, ...]

_DEEPEST = 16
_YAML_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, order=True)
class Position:
    """A place in a file; both count from 1."""

    line: int
    column: int


class YamlProblem(Exception):
    """The text is no YAML, or uses what is refused."""

    def __init__(self, what: str, position: Position, *, help: str) -> None:
        super().__init__(what)
        self.what = what
        self.position = position
        self.help = help


class _Loader(yaml.SafeLoader):
    """SafeLoader with the plain words of YAML 1.2: `1e-5` is a number, `yes`, `1:30` and dates are text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, Any]]] = {  # noqa: RUF012  (the base class declares it so)
        first: [(tag, pattern) for tag, pattern in resolvers if tag.removeprefix(_YAML_TAG) in ("null", "merge")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_FLOAT = r"^[-+]?(?:\d[\d_]*\.[\d_]*(?:e[-+]?\d+)?|\.\d[\d_]*(?:e[-+]?\d+)?|\d+e[-+]?\d+|\.inf)$|^\.nan$"
_Loader.add_implicit_resolver(_YAML_TAG + "bool", re.compile(r"^(?:true|false|True|False)$"), list("tfTF"))
_Loader.add_implicit_resolver(_YAML_TAG + "int", re.compile(r"^[-+]?(?:0|[1-9][0-9_]*)$"), list("-+0123456789"))
_Loader.add_implicit_resolver(_YAML_TAG + "float", re.compile(_FLOAT, re.IGNORECASE), list("-+0123456789."))


def parse(text: str) -> tuple[Any, dict[FieldPath, Position]]:
    """Read one YAML document.

    Returns:
        The value (mappings, lists, text, numbers, true, false, None) and the position of each field.

    Raises:
        YamlProblem: at the first thing that cannot be read.
    """
    try:
        return _parse(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        position = Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
        # The parser's own words may quote the file; only its fixed phrases are passed on.
        raise YamlProblem(
            "this is not valid YAML", position, help="Check indentation, quotes and the space after each colon."
        ) from None
    except (yaml.YAMLError, ValueError, OverflowError):
        raise YamlProblem(
            "this is not valid YAML",
            Position(1, 1),
            help="Check for control characters and numbers that are too large.",
        ) from None


def parse_file(text: str, *, name: str) -> tuple[Any, dict[FieldPath, Position]]:
    """Read the text of a file that people write, as `parse` does; `name` stands for the file in errors.

    Raises:
        PlanError: names the place of the first thing that cannot be read.
    """
    try:
        return parse(text)
    except YamlProblem as error:
        raise PlanError(
            f"{name}:{error.position.line}:{error.position.column}: {error.what}", help=error.help
        ) from None


def listed_problems(
    problems: Iterable[tuple[FieldPath, str]], positions: Mapping[FieldPath, Position], *, name: str, kind: str
) -> str:
    """Return all problems of a file as one text, a line each, in the order of the file.

    Args:
        problems: field, and what is wrong with it.
        positions: as `parse` returns them; a field that is not there stands where what holds it stands.
        name: of the file.
        kind: what the file is, such as `plan`.
    """
    placed = sorted(((position_of(path, positions), path, what) for path, what in problems), key=lambda one: one[0])
    lines = [
        f"{name}:{where.line}:{where.column}: {'.'.join(map(str, path)) or kind} {what}" for where, path, what in placed
    ]
    count = f"{len(lines)} problems in the {kind}" if len(lines) > 1 else f"the {kind} does not fit"
    return f"{count}\n  " + "\n  ".join(lines)


def position_of(path: FieldPath, positions: Mapping[FieldPath, Position]) -> Position:
    """Return where a field stands, or else the nearest thing that holds it."""
    for length in range(len(path), -1, -1):
        if path[:length] in positions:
            return positions[path[:length]]
    return Position(1, 1)


def _parse(text: str) -> tuple[Any, dict[FieldPath, Position]]:
    loader = _Loader(text)
    try:
        # Events come before any node is built: neither depth nor aliases can cost more than the text is long.
        _check_events(text)
        node = loader.get_single_node()
        positions: dict[FieldPath, Position] = {(): Position(1, 1)}
        value = None if node is None else _construct(loader, node, (), positions)
    finally:
        loader.dispose()
    return value, positions


def _check_events(text: str) -> None:
    depth = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        where = _position(event)
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise YamlProblem("anchors and aliases are not used here", where, help="Write the value out.")
        if getattr(event, "tag", None):
            raise YamlProblem("tags are not used here", where, help="Remove the word that starts with `!`.")
        if depth > _DEEPEST:
            raise YamlProblem(
                f"nested deeper than {_DEEPEST}", where, help="Four levels are enough for every file that Wuming reads."
            )
        if documents > 1:
            raise YamlProblem("a second document starts here", where, help="One file holds one document; remove `---`.")


def _construct(loader: _Loader, node: yaml.Node, path: FieldPath, positions: dict[FieldPath, Position]) -> Any:
    positions.setdefault(path, _position(node))
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            where = _position(key_node)
            key = key_node.value
            if not isinstance(key_node, yaml.ScalarNode) or not isinstance(key, str):
                raise YamlProblem("a key must be a word", where, help="Write `name: value`.")
            if key in result:
                first = positions[(*path, key)].line
                raise YamlProblem(
                    f"the key {'.'.join(map(str, (*path, key)))} is already on line {first}",
                    where,
                    help="Keep one of the two.",
                )
            positions[(*path, key)] = where
            result[key] = _construct(loader, value_node, (*path, key), positions)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_construct(loader, item, (*path, index), positions) for index, item in enumerate(node.value)]
    construct: Callable[[yaml.Node], Any] = loader.construct_object
    return construct(node)


def _position(thing: Any) -> Position:
    mark = thing.start_mark
    return Position(mark.line + 1, mark.column + 1)
