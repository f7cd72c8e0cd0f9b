"""Which noisy numbers a question needs, how ε is divided among them, and the event that they make together.

**Tallies.** A tally is a vector of whole numbers for each group. One row adds numbers to it whose sizes never add up to
more than one row's worth, so a subject with at most R rows changes all groups together by at most R rows' worth
in L1 norm, and in L2 norm too. Means and variances use the Bernstein polynomials of the value v, moved to [0, 1]:
1 − v and v, or (1 − v)², 2v(1 − v) and v². They add up to 1, so the sums give rows, sum and sum of squares at once,
under the sensitivity of one count; a sum and a count with half of ε each would have √2 times the error or more. A row
whose value is missing adds to a coordinate of its own, so the number of all rows comes with it, too.

**Picks.** A quantile is drawn by permute-and-flip among public candidates.

Every tally and every pick has an equal share of ε; so have the private keys.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from wuming.accounting.events import Composed, DiscreteLaplace, EpsilonDelta, Event, Gaussian
from wuming.accounting.gaussian import gaussian_mean
from wuming.core.errors import PrivacyParameterError, QueryRefused
from wuming.mechanisms.discrete_gaussian import distance_from_rounded_gaussian
from wuming.mechanisms.exact import LARGEST_SENSITIVITY
from wuming.mechanisms.laplace import laplace_scale
from wuming.mechanisms.threshold import KeyRule, key_rule
from wuming.statistics.contract import Contract
from wuming.statistics.query import Aggregate, Query

Noise = Literal["laplace", "gaussian"]
CELLS: Final = 1 << 20
"""Cells of one row's worth, where it is no plain count."""
_CANDIDATES: Final = 1024
_LARGEST_DENOMINATOR: Final = 1000
_LARGEST_QUANTILES: Final = 1 << 16  # groups; each takes 1,025 scores


@dataclass(frozen=True)
class Tally:
    """A vector of whole numbers for each group.

    Attributes:
        kind: `rows`, `moments` (Bernstein sums and the missing), `total` (sum of a column), `values` (different values
            of a column) or `subjects`.
        column: of the table; for `rows` None or a column that must not be missing.
        degree: of the polynomials of `moments`, 1 or 2.
    """

    kind: Literal["rows", "moments", "total", "values", "subjects"]
    column: str | None = None
    degree: int = 0

    @property
    def coordinates(self) -> int:
        """Length of the vector."""
        return self.degree + 2 if self.kind == "moments" else 1

    def cells(self, noise: str) -> int:
        """Cells of one row's worth."""
        return CELLS if noise == "gaussian" or self.kind in ("moments", "total") else 1


@dataclass(frozen=True)
class Pick:
    """A quantile of a column for each group.

    Attributes:
        column: of the table.
        level: as a fraction, so that scores are whole numbers.
    """

    column: str
    level: Fraction

    @property
    def weight(self) -> int:
        """By how much one row changes a score at most."""
        return max(self.level.numerator, self.level.denominator - self.level.numerator)


@dataclass(frozen=True)
class NoisePlan:
    """What will be drawn, with which noise. Made from public values alone.

    Attributes:
        tallies: each with its scale, b of Laplace noise or σ of Gaussian noise, and its sensitivity, both in cells.
        picks: with `pick_epsilon` each.
        rule: by which keys are shown; None where they are public.
        noise: of the tallies.
        max_rows: R, rows of one subject.
        epsilon, delta: of everything together.
        event: of everything together.
    """

    tallies: tuple[tuple[Tally, float, int], ...]
    picks: tuple[Pick, ...]
    pick_epsilon: float
    rule: KeyRule | None
    noise: Noise
    max_rows: int
    epsilon: float
    delta: float
    event: Event

    def scale(self, tally: Tally) -> float:
        """Scale of a tally's noise in rows (subjects, values), or in the column's full range."""
        return next(scale for known, scale, _ in self.tallies if known == tally) / tally.cells(self.noise)

    def rank_error(self, pick: Pick) -> float:
        """Rows by which the rank of a pick is off at most, with 95% probability; more only where rows tie.

        Source: McKenna and Sheldon 2020, Corollary 1.
        """
        gap = 2 * pick.weight * self.max_rows / self.pick_epsilon * math.log((_CANDIDATES + 1) / 0.05)
        return gap / pick.level.denominator


