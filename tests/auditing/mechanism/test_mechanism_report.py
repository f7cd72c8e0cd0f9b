"""The report of a mechanism's test: the worst check decides, nothing else does, and a refuted claim goes no further."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable

import pytest

from wuming.auditing.mechanism.report import CheckResult, Report, Verdict
from wuming.core.errors import ClaimRefused

RANKS: dict[Verdict, int] = {"not tested": 0, "consistent": 1, "finding": 2, "violated": 3}


def check(verdict: Verdict, name: str = "distribution", bound: float | None = None) -> CheckResult:
    return CheckResult(name, verdict, "outputs are ε-close", "share of zeros", "one more", bound, 0.01, 0.02, 300)


def report(*checks: CheckResult) -> Report:
    return Report("ours", "ε = 1 for each record, add-remove", 1.0, 0.0, 0.05, checks, 8, 4000, 1.23456, {"grid": 0.5})


def is_the_worst(verdict: Callable[[Report], Verdict]) -> None:
    for count in (1, 2, 3):
        for verdicts in itertools.product(RANKS, repeat=count):
            worst = max(verdicts, key=RANKS.__getitem__)
            assert verdict(report(*map(check, verdicts))) == worst


def test_the_verdict_is_the_worst_of_all_checks() -> None:
    is_the_worst(lambda found: found.verdict)


@pytest.mark.parametrize(
    "broken",
    [
        lambda found: found.checks[-1].verdict,
        lambda found: found.checks[0].verdict,
        lambda found: max(found.checks, key=lambda one: one.verdict).verdict,  # by the alphabet
        lambda found: "violated" if found.of("violated") else "consistent",  # forgets findings
    ],
)
def test_another_verdict_fails_the_same_check(broken: Callable[[Report], Verdict]) -> None:
    with pytest.raises(AssertionError):
        is_the_worst(broken)


def test_the_bound_is_the_largest_that_any_check_refutes() -> None:
    assert (
        report(check("consistent"), check("violated", bound=1.5), check("violated", bound=2.5)).lower_bound_epsilon
        == 2.5
    )
    assert report(check("consistent"), check("consistent", bound=0.25)).lower_bound_epsilon == 0.25
    assert report(check("consistent")).lower_bound_epsilon == 0.0
    assert report().lower_bound_epsilon == 0.0


def test_checks_by_verdict() -> None:
    found = report(check("violated", "a"), check("finding", "b"), check("violated", "c"), check("not tested", "d"))
    assert [found.of(verdict) for verdict in RANKS] == [("d",), (), ("b",), ("a", "c")]


def test_only_what_is_refuted_is_refused() -> None:
    for verdict in ("not tested", "consistent", "finding"):
        report(check(verdict)).require()
    with pytest.raises(ClaimRefused, match=r"ε = 1 for each record, add-remove\): state, noise-reuse") as refused:
        report(check("violated", "state"), check("finding", "timing"), check("violated", "noise-reuse")).require()
    assert "timing" not in str(refused.value)


def test_json_holds_everything_that_was_asked_of_a_check() -> None:
    shown = json.loads(json.dumps(report(check("violated", bound=1.5), check("not tested")).as_json(), allow_nan=False))
    assert shown["verdict"] == "violated"
    assert (shown["target"], shown["epsilon"], shown["delta"], shown["alpha"]) == ("ours", 1.0, 0.0, 0.05)
    assert (shown["lower_bound_epsilon"], shown["pairs"], shown["calls"], shown["seconds"]) == (1.5, 8, 4000, 1.235)
    first, second = shown["checks"]
    assert first == {
        "check": "distribution", "pair": "one more", "verdict": "violated", "statistic": "share of zeros",
        "lower_bound_epsilon": 1.5, "p_value": 0.01, "level": 0.02, "runs": 300,
        "null_hypothesis": "outputs are ε-close",
    }  # fmt: skip
    assert second["lower_bound_epsilon"] is None


def test_a_check_without_runs_says_nothing() -> None:
    plain = CheckResult("order", "not tested", "order tells nothing", "no list").as_json()
    assert (plain["pair"], plain["p_value"], plain["runs"]) == ("", None, 0)


def test_where_nothing_was_tested_nothing_is_consistent() -> None:
    assert report().verdict == "not tested"
