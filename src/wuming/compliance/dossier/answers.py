"""Answers drawn from an account, as people read them: a section of the dossier, and a page of the account's own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from wuming.core.evidence import Evidence

LISTED: Final = 1000
"""A dossier holds so many answers at most, the last ones; the account's page and `wuming budget show` hold all."""


@dataclass(frozen=True)
class Answers:
    """Answers on record.

    Attributes:
        lines: one an answer: `at`, `digest`, and its claims.
        total: their ε and δ added up, the upper end of what they cost together without the account's filter.
        accounts: state of each account after the last of them: `id`, `cap_epsilon`, `spent_epsilon`, `delta`.
    """

    lines: tuple[Mapping[str, Any], ...]
    total: tuple[float, float]
    accounts: tuple[Mapping[str, Any], ...]


def answers_in(evidence: Sequence[Evidence]) -> Answers | None:
    """Return the answers among pieces of evidence; None where there are none."""
    lines = [{"at": item.at, "digest": item.subject, **item.claims} for item in evidence if item.kind == "query"]
    if not lines:
        return None
    costs = [line["cost"] for line in lines]
    total = (math.fsum(cost["epsilon"] for cost in costs), math.fsum(cost["delta"] for cost in costs))
    last = {line["account"]["id"]: line["account"] for line in lines}
    return Answers(tuple(lines), total, tuple(last.values()))