def make_noise_plan(query: Query, contract: Contract, *, epsilon: float, delta: float, noise: Noise) -> NoisePlan:
    """Divide (ε, δ) among what a checked query needs.

    Args:
        query: checked against the contract.
        contract: of the table.
        epsilon: of the whole answer, > 0.
        delta: of the whole answer, in [0, 1); private keys take half of it where noise is Gaussian, and else all.
        noise: `laplace` or `gaussian`.

    Raises:
        PrivacyParameterError: for an ε or δ out of range, also one that is missing where it is needed.
    """
    _check(epsilon, delta, noise)
    private = any(key not in contract.keys for key in query.keys)
    if (private or noise == "gaussian") and not delta:
        what = "keys that are found privately" if private else "Gaussian noise"
        raise PrivacyParameterError(
            f"{what} cannot be had with delta=0",
            help="Give the keys with --keys COLUMN=@FILE, or a --delta such as 1e-6.",
        )
    tallies, picks = _tallies(query, contract, private), _picks(query)
    if any(pick.weight * contract.max_rows > LARGEST_SENSITIVITY for pick in picks):
        raise PrivacyParameterError("max_rows is too large for a quantile", help="Lower it, or use a level like 0.5.")
    if picks and not private and math.prod(len(contract.keys[key]) for key in query.keys) > _LARGEST_QUANTILES:
        raise QueryRefused("there are too many groups for a quantile of each", help="Group by fewer columns.")
    share = epsilon / (len(tallies) + len(picks) + private)
    rule = None
    if private:
        groups = min(contract.max_groups, contract.max_rows)
        rule = key_rule(max_groups=groups, epsilon=share, delta=delta / 2 if noise == "gaussian" and tallies else delta)
    spent: list[Event] = [rule.event] if rule else []
    spent += [EpsilonDelta(share)] * len(picks)
    sensitivities = [_sensitivity(tally, contract, noise) for tally in tallies]
    if noise == "gaussian" and tallies:
        left = delta - (rule.delta if rule else 0.0)
        multiplier = _multiplier(len(tallies), contract.max_rows, share * len(tallies), left)
        scales = [multiplier * sensitivity for sensitivity in sensitivities]
        spent += [Gaussian(multiplier)] * len(tallies)
    else:
        scales = [laplace_scale(share, sensitivity) for sensitivity in sensitivities]
        spent += [DiscreteLaplace(scale, size) for scale, size in zip(scales, sensitivities, strict=True)]
    used = delta if noise == "gaussian" and tallies else (rule.delta if rule else 0.0)
    return NoisePlan(
        tallies=tuple(zip(tallies, scales, sensitivities, strict=True)),
        picks=tuple(picks),
        pick_epsilon=share,
        rule=rule,
        noise=noise,
        max_rows=contract.max_rows,
        epsilon=epsilon,
        delta=used,
        event=spent[0] if len(spent) == 1 else Composed(tuple(spent)),
    )


def candidates(low: float, high: float) -> list[float]:
    """Return the public candidates of a quantile: 1,025 points from `low` to `high`, evenly apart."""
    return [low + (high - low) * place / _CANDIDATES for place in range(_CANDIDATES + 1)]


def tally_of(aggregate: Aggregate, plan: NoisePlan, contract: Contract) -> Tally | None:
    """Return the tally that a figure is read from; None for the noisy numbers of the private keys."""
    known = [tally for tally, *_ in plan.tallies]
    moments = [tally for tally in known if tally.kind == "moments"]
    own = next((tally for tally in moments if tally.column == aggregate.column), None)
    if aggregate.figure == "distinct":
        kind = "subjects" if aggregate.column == contract.subject else "values"
        return next((t for t in known if t.kind == kind and t.column in (None, aggregate.column)), None)
    if aggregate.figure == "count" and aggregate.column is None and moments:
        return moments[0]
    if own is not None:
        return own
    kind = "total" if aggregate.figure == "sum" else "rows"
    return next(t for t in known if t.kind == kind and t.column == aggregate.column)


