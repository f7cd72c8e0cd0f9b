"""A lower bound of ε from two lists of scores. Nothing else is needed, so any model can be audited.

Two designs are known, and each method is proven for its own only:

- `one-run-independent-coins`: one training run; each canary was included by a fair coin of its own.
- `independent-runs`: each score comes from a training run of its own, with the canary or without it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wuming.accounting.accountant import RELATION, check_relation, epsilon
from wuming.accounting.events import Event
from wuming.auditing.bounds import methods
from wuming.auditing.bounds.bound import Bound, Design, Method, Verdict, check_design, check_parameters, round_down
from wuming.auditing.bounds.coins import check_share, hint_of_fixed_half
from wuming.auditing.bounds.guessing import finite_scores, ranked
from wuming.auditing.bounds.methods import Answer, Question
from wuming.core.errors import PrivacyParameterError

Scores = Sequence[float] | NDArray[np.float64]

ONE_RUN: Final = "one-run-independent-coins"

_ANSWERS: Mapping[tuple[str, str], Callable[[Question], Answer]] = {
    (ONE_RUN, "steinke"): methods.exact,
    (ONE_RUN, "fdp"): methods.gaussian_guesses,
    (ONE_RUN, "gaussian"): methods.normalised_sum,
    (ONE_RUN, "curve"): methods.curve_by_guesses,
    ("independent-runs", "clopper-pearson"): methods.clopper_pearson,
    ("independent-runs", "gaussian"): methods.gaussian_runs,
    ("independent-runs", "curve"): methods.curve_by_runs,
}

_DESIGN_WORDS: Mapping[str, str] = {
    ONE_RUN: "each canary was included by a fair, independent coin of its own in one training run",
    "independent-runs": "each score comes from an independent training run with or without the canary",
}


def bound_from_scores(
    included: Scores,
    excluded: Scores,
    *,
    design: Design,
    method: Method,
    delta: float,
    confidence: float,
    claimed_epsilon: float | None = None,
    event: Event | None = None,
    relation: str = RELATION,
    guesses: int | None = None,
    false_alarms: int | None = None,
) -> Bound:
    """Bound ε from below by how well scores tell included from excluded canaries.

    Args:
        included: scores of canaries that were trained on (or of runs with the canary); higher looks more like trained
            on; finite; at least one. They may depend on the model, and on who was in through the model only.
        excluded: scores of the others.
        design: how the scores came about.
        method: `steinke` tests (ε, δ)-DP, exactly; `fdp` and `gaussian` test that training is like a Gaussian
            mechanism; `curve` tests the claimed event's own trade-off curve; `clopper-pearson` tests (ε, δ)-DP.
        delta: δ of bound and claim, in [0, 1); above 0 for the Gaussian hypothesis.
        confidence: in (0, 1).
        claimed_epsilon: the ε that is put to the test; with an event, by default the event's ε at δ.
        event: what is claimed to have been run; needed for `curve`. With `fdp` it replaces the Gaussian hypothesis.
        relation: neighbouring relation of the claim.
        guesses: one run: the even number of guesses that was fixed before the scores were seen. By default some numbers
            fixed by the number of canaries share the error.
        false_alarms: independent runs: rank, among the runs without the canary, of the one threshold that was fixed
            before the scores were seen. By default some ranks share the error.

    Raises:
        PrivacyParameterError: for an argument out of range, or a method outside its design.
        SelfCheckFailed: one run, and the coins cannot have been fair (binomial test at 10^-6).
        UnsupportedEvent: for an event or relation that no accountant supports.
        MissingExtra: for an event without dp-accounting.
        InputTooLarge: for more than 20 million scores a side.

    Guarantee: where the null hypothesis holds, the bound exceeds the true ε, or the event's curve is rejected, with
        probability at most 1 − confidence. The coins, and the independence of runs, cannot be seen in the scores.
    """
    check_design(design, method)
    check_parameters(delta, confidence, claimed_epsilon)
    check_relation(relation)
    _check_options(design, method, event, guesses, false_alarms)
    first, second = finite_scores("included", included), finite_scores("excluded", excluded)
    warnings = []
    if design == ONE_RUN:
        check_share(first.size, first.size + second.size)
        hint = hint_of_fixed_half(first.size, first.size + second.size)
        warnings += [hint] if hint else []
    claimed = _claimed(event, delta, relation, claimed_epsilon)
    level = 1.0 - confidence
    labels = ranked(first, second)
    question = Question(first, second, labels, delta, level, event, relation, guesses, false_alarms)
    by_curve = event is not None
    answer = _ANSWERS[design, "curve" if by_curve else method](question)
    bound, highest = round_down(answer.epsilon), round_down(answer.highest)
    narrow = method in ("fdp", "gaussian") and not by_curve
    details = dict(answer.details) | _outlook(question, answer, method, claimed, highest)
    details["warnings"] = warnings + list(answer.details.get("warnings", []))
    return Bound(
        method=method,
        design=design,
        null_hypothesis=_null_hypothesis(question, design, claimed, narrow=narrow, summed=method == "gaussian"),
        epsilon_lower_bound=bound,
        highest_possible_bound=highest,
        delta=delta,
        confidence=confidence,
        included=first.size,
        excluded=second.size,
        claimed_epsilon=claimed,
        verdict=_verdict(bound, claimed, disproved=answer.disproved, narrow=narrow),
        details=details,
    )


def _verdict(bound: float, claimed: float | None, *, disproved: bool | None, narrow: bool) -> Verdict:
    """Return the verdict: "violated" only where the null hypothesis contains the claim."""
    if disproved or (claimed is not None and bound > claimed):
        return "inconsistent under the Gaussian hypothesis" if narrow else "violated"
    return "consistent"


def _null_hypothesis(question: Question, design: str, claimed: float | None, *, narrow: bool, summed: bool) -> str:
    delta, relation = f"{question.delta:g}", question.relation
    some = "some epsilon below the bound" if claimed is None else f"epsilon={claimed:g}"
    if question.event is not None:
        event = json.dumps(question.event.as_json(), sort_keys=True)
        training = (
            f"training tells nobody more about one canary than the trade-off curve of the claimed event {event} "
            f"({some} at delta={delta}), {relation}"
        )
    elif narrow and summed and design == ONE_RUN:
        training = (
            "the scores of included and of excluded canaries are normal with one variance, as those of one Gaussian "
            f"mechanism are, at a distance that {some} at delta={delta} allows, {relation}"
        )
    elif narrow:
        training = (
            "training tells nobody more about one canary than one Gaussian mechanism would "
            f"(Gaussian differential privacy) with {some} at delta={delta}, {relation}"
        )
    else:
        training = f"training is (epsilon, delta)-DP for one canary with {some} and delta={delta}, {relation}"
    return f"{_DESIGN_WORDS[design]}, and {training}"


def _outlook(
    question: Question, answer: Answer, method: Method, claimed: float | None, highest: float
) -> dict[str, Any]:
    """Return what more canaries could show, where the claim is above what these could."""
    if claimed is None:
        return {}
    shows = answer.shows
    if shows is None:
        expected = methods.expected_normalised_sum(question, claimed)
        return {"bound_expected_if_the_claim_is_just_met": round_down(expected)}
    if highest >= claimed or answer.epsilon > claimed:
        return {}
    one_run = method != "clopper-pearson" and question.false_alarms is None and "guesses" in answer.details
    start = question.canaries if one_run else min(question.included.size, question.excluded.size)
    needed = methods.least_number(lambda number: shows(number, claimed), start)
    return {"canaries_needed_to_see_the_claim" if one_run else "runs_a_side_needed_to_see_the_claim": needed}


def _claimed(event: Event | None, delta: float, relation: str, claimed: float | None) -> float | None:
    """Return the claimed ε; an event's own where none is named, and never one that the event contradicts."""
    if event is None:
        return claimed
    own = _epsilon_of(event, delta, relation)
    if claimed is not None and claimed < own - 1e-6:
        raise PrivacyParameterError(
            f"claimed_epsilon={claimed} is below the event's own epsilon={own} at delta={delta}",
            help="Leave out claimed_epsilon, or correct the event.",
        )
    return own if claimed is None else claimed


@lru_cache(maxsize=64)
def _epsilon_of(event: Event, delta: float, relation: str) -> float:
    return epsilon(event, delta, relation=relation)


def _check_options(
    design: str, method: str, event: Event | None, guesses: int | None, false_alarms: int | None
) -> None:
    if method == "curve" and event is None:
        raise PrivacyParameterError("method='curve' needs the claimed event", help="Give the event that was accounted.")
    if event is not None and method not in ("curve", "fdp"):
        raise PrivacyParameterError(
            f"method={method!r} tests no event's own curve", help="Use method=curve, or leave out the event."
        )
    if guesses is not None and (design != ONE_RUN or method == "gaussian"):
        raise PrivacyParameterError(
            f"guesses={guesses} has no meaning for method={method!r} and design={design!r}", help="Leave out guesses."
        )
    if false_alarms is not None and design == ONE_RUN:
        raise PrivacyParameterError(
            f"false_alarms={false_alarms} has no meaning for design={design!r}", help="Leave out false_alarms."
        )
