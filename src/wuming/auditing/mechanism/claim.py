"""What is claimed of a mechanism, and which data it takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

from wuming.core.errors import PrivacyParameterError

Data = Literal["numbers", "rows", "labels", "answer", "vector", "counts"]
Relation = Literal["add-remove", "replace-one"]
Norm = Literal["l1", "l2", "linf"]
Pairs = Callable[[], Iterable[tuple[str, Any, Any]]]
_Function = TypeVar("_Function", bound=Callable[..., Any])
_LARGEST_DIMENSION = 4096


@dataclass(frozen=True)
class Claim:
    """The claim that is tested: the function is (ε, δ)-DP for neighbouring data of this kind.

    Attributes:
        epsilon: ε > 0.
        delta: δ in [0, 1).
        relation: what one step of "neighbouring" is, for data that are lists of records.
        data: what the function takes as its first argument:
            `numbers`  list of floats, one a record, meant to lie in [lower, upper];
            `rows`     array [n, dimension] of floats, one row a record, meant to have norm ≤ `bound`;
            `labels`   list of strings, one a record;
            `answer`   one float, the true answer of a query that one record changes by at most `sensitivity`;
            `vector`   array [dimension], the true answers, changed by at most `sensitivity` in norm `norm`;
            `counts`   array [dimension] of whole numbers ≥ 0, a histogram: one record is one count in one cell.
        lower, upper: meant range of numbers, and of an answer where it has one.
        bound: meant norm of a row.
        whole: numbers, or the answer, are whole numbers, as counts are; the mechanism need not bear others.
        sensitivity: of an answer or a vector.
        norm: of rows and vectors.
        dimension: of rows, vectors and counts.
        categories: the public labels; empty where the labels are not known beforehand.
        noise: distribution that the mechanism says its noise has, such as `laplace:1.0`; empty where it says none.
        hostile: records outside the meant range (also NaN and infinities) are tested too. Right unless something before
            the mechanism keeps them out.
        pairs: gives (name, data, neighbouring data) to be tested beside the generated ones; None for none.
        generated: neighbouring data are generated.
    """

    epsilon: float
    delta: float = 0.0
    relation: Relation = "add-remove"
    data: Data = "numbers"
    lower: float = 0.0
    upper: float = 1.0
    bound: float = 1.0
    whole: bool = False
    sensitivity: float = 1.0
    norm: Norm = "l2"
    dimension: int = 4
    categories: tuple[str, ...] = ()
    noise: str = ""
    hostile: bool = True
    pairs: Pairs | None = None
    generated: bool = True

    def __post_init__(self) -> None:
        for name, positive in (("epsilon", self.epsilon), ("bound", self.bound), ("sensitivity", self.sensitivity)):
            if isinstance(positive, bool) or not math.isfinite(positive) or positive <= 0:
                raise PrivacyParameterError(
                    f"{name}={positive!r} is no finite number above 0",
                    help="Give one above 0; epsilon=1e-9 says that outputs do not depend on the data.",
                )
        if not 0 <= self.delta < 1:
            raise PrivacyParameterError(f"delta={self.delta!r} is not in [0, 1)", help="Give 0 for pure privacy.")
        if not (math.isfinite(self.lower) and math.isfinite(self.upper) and self.lower < self.upper):
            raise PrivacyParameterError(
                f"lower={self.lower}, upper={self.upper} are no range", help="Give finite numbers, lower < upper."
            )
        for name, value, known in (
            ("relation", self.relation, Relation),
            ("data", self.data, Data),
            ("norm", self.norm, Norm),
        ):
            if value not in get_args(known):
                raise PrivacyParameterError(
                    f"{name}={value!r} is not known", help=f"Known: {', '.join(get_args(known))}."
                )
        if self.whole and any(value != int(value) for value in (self.lower, self.upper, self.sensitivity)):
            raise PrivacyParameterError(
                f"lower={self.lower}, upper={self.upper}, sensitivity={self.sensitivity} are not whole",
                help="Give whole numbers where data are whole numbers.",
            )
        if isinstance(self.dimension, bool) or not 1 <= self.dimension <= _LARGEST_DIMENSION:
            raise PrivacyParameterError(
                f"dimension={self.dimension!r} is not in [1, {_LARGEST_DIMENSION}]", help="Test a smaller instance."
            )
        if not self.generated and self.pairs is None:
            raise PrivacyParameterError("there are no neighbouring data to test", help="Give pairs, or generate them.")

    def words(self) -> str:
        """Return the claim in one line: never an ε without δ, unit and relation."""
        if self.data in ("numbers", "rows", "labels"):
            step = {"add-remove": "adding or removing one", "replace-one": "replacing one"}[self.relation]
            unit = f"unit: one record, {step}"
        elif self.data == "counts":
            moved = {"add-remove": "one count more or less", "replace-one": "one count moved to another cell"}
            unit = f"unit: one record, {moved[self.relation]}"
        else:
            norm = f" in norm {self.norm}" if self.data == "vector" else ""
            unit = f"unit: what changes the true answer by at most {self.sensitivity:g}{norm}"
        return f"ε={self.epsilon:g}, δ={self.delta:g}; {unit}; no sampling"


def declare(epsilon: float, **claim: Any) -> Callable[[_Function], _Function]:
    """Write a claim on a function, where `wuming audit mechanism` finds it.

    Args:
        epsilon: see `Claim`, also for the other names.

    Raises:
        PrivacyParameterError: for a value out of range.
    """
    value = Claim(epsilon, **claim)

    def mark(function: _Function) -> _Function:
        function.claim = value  # type: ignore[attr-defined]
        return function

    return mark
