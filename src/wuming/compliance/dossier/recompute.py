"""What a claim says is computed again from what it says it was computed from: accounting, and the audit's statistics.

Needs no private data: events are public numbers, canaries are invented. Adversary: a signer whose figures do not follow
from each other. What cannot be computed again (that noise was drawn, that scores are the model's) is not judged.
"""

from __future__ import annotations

import importlib.metadata
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from wuming.accounting.accountant import approximate_rdp, epsilon
from wuming.accounting.events import Event, PoissonSampledGaussian, event_from_json
from wuming.accounting.filter import ORDERS, RenyiFilter, add_curves
from wuming.auditing.bounds.bound import DESIGNS, METHODS
from wuming.auditing.bounds.scores import bound_from_scores
from wuming.auditing.bounds.steinke import highest_possible_bound, lower_bound
from wuming.compliance.dossier.federated import federation_problems
from wuming.core.canonical import canonical_json
from wuming.core.errors import MissingExtra, WumingError

_DISCRETE = "discrete-gaussian"
# Another version of dp-accounting may round the last digits otherwise.
_OTHER_VERSION = 2e-3
_LIBRARY = "dp-accounting"
# What may be fixed before the scores are seen.
_FIXED = {"one-run-independent-coins": ("guesses",), "independent-runs": ("false_alarms",)}
# What figures of the wrong kind, in any place, may raise.
_WRONG = (WumingError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


@dataclass
class Findings:
    """What did not follow (`problems`), and what was not computed again (`notes`), in words."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def unless(self, holds: bool, what: str) -> None:
        """Note a problem unless `holds`."""
        if not holds:
            self.problems.append(what)


def training(claims: Mapping[str, Any]) -> Findings:
    """Compute ε of a training again from its event, and hold the figures of the claim against each other.

    Args:
        claims: of the evidence `train`, or of a `claim.json`.
    """
    found = Findings()
    if claims.get("epsilon") is None:
        return found
    try:
        _training(claims, found)
    except MissingExtra:
        found.notes.append("ε was not computed again: dp-accounting is not installed (pip install 'wuming[train]')")
    except _WRONG as error:
        found.problems.append(f"the figures of the training cannot be computed again: {type(error).__name__}")
    return found


def event_of(claims: Mapping[str, Any]) -> Event | None:
    """Return the event of a training: as stated, else that of Poisson sampling with its numbers; None: unknown."""
    if claims.get("event") is not None:
        return event_from_json(claims["event"])
    if str(claims.get("sampler", "")).casefold().startswith("poisson over"):
        return PoissonSampledGaussian(claims["sampling_probability"], claims["noise_multiplier"], claims["steps"])
    return None


def _training(claims: Mapping[str, Any], found: Findings) -> None:
    _numbers_agree(claims, found)
    event = event_of(claims)
    if event is None:
        found.notes.append("ε was not computed again: the event is not stated")
        return
    _epsilon_follows(claims, claims["epsilon"], event, found)
    if isinstance(federation := claims.get("federation"), Mapping):
        found.problems += federation_problems(claims, federation)
        _epsilon_follows(claims, federation["epsilon_public"], event_from_json(federation["public_event"]), found)


def _epsilon_follows(claims: Mapping[str, Any], stated: float, event: Event, found: Findings) -> None:
    """Hold a stated ε against its event's, at the claim's δ and relation."""
    delta = claims["delta"]
    again = _epsilon(canonical_json(event.as_json()).decode(), delta, str(claims["neighbouring_relation"]))
    if _plan(claims).get("noise") == _DISCRETE:
        # The grid's own failures take a part of δ, which only ever raises ε.
        found.unless(stated >= again, f"ε = {stated} is below what the event gives, {again}")
    elif _same_library(claims):
        found.unless(stated == again, f"ε = {stated} is not what the event gives at δ = {delta}: {again}")
    else:
        found.unless(
            abs(stated - again) <= _OTHER_VERSION * max(1.0, again),
            f"ε = {stated} is not what the event gives at δ = {delta}: {again}",
        )
        note = f"ε was computed with another version of {_LIBRARY}: compared within {_OTHER_VERSION:g}"
        found.notes += [] if note in found.notes else [note]


def _numbers_agree(claims: Mapping[str, Any], found: Findings) -> None:
    """Hold numbers that say the same against each other: of the event, of the plan, of the claim."""
    batch = claims.get("divisor", claims.get("expected_batch_size"))
    population, probability = claims.get("population"), claims.get("sampling_probability")
    if batch is not None and population is not None:
        found.unless(probability == batch / population, "the sampling probability is not batch / population")
    unit, sampler = claims.get("unit_of_privacy"), str(claims.get("sampler", ""))
    plan = _plan(claims)
    if " over " in sampler and plan.get("sampled", "units") == "units":
        found.unless(sampler.endswith(f" over {unit}s"), "the sampler is not over the unit of privacy")
    delta = claims.get("delta")
    found.unless(isinstance(delta, float) and 0 < delta < 1, "δ is not within (0, 1)")
    event = claims.get("event")
    inner = event.get("event", event) if isinstance(event, Mapping) else None
    if isinstance(event, Mapping) and event.get("kind") == "composed":  # of a federation: its steps come first
        inner = event["events"][0]
    for source, where in ((inner, "event"), (plan, "plan")):
        for name in ("sampling_probability", "noise_multiplier", "steps", "population", "expected_batch_size"):
            if isinstance(source, Mapping) and source.get(name) is not None and claims.get(name) is not None:
                found.unless(source[name] == claims[name], f"{name} is not that of the {where}")
    for name in ("records_per_unit", "unit_of_privacy", "neighbouring_relation"):
        if name in plan:
            found.unless(plan[name] == claims.get(name), f"{name} is not that of the plan")
    rule = plan.get("clipping")
    if isinstance(rule, Mapping) and "max_grad_norm" in rule:
        found.unless(rule["max_grad_norm"] == claims.get("max_grad_norm"), "max_grad_norm is not that of the plan")


def _plan(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    plan = claims.get("plan")
    return plan if isinstance(plan, Mapping) else {}


def _same_library(claims: Mapping[str, Any]) -> bool:
    try:
        version = importlib.metadata.version(_LIBRARY)
    except importlib.metadata.PackageNotFoundError:
        return False
    stated = claims.get("versions")
    if isinstance(stated, Mapping) and _LIBRARY in stated:
        return bool(stated[_LIBRARY] == version)
    named = str(claims.get("accountant", ""))
    return f"{_LIBRARY} {version}" in named or _LIBRARY not in named


@lru_cache(maxsize=256)
def _epsilon(event: str, delta: float, relation: str) -> float:
    return epsilon(event_from_json(json.loads(event)), delta, relation=relation)


def account(stated: Mapping[str, Any], relation: str) -> Findings:
    """Compute the charge of an account again from all its events, and hold it against the cap.

    Args:
        stated: `cap_epsilon`, `delta`, `charge_epsilon` and `events` (JSON objects, in order; each that counts).
        relation: neighbouring relation of the account.
    """
    found = Findings()
    try:
        total: tuple[float, ...] = (0.0,) * len(ORDERS)
        failures = 0.0
        for item in stated["events"]:
            curve, failure = _curve(canonical_json(item["event"]).decode(), relation)
            total, failures = add_curves(total, curve), failures + failure
        guard = RenyiFilter(stated["cap_epsilon"], stated["delta"], stated.get("failure_delta", 0.0))
        again, charge = guard.charge(total, failures), stated["charge_epsilon"]
        found.unless(
            math.isclose(charge, again, rel_tol=1e-9),
            f"the account's charge {charge} is not what its events give, {again}",
        )
        found.unless(charge <= stated["cap_epsilon"], "the account's charge is above its cap")
    except MissingExtra:
        found.notes.append("the account's charge was not computed again: dp-accounting is not installed")
    except _WRONG as error:
        found.problems.append(f"the account cannot be computed again: {type(error).__name__}")
    return found


@lru_cache(maxsize=256)
def _curve(event: str, relation: str) -> tuple[tuple[float, ...], float]:
    curve, failure = approximate_rdp(event_from_json(json.loads(event)), relation=relation)
    return tuple(curve), failure


def audit(claims: Mapping[str, Any], train: Mapping[str, Any]) -> Findings:
    """Compute the audited bound again: from the canaries' scores where they are stored, else from the counts.

    Args:
        claims: of the evidence `audit`.
        train: claims of the evidence `train`, whose ε and δ were put to the test.
    """
    found = Findings()
    try:
        for one in audits_of(claims):
            _audit(one, train, found)
    except _WRONG as error:
        found.problems.append(f"the audit's figures cannot be computed again: {type(error).__name__}")
    return found


def audits_of(claims: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the bounds of one piece of evidence `audit`, each with all that it was computed from.

    A run's evidence may hold a second audit, from the noised sums, under `white_box`; and an audit a second bound from
    the same scores, under `gaussian`.
    """
    found: list[Mapping[str, Any]] = []
    for one in (claims, claims.get("white_box")):
        if isinstance(one, Mapping) and "skipped" not in one and one.get("epsilon_lower_bound") is not None:
            found.append(one)
            if isinstance(one.get("gaussian"), Mapping):
                found.append({**one, **one["gaussian"]})
    return found


def _audit(claims: Mapping[str, Any], train: Mapping[str, Any], found: Findings) -> None:
    bound, claimed = claims["epsilon_lower_bound"], claims["claimed_epsilon"]
    found.unless(claims["delta"] == train.get("delta", claims["delta"]), "the audit is at another δ than the claim")
    found.unless(claimed == train.get("epsilon", claimed), "the audit tested another ε than the claim")
    if bound > claimed or claims.get("event") is None:
        # A test of an event's own curve may reject the claim although the bound in ε lies below it.
        found.unless((bound > claimed) is not (claims["verdict"] == "consistent"), "the verdict is not the bound's")
    if claims.get("design") in DESIGNS and claims.get("method") in METHODS:
        _bound(claims, found)
    else:
        _counts(claims, found)


def _bound(claims: Mapping[str, Any], found: Findings) -> None:
    """Compute a bound of `wuming.auditing.bounds` again from the stored scores of the canaries."""
    scores = claims.get("scores")
    if not isinstance(scores, Mapping):
        found.notes.append("the audited bound was not computed again: the canaries' scores are not in the evidence")
        return
    options = {name: claims[name] for name in _FIXED[claims["design"]] if claims.get(name) is not None}
    if claims["method"] == "gaussian":
        options = {}
    event = claims.get("event") if claims["method"] in ("curve", "fdp") else None
    again = bound_from_scores(
        scores["included"],
        scores["excluded"],
        design=claims["design"],
        method=claims["method"],
        delta=claims["delta"],
        confidence=claims["confidence"],
        claimed_epsilon=claims["claimed_epsilon"],
        event=None if event is None else event_from_json(event),
        relation=claims.get("neighbouring_relation", "add-or-remove-one"),
        **options,
    ).as_json()
    for name, value in again.items():
        if name in claims and name != "details":
            same = canonical_json(claims[name]) == canonical_json(value)
            found.unless(same, f"{name} is not what the canaries' scores give, {value}")


def _counts(claims: Mapping[str, Any], found: Findings) -> None:
    """Compute a bound again from its counts, and the counts from the scores where they are stored."""
    canaries, guesses, correct = (claims[name] for name in ("canaries", "guesses", "correct"))
    delta, confidence = claims["delta"], claims["confidence"]
    found.unless(0 <= claims["included"] <= canaries, "more canaries were put in than there are")
    again = _down(lower_bound(canaries, guesses, correct, delta, confidence))
    found.unless(claims["epsilon_lower_bound"] == again, f"the counts of the audit give the bound {again}")
    most = _down(highest_possible_bound(canaries, guesses, delta, confidence))
    found.unless(claims["highest_possible_bound"] == most, f"the counts of the audit give at most {most}")
    control = claims.get("control")
    if isinstance(control, Mapping):
        again = _down(lower_bound(canaries, control["guesses"], control["correct"], delta, confidence))
        found.unless(control["epsilon_lower_bound"] == again, f"the counts of the control give the bound {again}")
    if isinstance(scores := claims.get("scores"), Mapping):
        _scores(claims, scores, found)


def _scores(claims: Mapping[str, Any], scores: Mapping[str, Any], found: Findings) -> None:
    included, excluded = list(scores["included"]), list(scores["excluded"])
    found.unless(len(included) == claims["included"], "the number of canaries put in is not that of their scores")
    found.unless(len(included) + len(excluded) == claims["canaries"], "not every canary has a score")
    if len(set(included + excluded)) != len(included) + len(excluded):
        found.notes.append("the audit's guesses were not counted again: some canaries have the same score")
        return
    half = claims["guesses"] // 2
    order = sorted([(score, True) for score in included] + [(score, False) for score in excluded])
    right = sum(coin for _, coin in order[len(order) - half :]) + sum(not coin for _, coin in order[:half])
    found.unless(right == claims["correct"], f"the scores of the canaries give {right} right guesses")


def assessment(claims: Mapping[str, Any], train: Mapping[str, Any]) -> Findings:
    """Compute again what the risk report says ε allows, and whether a figure contradicts it.

    Args:
        claims: of the evidence `assess`.
        train: claims of the evidence `train`.
    """
    found = Findings()
    report = claims.get("risk")
    rows = report.get("rows") if isinstance(report, Mapping) else None
    if not isinstance(rows, list):
        return found
    try:
        for row in rows:
            _row(row, train, found)
    except MissingExtra:
        found.notes.append("the bounds of the risk report were not computed again: dp-accounting is not installed")
    except _WRONG as error:
        found.problems.append(f"the risk report cannot be computed again: {type(error).__name__}")
    return found


def _row(row: Mapping[str, Any], train: Mapping[str, Any], found: Findings) -> None:
    bound, interval, value = row.get("bound"), row.get("interval"), row.get("value")
    if interval is not None and value is not None:
        found.unless(interval[0] <= value <= interval[1], f"{row.get('id')}: the figure is not in its interval")
    if "contradicts_claim" in row:
        above = interval is not None and bound is not None and interval[0] > bound
        found.unless(row["contradicts_claim"] is above, f"{row.get('id')}: its verdict is not that of its bound")
    event = event_of(train)
    if not str(row.get("id")).startswith("membership") or bound is None or event is None:
        return
    again = _highest(canonical_json(event.as_json()).decode(), train["epsilon"], train["delta"], _relation(train))
    found.unless(
        abs(bound - again) <= 1e-5, f"{row['id']}: the bound {bound} is not what the event allows, {again:.6f}"
    )


def _relation(train: Mapping[str, Any]) -> str:
    return str(train["neighbouring_relation"])


@lru_cache(maxsize=64)
def _highest(event: str, epsilon_: float, delta: float, relation: str) -> float:
    """Return the highest true positive rate at 1% false positives that the event or the claim allows."""
    from wuming.auditing.risk.bounds import Claim, Limits

    known = event_from_json(json.loads(event))
    return Limits.of(Claim(epsilon_, delta, "", relation, "", known)).highest(0.01)


def _down(value: float) -> float:
    return math.floor(value * 1e4) / 1e4


def all_of(train: Mapping[str, Any], audits: Sequence[Mapping[str, Any]]) -> Findings:
    """Compute training and audits again; see `training` and `audit`."""
    found = training(train)
    for claims in audits:
        more = audit(claims, train)
        found.problems += more.problems
        found.notes += more.notes
    return found
