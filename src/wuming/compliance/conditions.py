"""The small language in which a control says what evidence must hold: data, never code.

    {claim: PATH, OPERATOR: OPERAND}        one comparison
    {all: [...]}, {any: [...]}, {not: ...}  combinations

    PATH      `source.licence`, `interval.0`, `dropped.*.records` (every key), `@subject`, `@inputs` (the evidence's own
              fields); `train:epsilon` reads evidence of another kind.
    OPERAND   a literal; `{claim: PATH}`; `{policy: NAME}`; `{sum: [OPERAND, …]}`, `{product: […]}`, `{ratio: [a, b]}`.
    OPERATOR  see `OPERATORS`.

Absence never helps: a comparison with something that is missing, null, of the wrong type or not finite does not hold,
and neither does its negation. Only `exists: false` asks for absence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wuming.core.errors import PlanError
from wuming.core.evidence import Evidence

PATTERNS = {
    "text": re.compile(r"\S"),
    "digest": re.compile(r"\Asha256:[0-9a-f]{64}\Z"),
    "date": re.compile(r"\A\d{4}-\d{2}-\d{2}"),
    "hash": re.compile(r"\A(sha256:)?[0-9a-f]{64}\Z"),
}


class _Missing(Exception):
    """A path leads nowhere."""


@dataclass(frozen=True)
class Context:
    """What a condition may read: the evidence at hand, all other evidence, and the policy."""

    evidence: Evidence
    others: Sequence[Evidence]
    policy: Mapping[str, Any]

    def read(self, path: str) -> Any:
        """Return the value at `path`; a path with `*` gives the list of all values that match.

        Raises:
            _Missing: nothing is there, or several pieces of evidence of another kind disagree.
        """
        kind, colon, rest = path.partition(":")
        if not colon:
            return _descend(_root(self.evidence), path)
        values = [_descend(_root(item), rest) for item in self.others if item.kind == kind]
        if not values or any(value != values[0] for value in values[1:]):
            raise _Missing(path)
        return values[0]


@dataclass(frozen=True)
class Unmet:
    """One comparison that did not hold: the path, the operator, what was found and what was asked (None: missing)."""

    path: str
    operator: str
    found: Any
    asked: Any


def _root(evidence: Evidence) -> dict[str, Any]:
    return {**evidence.claims, "@subject": evidence.subject, "@inputs": list(evidence.inputs)}


def _descend(value: Any, path: str) -> Any:
    parts = path.split(".")
    for position, part in enumerate(parts):
        if part == "*":
            if not isinstance(value, Mapping) or not value:
                raise _Missing(path)
            rest = ".".join(parts[position + 1 :])
            return [_descend(child, rest) if rest else child for child in value.values()]
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list | tuple) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            raise _Missing(path)
    if value is None:
        raise _Missing(path)
    return value


def lookup(context: Context, path: str) -> Any:
    """Return the value at `path`, or None when it is missing."""
    try:
        return context.read(path)
    except _Missing:
        return None


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _Missing
    return float(value)


def _numbers(value: Any) -> list[float]:
    if not isinstance(value, list):
        return [_number(value)]
    if not value:
        raise _Missing  # "all of nothing" would hold, and absence never helps
    return [_number(item) for item in value]


def _ends(value: Any) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise _Missing
    return _number(value[0]), _number(value[1])


def _same(found: Any, asked: Any) -> bool:
    """Equality in which `true` is not 1, and numbers may differ by rounding of the last digits only."""
    if isinstance(found, bool) or isinstance(asked, bool):
        return found is asked
    if isinstance(found, int | float) and isinstance(asked, int | float):
        return math.isclose(_number(found), _number(asked), rel_tol=1e-12, abs_tol=0.0)
    return type(found) is type(asked) and bool(found == asked)


def _subset(found: Any, asked: Any) -> bool:
    if not isinstance(found, list) or not isinstance(asked, list):
        raise _Missing
    return all(item in asked for item in found)


def _matches(found: Any, asked: Any) -> bool:
    return isinstance(found, str) and PATTERNS[asked].search(found) is not None


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": _same,
    "not_equals": lambda found, asked: not _same(found, asked),
    "one_of": lambda found, asked: any(_same(found, item) for item in asked),
    "at_most": lambda found, asked: all(item <= _number(asked) for item in _numbers(found)),
    "at_least": lambda found, asked: all(item >= _number(asked) for item in _numbers(found)),
    "above": lambda found, asked: all(item > _number(asked) for item in _numbers(found)),
    "below": lambda found, asked: all(item < _number(asked) for item in _numbers(found)),
    "between": lambda found, asked: _ends(asked)[0] <= _number(found) <= _ends(asked)[1],
    "subset_of": _subset,
    "matches": _matches,
    "mentions": lambda found, asked: isinstance(found, str) and asked in found,
}


def _operand(operand: Any, context: Context) -> Any:
    if isinstance(operand, Mapping):
        [(name, inner)] = operand.items()
        if name == "claim":
            return context.read(inner)
        if name == "policy":
            if context.policy.get(inner) is None:
                raise _Missing(inner)
            return context.policy[inner]
        values = [number for item in inner for number in _numbers(_operand(item, context))]
        if name == "sum":
            return math.fsum(values)
        if name == "product":
            return math.prod(values)
        if values[1] == 0:
            raise _Missing
        return values[0] / values[1]
    return operand


def unmet(condition: Mapping[str, Any], context: Context) -> tuple[Unmet, ...]:
    """Return the comparisons of `condition` that do not hold; empty means that it holds."""
    if "all" in condition:
        return tuple(problem for item in condition["all"] for problem in unmet(item, context))
    if "any" in condition:
        branches = [unmet(item, context) for item in condition["any"]]
        return () if any(not branch for branch in branches) else branches[0]
    if "not" in condition:
        inner = unmet(condition["not"], context)
        path = str(condition["not"].get("claim", "not"))
        absent = any(problem.found is None or problem.asked is None for problem in inner)
        return () if inner and not absent else (Unmet(path, "not", lookup(context, path), None),)
    path = condition["claim"]
    [(operator, operand)] = [(name, value) for name, value in condition.items() if name != "claim"]
    found = lookup(context, path)
    if operator == "exists":
        return () if (found is not None) is operand else (Unmet(path, operator, found, operand),)
    try:
        asked = _operand(operand, context)
    except _Missing:
        return (Unmet(path, operator, found, None),)
    try:
        holds = found is not None and OPERATORS[operator](found, asked)
    except (_Missing, TypeError):
        holds = False
    return () if holds else (Unmet(path, operator, found, asked),)


def check_condition(condition: Any, *, where: str) -> None:
    """Refuse a condition that this language does not know.

    Raises:
        PlanError: names the control and the part.
    """

    def refuse(what: str) -> PlanError:
        return PlanError(f"control {where}: {what}", help=f"Operators: {', '.join(sorted(OPERATORS))}, exists.")

    if not isinstance(condition, Mapping) or not condition:
        raise refuse(f"a condition is a mapping, not {type(condition).__name__}")
    for name in ("all", "any"):
        if name in condition:
            if len(condition) != 1 or not isinstance(condition[name], list) or not condition[name]:
                raise refuse(f"'{name}' takes one list that is not empty")
            for item in condition[name]:
                check_condition(item, where=where)
            return
    if "not" in condition:
        if len(condition) != 1:
            raise refuse("'not' stands alone")
        check_condition(condition["not"], where=where)
        return
    names = [name for name in condition if name != "claim"]
    if not isinstance(condition.get("claim"), str) or len(names) != 1:
        raise refuse("a comparison is {claim: PATH, OPERATOR: OPERAND}")
    [operator] = names
    operand = condition[operator]
    if operator == "exists":
        if not isinstance(operand, bool):
            raise refuse("'exists' takes true or false")
    elif operator not in OPERATORS:
        raise refuse(f"unknown operator '{operator}'")
    elif operator == "matches" and operand not in PATTERNS:
        raise refuse(f"unknown pattern '{operand}'; known: {', '.join(PATTERNS)}")
    _check_operand(operand, refuse)


def _check_operand(operand: Any, refuse: Callable[[str], PlanError]) -> None:
    if not isinstance(operand, Mapping):
        return
    if len(operand) != 1:
        raise refuse("an operand has one key")
    [(name, inner)] = operand.items()
    if name in ("claim", "policy"):
        if not isinstance(inner, str):
            raise refuse(f"'{name}' takes a name")
        return
    if name not in ("sum", "product", "ratio") or not isinstance(inner, list) or (name == "ratio" and len(inner) != 2):
        raise refuse(f"unknown operand '{name}'; known: claim, policy, sum, product, ratio (of two)")
    for item in inner:
        _check_operand(item, refuse)
