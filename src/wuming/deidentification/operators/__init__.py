"""What takes the place of a value: one file an operator."""

from __future__ import annotations

from typing import Protocol

from wuming.core.errors import PlanError
from wuming.deidentification.operators.hash import keyed_hash
from wuming.deidentification.operators.mask import mask
from wuming.deidentification.operators.redact import redact
from wuming.deidentification.operators.stream import Stream
from wuming.deidentification.operators.surrogate import surrogate


class Operator(Protocol):
    """Makes the replacement of one value."""

    def __call__(self, value: str, kind: str, language: str, stream: Stream) -> str:
        """Return the replacement; deterministic in its arguments, and blind to every other value."""
        ...


OPERATORS: dict[str, Operator] = {"surrogate": surrogate, "redact": redact, "mask": mask, "hash": keyed_hash}
REVERSIBLE = frozenset({"surrogate", "hash"})


def operator(name: str) -> Operator:
    """Return an operator by name.

    Raises:
        PlanError: for an unknown one.
    """
    if name not in OPERATORS:
        raise PlanError(f"operator={name} is unknown", help=f"Use one of {', '.join(OPERATORS)}.")
    return OPERATORS[name]


__all__ = ["OPERATORS", "REVERSIBLE", "Operator", "Stream", "operator"]
