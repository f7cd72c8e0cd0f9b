"""The main check: is some event more probable on one data set than the claim allows, given its neighbour?

Rounds of growing size. In each, events are chosen on the runs made so far and tested on fresh ones; the pairs that look
least suspicious are left out of the next. The level is shared among the rounds beforehand, and within a round among its
tests, so the whole errs with probability at most the level, whatever was chosen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wuming.auditing.mechanism.claim import Claim
from wuming.auditing.mechanism.events import Candidate, candidates
from wuming.auditing.mechanism.exact import lower_bound, p_value
from wuming.auditing.mechanism.features import lowest_bit
from wuming.auditing.mechanism.neighbours import Pair
from wuming.auditing.mechanism.outcomes import Encoder, Sample
from wuming.auditing.mechanism.report import CheckResult, Verdict
from wuming.auditing.mechanism.target import Target, quiet

Sampler = Callable[[int], tuple[list[Any], list[Any]]]
"""Number of runs → outputs on the left and on the right data, in turn and in random order."""
_KEPT = (14, 6, 2, 1)  # pairs in each round
_SCREEN = 1000
_SHARES = (0.15, 0.15, 0.2, 0.22, 0.28)  # of the calls: screening, then the rounds
_MOST = {"distribution": 4, "floating-point": 2}  # events tested a pair
ALIKE = "all outputs on all data were alike: nothing is given away, or this is not the function that was meant"
ALREADY = "single outputs already break the claim, which would show here too"
NULL = {
    "distribution": "for each pair D, D' and each set S of outputs, P[M(D) in S] ≤ e^ε·P[M(D') in S] + δ",
    "floating-point": "the same, for sets of outputs described by the bits of their floating-point numbers",
}


@dataclass(frozen=True)
class Tested:
    """One event that was tested on fresh runs."""

    pair: str
    candidate: Candidate
    x: int
    n: int
    y: int
    m: int
    p: float
    tests: int

    def result(self, claim: Claim, level: float, null: str, *, check: str = "") -> CheckResult:
        """Return it as the result of a check at `level`."""
        bound = lower_bound(self.x, self.n, self.y, self.m, delta=claim.delta, level=level / self.tests)
        verdict: Verdict = "violated" if self.p * self.tests <= level else "consistent"
        first, second = ("right", "left") if self.candidate.forward else ("left", "right")
        statistic = (
            f"{self.candidate.event.words}: {self.x} of {self.n} runs on the {first}, "
            f"{self.y} of {self.m} on the {second} data"
        )
        adjusted = min(1.0, self.p * self.tests)
        name = check or self.candidate.check
        return CheckResult(name, verdict, null, statistic, self.pair, bound, adjusted, level, self.n)


@dataclass
class _Suspect:
    pair: Pair
    encoder: Encoder
    left: Sample
    right: Sample
    chosen: list[Candidate]

    @property
    def suspicion(self) -> float:
        return max((candidate.strength for candidate in self.chosen), default=-np.inf)


@dataclass(frozen=True)
class Found:
    """What the main check found.

    Attributes:
        results: one a check.
        order: the pairs, the most suspicious first.
        clearest: the pair inside the meant range whose outputs differ most; checks of several calls use it.
        grid: None where all values of all outputs lie on one grid of powers of two; else words.
    """

    results: list[CheckResult]
    order: list[Pair]
    clearest: Pair
    grid: str | None


def tested(pair: str, candidate: Candidate, left: Sample, right: Sample, claim: Claim, tests: int) -> Tested:
    """Count an event on fresh runs and return its p-value."""
    one, other = (right, left) if candidate.forward else (left, right)
    x, y = candidate.event.count(one), candidate.event.count(other)
    p = p_value(x, len(one), y, len(other), epsilon=claim.epsilon, delta=claim.delta)
    return Tested(pair, candidate, x, len(one), y, len(other), p, tests)


def check_distribution(
    target: Target, pairs: Sequence[Pair], *, level: float, calls: int, seconds: float, checks: Sequence[str]
) -> Found:
    """Look for an event that refutes the claim.

    Args:
        target: the mechanism.
        pairs: neighbouring data.
        level: probability, at most, of refuting a claim that holds; shared by `checks`.
        calls: about how many outputs to ask for.
        seconds: of processor time after which no further round begins.
        checks: of `distribution` and `floating-point`.
    """
    begin = time.process_time()
    most = {check: _MOST[check] for check in checks}
    share = level / len(most) / len(_KEPT)
    runs = int(min(_SCREEN, max(40, calls * _SHARES[0] / (2 * len(pairs)))))
    suspects = [_screened(target, pair, runs, most) for pair in pairs]
    made = 2 * runs * len(pairs)
    best: dict[str, Tested] = {}
    order = _by_suspicion(suspects)
    grid = _off_grid(suspects)
    active = order
    for number, kept in enumerate(_KEPT, 1):
        active = _by_suspicion(active)[:kept]
        affordable = _affordable(made, time.process_time() - begin, seconds, number)
        size = int(max(runs, min(200_000, _SHARES[number] * min(calls, affordable) / (2 * len(active)))))
        made += 2 * size * len(active)
        tests = {check: sum(c.check == check for s in active for c in s.chosen) for check in most}
        for suspect in active:
            _test(target, suspect, size, tests, best)
        refuted = [check for check, one in best.items() if one.p * one.tests <= share]
        if "distribution" in refuted or time.process_time() - begin > seconds:
            break
        for check in refuted:
            most.pop(check, None)
        if not most:
            break
        for suspect in active:
            suspect.chosen = _chosen(target, suspect, most)
    words = ALIKE if _all_alike(suspects) else "no event could be formed"
    results = [_summary(check, best.get(check), target.claim, share, words) for check in checks]
    if results[0].check == "distribution" and results[0].verdict == "violated":
        results[1:] = [CheckResult(one.check, "not tested", one.null_hypothesis, ALREADY) for one in results[1:]]
    plain = [suspect for suspect in suspects if not suspect.pair.hostile] or suspects
    clearest = max(plain, key=_effect).pair
    return Found(results, [suspect.pair for suspect in order], clearest, grid)


def _affordable(made: int, spent: float, seconds: float, number: int) -> float:
    """Return for how many calls in all there is time, judged by those made before round `number`.

    Where calls take longer than was thought, all rounds get shorter, so that the last still comes.
    """
    return made * max(0.0, seconds - spent) / max(spent, 1e-9) / sum(_SHARES[number:])


def two_halves(
    pair: str, sampler: Sampler, claim: Claim, *, level: float, runs: int, check: str, null: str
) -> CheckResult:
    """Choose events on one half of the runs and test them on the other, for outputs made by `sampler`."""
    encoder = Encoder()
    left, right = (encoder.encode(outputs) for outputs in sampler(runs // 3))
    chosen = candidates(left, right, encoder, claim.epsilon, claim.delta, {"distribution": 6})
    if not chosen:
        return CheckResult(check, "consistent", null, "all outputs were alike", pair, 0.0, 1.0, level, runs // 3)
    left, right = (encoder.encode(outputs) for outputs in sampler(runs - runs // 3))
    some = [tested(pair, candidate, left, right, claim, len(chosen)) for candidate in chosen]
    return min(some, key=lambda one: one.p).result(claim, level, null, check=check)


def _screened(target: Target, pair: Pair, runs: int, most: dict[str, int]) -> _Suspect:
    encoder = Encoder()
    target.place = pair.name
    left, right = (encoder.encode(outputs) for outputs in target.interleaved(pair.left, pair.right, runs))
    suspect = _Suspect(pair, encoder, left, right, [])
    suspect.chosen = _chosen(target, suspect, most)
    return suspect


def _chosen(target: Target, suspect: _Suspect, most: dict[str, int]) -> list[Candidate]:
    claim = target.claim
    return candidates(suspect.left, suspect.right, suspect.encoder, claim.epsilon, claim.delta, most)


def _by_suspicion(suspects: Sequence[_Suspect]) -> list[_Suspect]:
    return sorted(suspects, key=lambda suspect: -suspect.suspicion)


def _test(target: Target, suspect: _Suspect, size: int, tests: dict[str, int], best: dict[str, Tested]) -> None:
    pair = suspect.pair
    target.place = pair.name
    left, right = (suspect.encoder.encode(outputs) for outputs in target.interleaved(pair.left, pair.right, size))
    for candidate in suspect.chosen:
        one = tested(pair.name, candidate, left, right, target.claim, tests[candidate.check])
        known = best.get(candidate.check)
        if known is None or one.p * one.tests < known.p * known.tests:
            best[candidate.check] = one
    suspect.left, suspect.right = suspect.left.joined(left), suspect.right.joined(right)


def _summary(check: str, best: Tested | None, claim: Claim, level: float, words: str) -> CheckResult:
    if best is None or (words == ALIKE and check == "distribution"):
        words = words if check == "distribution" else "outputs are whole numbers, or none"
        return CheckResult(check, "consistent", NULL[check], words, "", 0.0, 1.0, level)
    return best.result(claim, level, NULL[check])


def _all_alike(suspects: Sequence[_Suspect]) -> bool:
    """Tell whether every output on every data set was the same."""
    seen: set[object] = set()
    for suspect in suspects:
        names = {number: words for words, number in suspect.encoder.categories.items()}
        for sample in (suspect.left, suspect.right):
            seen |= {names[int(category)] for category in np.unique(sample.categories)}
            seen |= {tuple(row) for row in np.unique(np.nan_to_num(sample.values, nan=np.inf), axis=0)[:2].tolist()}
        if len(seen) > 2:
            return False
    return True


def _effect(suspect: _Suspect) -> float:
    """Return how far the middles of the values lie apart, in deviations, or how much the kinds of output differ."""
    left, right = suspect.left, suspect.right
    width = min(left.values.shape[1], right.values.shape[1])
    both = np.vstack([left.values[:, :width], right.values[:, :width]])
    seen = np.flatnonzero(np.isfinite(both).sum(axis=0) > len(both) / 4)
    kinds = np.arange(len(suspect.encoder.categories))
    shares = [(sample.categories[:, None] == kinds).mean(axis=0) for sample in (left, right)]
    apart = float(np.abs(shares[0] - shares[1]).sum() / 2)
    if seen.size == 0:
        return apart
    with quiet():  # a column may have values on one side only
        spread = np.nanmean(np.abs(both[:, seen] - np.nanmedian(both[:, seen], axis=0)), axis=0)
        shift = np.abs(np.nanmedian(left.values[:, seen], axis=0) - np.nanmedian(right.values[:, seen], axis=0))
        return max(apart, float(np.nan_to_num(shift / np.maximum(spread, 1e-300)).max()))


def _off_grid(suspects: Sequence[_Suspect]) -> str | None:
    """Say by how many bits outputs of one mechanism leave every grid of multiples of a power of two.

    On a grid all numbers up to the largest are multiples of its step, and 53 bits hold them.
    """
    worst = 0.0
    for suspect in suspects:
        if suspect.pair.hostile:
            continue
        for sample in (suspect.left, suspect.right):
            values = sample.values[:, 0]
            values = values[np.isfinite(values) & (values != 0)]
            if values.size >= 20:
                low, top = lowest_bit(values)
                worst = max(worst, float(top.max() - low.min()))
    return f"outputs of one data set span {worst:.0f} bits, of which a number holds 53" if worst > 53 else None
