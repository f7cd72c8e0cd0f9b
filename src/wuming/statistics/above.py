"""The first of many counts that lies above a line, for the price of one answer (the sparse vector technique).

Sensitivity. One subject's rows are at most `max_rows` in each count, in COUNT(DISTINCT subject) at most one; a subject
that comes makes no count smaller, so the answers are monotonic (`wuming.mechanisms.sparse_vector`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from wuming.core.errors import QueryRefused
from wuming.statistics.answer import Cost
from wuming.statistics.contract import Contract
from wuming.statistics.query import Query

MOST_QUESTIONS: Final = 1 << 12


@dataclass(frozen=True)
class FirstAbove:
    """Which count was the first above the line. All of it may be shown.

    Attributes:
        place: of the question, from 0; None: none was.
        cost: of the whole, however many questions were asked.
    """

    place: int | None
    cost: Cost

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {"place": self.place, "cost": self.cost.as_json()}


def check_counts(questions: Sequence[Query]) -> None:
    """Refuse what is no plain count.

    Raises:
        QueryRefused: names what is wrong.
    """
    for query in questions:
        if len(query.aggregates) != 1 or query.aggregates[0].figure not in ("count", "distinct"):
            raise QueryRefused(
                "a question is not one count", help="Ask SELECT COUNT(*) FROM t WHERE …; other figures have no line."
            )
        if query.keys or query.having is not None or query.order or query.limit is not None:
            raise QueryRefused(
                "a count that is held against a line has groups, or looks at its answer",
                help="Ask for each group with WHERE; its number is never shown.",
            )


def sensitivity_of(questions: Sequence[Query], contract: Contract) -> int:
    """Return by how much one subject changes one of the checked counts at most."""
    people = all(
        query.aggregates[0].figure == "distinct" and query.aggregates[0].column == contract.subject
        for query in questions
    )
    return 1 if people else contract.max_rows
