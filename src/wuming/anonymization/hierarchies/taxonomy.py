"""Categories as the leaves of a tree: from nested mappings, as YAML gives them, or from pairs of child and parent.

The tree is public: all its leaves are values, whether they occur or not. A leaf that hangs higher than others is padded
at the bottom: it keeps its own name until the level where its parent's turn comes. Levels therefore count from the
root, and what is named at one level is always a node of the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from wuming.anonymization.domains import ANY
from wuming.anonymization.hierarchies.assembly import assemble, refuse
from wuming.anonymization.hierarchies.hierarchy import Hierarchy

DEEPEST = 32

_NamedPath = tuple[str, ...]  # from the root's child to the leaf
_HELP = "Name every node once, with text that is neither empty nor *."


def tree_from_mapping(column: str, tree: Mapping[str, Any], *, missing: bool = False) -> Hierarchy:
    """Group the leaves of a nested mapping.

    Args:
        column: name of the column.
        tree: name → mapping, list of names (or of mappings) or None for a leaf. A single outermost name, and `*`
            there, stands for the root and is published as `*`.
        missing: the column has missing cells.

    Returns:
        As many levels as the tree is deep, root and leaves included. A node covers its leaves over all leaves.

    Raises:
        TableError: no leaf, a group without member, a name that is no text, is empty or stands twice, or more than 32
            levels.
    """
    return _build(column, list(_walk(column, tree, ())), missing=missing)


def tree_from_parents(
    column: str, parents: Mapping[str, str] | Iterable[tuple[str, str]], *, missing: bool = False
) -> Hierarchy:
    """Group the leaves of a tree that is given as child → parent.

    Args:
        column: name of the column.
        parents: the parent of each node below the root, as a mapping or as pairs (child, parent). Whatever is nobody's
            child is a root; a single root, and `*`, is published as `*`.
        missing: the column has missing cells.

    Raises:
        TableError: as for `tree_from_mapping`; a child with two parents, or a circle.
    """
    pairs = list(parents.items() if isinstance(parents, Mapping) else parents)
    above = dict(pairs)
    if len(above) < len(pairs):
        raise refuse(column, "the tree names a child twice", help="Give every child one parent.")
    inner = set(above.values())
    paths, reached = [], set()
    for leaf in (child for child in above if child not in inner):
        path = [leaf]
        while path[-1] in above and len(path) <= DEEPEST + 1:
            path.append(above[path[-1]])
        reached.update(path)
        paths.append(tuple(reversed(path)))
    # In a tree every node lies above some leaf; a circle does not, or its names come again.
    circle = any(len(set(path)) < len(path) for path in paths)
    if not circle and any(len(path) > DEEPEST + 1 for path in paths):
        raise refuse(column, f"the tree has more than {DEEPEST} levels", help="Leave levels out.")
    if circle or len(reached) < len(inner | set(above)):
        raise refuse(column, "the tree has a circle", help="No node may be above itself.")
    return _build(column, paths, missing=missing)


def _walk(column: str, node: Any, above: _NamedPath) -> Iterator[_NamedPath]:
    """Yield the path of every leaf below a node."""
    if len(above) > DEEPEST:
        raise refuse(column, f"the tree has more than {DEEPEST} levels", help="Leave levels out.")
    if isinstance(node, str):
        yield (*above, node)
    elif isinstance(node, Mapping) and node:
        for name, below in node.items():
            if not isinstance(name, str):
                raise refuse(column, "the tree has a name that is no text", help="Put numbers in quotes.")
            if below is None:
                yield (*above, name)
            else:
                yield from _walk(column, below, (*above, name))
    elif isinstance(node, Sequence) and node:
        for below in node:
            yield from _walk(column, below, above)
    else:
        raise refuse(column, "the tree has a group without member, or one of a wrong type", help=_HELP)


def _build(column: str, paths: Sequence[_NamedPath], *, missing: bool) -> Hierarchy:
    """Line up paths from the root."""
    below = [path[1:] if len(path) > 1 and path[0] == ANY else path for path in paths]
    while below and min(map(len, below)) > 1 and len({path[0] for path in below}) == 1:
        below = [path[1:] for path in below]
    _check_names(column, below)
    depth = max(map(len, below))
    if depth > DEEPEST:
        raise refuse(column, f"the tree has more than {DEEPEST} levels", help="Leave levels out.")
    levels = [[path[min(at, len(path)) - 1] for path in below] for at in range(depth - 1, 0, -1)]
    return assemble(column, [path[-1] for path in below], levels, missing=missing)


def _check_names(column: str, paths: Sequence[_NamedPath]) -> None:
    """Refuse a name that two nodes share: their leaves would be joined in silence."""
    if not paths:
        raise refuse(column, "the tree has no leaf", help=_HELP)
    nodes = {path[: depth + 1] for path in paths for depth in range(len(path))}
    names = {node[-1] for node in nodes}
    twice = len(names) < len(nodes) or len(set(paths)) < len(paths)
    if twice or any(name in ("", ANY) for name in names):
        raise refuse(column, "the tree names two nodes the same, or one with nothing or *", help=_HELP)