def _tallies(query: Query, contract: Contract, private: bool) -> list[Tally]:
    degrees: dict[str, int] = {}
    counted = {a.column for a in query.aggregates if a.figure == "count"}
    for aggregate in query.aggregates:
        column = aggregate.column
        if column is None:
            continue
        if aggregate.figure in ("variance", "deviation"):
            degrees[column] = 2
        elif aggregate.figure == "mean" or (aggregate.figure == "sum" and column in counted):
            degrees[column] = max(1, degrees.get(column, 1))
    found = [Tally("moments", column, degree) for column, degree in degrees.items()]
    for aggregate in query.aggregates:
        column = aggregate.column
        if aggregate.figure == "count" and column not in degrees and not (column is None and degrees):
            found.append(Tally("rows", column))
        elif aggregate.figure == "sum" and column not in degrees:
            found.append(Tally("total", column))
        elif aggregate.figure == "distinct" and column != contract.subject:
            found.append(Tally("values", column))
        elif aggregate.figure == "distinct" and not private:
            found.append(Tally("subjects"))
    return list(dict.fromkeys(found))


def _picks(query: Query) -> list[Pick]:
    found = []
    for aggregate in query.aggregates:
        if aggregate.figure == "quantile":
            assert aggregate.column is not None
            assert aggregate.level is not None
            found.append(Pick(aggregate.column, level_of(aggregate.level)))
    return list(dict.fromkeys(found))


def level_of(level: float) -> Fraction:
    """Return a quantile's level as a fraction of small numbers."""
    return Fraction(level).limit_denominator(_LARGEST_DENOMINATOR)


def _sensitivity(tally: Tally, contract: Contract, noise: str) -> int:
    """L1 bound of one subject's rows over all groups, in cells; it bounds the L2 norm, too."""
    times = min(contract.max_groups, contract.max_rows) if tally.kind == "subjects" else contract.max_rows
    return times * tally.cells(noise)


def _multiplier(tallies: int, max_rows: int, epsilon: float, delta: float) -> float:
    """Return the noise multiplier of each of so many Gaussian tallies that together are (ε, δ)-DP.

    They are one Gaussian mechanism; what the rounding to cells costs is taken off δ.
    """
    least = math.sqrt(tallies) / gaussian_mean(epsilon, delta)
    if least < 1 / 64:
        raise PrivacyParameterError(f"epsilon={epsilon:g} leaves hardly any noise", help="Use a smaller epsilon.")
    changed = 4 * max_rows * tallies  # coordinates that one subject can change
    distance = distance_from_rounded_gaussian(changed, int(least * CELLS))
    rounding = (1 + math.exp(min(epsilon, 700.0))) * distance
    if delta <= 2 * rounding:
        raise PrivacyParameterError(
            f"delta={delta:g} is too small for noise on a grid", help="Use a larger delta, or Laplace noise."
        )
    return math.nextafter(math.sqrt(tallies) / gaussian_mean(epsilon, delta - rounding) * (1 + 1e-12), math.inf)


def _check(epsilon: float, delta: float, noise: str) -> None:
    if isinstance(epsilon, bool) or not isinstance(epsilon, int | float) or not 1e-6 <= epsilon <= 1000:
        raise PrivacyParameterError(f"epsilon={epsilon!r} is no number from 1e-6 to 1000", help="Use 1, for example.")
    if isinstance(delta, bool) or not isinstance(delta, int | float) or not 0 <= delta < 1:
        raise PrivacyParameterError(f"delta={delta!r} is not in [0, 1)", help="Use 1e-6, for example, or 0.")
    if noise not in ("laplace", "gaussian"):
        raise QueryRefused(f"unknown noise {noise!r}", help="Use laplace or gaussian.")
