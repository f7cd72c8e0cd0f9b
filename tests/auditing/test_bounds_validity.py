"""A 95% bound is wrong in at most 5%: every method on what it claims to cover, and three broken twins that are not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from wuming.benchmarks.audit import golden, power
from wuming.benchmarks.audit.power import GOALS, bounds
from wuming.benchmarks.audit.validity import LIMIT, REPETITIONS, TWINS, Case, cases, exceedances
from wuming.benchmarks.house.bench import Settings
from wuming.benchmarks.house.running import Hall

pytest.importorskip("dp_accounting")  # names the true ε of what is sampled

CANARIES = 120
VECTORS = Path(__file__).parent.parent / "vectors"


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_bounds_are_rarely_above_the_truth(case: Case) -> None:
    assert exceedances(case, REPETITIONS, CANARIES) <= LIMIT


@pytest.mark.parametrize("name", TWINS)
def test_broken_twins_fail_the_same_test(name: str) -> None:
    generator = np.random.default_rng(11)
    assert sum(TWINS[name](generator, 400) for _ in range(REPETITIONS)) > LIMIT


def test_every_method_is_tried_on_something() -> None:
    tried = list(cases())
    assert len({(case.design, case.method) for case in tried}) == 7
    assert len({case.mechanism.name for case in tried}) == 6


@pytest.mark.parametrize("epsilon", GOALS)
def test_the_normalised_sum_sees_most_of_a_gaussian_and_the_exact_test_less(epsilon: float) -> None:
    generator = np.random.default_rng(12)
    runs = [bounds(epsilon, generator, 10_000) for _ in range(9)]
    shares = {method: float(np.median([run[method].epsilon_lower_bound for run in runs])) for method in runs[0]}
    assert shares["gaussian"] / epsilon >= GOALS[epsilon] - 0.12  # the bench takes the median of 100
    assert 0 < shares["steinke"] <= shares["fdp"] < shares["gaussian"]


def test_the_bench_computes_the_published_values_of_the_tests() -> None:
    table = json.loads((VECTORS / "steinke_bounds.json").read_text())["rows"]
    keys = ("canaries", "guesses", "correct", "delta", "epsilon")
    assert [tuple(row[key] for key in keys) for row in table] == [tuple(row) for row in golden.STEINKE]
    normal = json.loads((VECTORS / "normal_score_bounds.json").read_text())
    found = [(row["shift"], row["corners"], row["exact"], row["gaussian_fdp"]) for row in normal["rows"]]
    assert found == [tuple(row) for row in golden.NORMAL_SCORES]
    assert normal["delta"] == golden.NORMAL_DELTA
    assert golden.normal_quantiles(3) == pytest.approx([-0.967422, 0.0, 0.967422], abs=1e-6)


def test_a_quick_row_has_figures_for_every_method_and_no_goal() -> None:
    outcome = power.power(Hall(Settings(quick=True), lambda text: None))
    assert len(outcome.figures) == 9
    assert all(figure.goal is None for figure in outcome.figures)
    assert sum("best" in figure.note for figure in outcome.figures) == 3
