"""Figures and goals: order statistics against numpy's, both sides of a goal, what is written can be read."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuming.benchmarks.house.bench import Figure, Goal
from wuming.core.errors import MalformedRecord

FINITE = st.floats(-1e6, 1e6)


@given(st.lists(FINITE, min_size=1, max_size=12))
def test_median_and_quartiles_agree_with_numpy(values: list[float]) -> None:
    figure = Figure("x", "s", tuple(values))
    lower, middle, upper = np.percentile(values, [25, 50, 75])
    assert figure.median == pytest.approx(middle, abs=1e-6)
    assert figure.quartiles == (pytest.approx(lower, abs=1e-6), pytest.approx(upper, abs=1e-6))


@given(FINITE, FINITE)
def test_a_goal_holds_on_its_own_side_only(value: float, goal: float) -> None:
    assert Goal(">=", goal).reached(value) == (value >= goal)
    assert Goal("<=", goal).reached(value) == (value <= goal)
    assert not Goal(">=", goal).reached(math.nan)
    assert not Goal("<=", goal).reached(math.nan)


@given(
    st.lists(FINITE, min_size=1, max_size=5),
    st.none() | st.builds(Goal, st.sampled_from([">=", "<="]), FINITE),
    st.text(max_size=9),
)
def test_what_is_written_can_be_read(values: list[float], goal: Goal | None, note: str) -> None:
    figure = Figure("what", "×", tuple(values), goal, note)
    assert Figure.from_json(figure.as_json()) == figure


def test_a_goal_is_judged_again_when_it_is_read() -> None:
    written = Figure("x", "×", (0.5,), Goal(">=", 0.9)).as_json()
    assert Figure.from_json(written | {"reached": True, "median": 2.0}).reached is False


@pytest.mark.parametrize(
    "change", [{"values": []}, {"values": ["x"]}, {"values": [math.nan]}, {"goal": {}}, {"goal": 3}, {"values": 1}]
)
def test_what_was_not_written_here_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(MalformedRecord):
        Figure.from_json(Figure("x", "×", (1.0,)).as_json() | change)


def test_a_figure_without_values_or_with_none_finite_cannot_be_made() -> None:
    for values in ((), (math.inf,), (1.0, math.nan)):
        with pytest.raises(ValueError, match="values"):
            Figure("x", "s", values)
