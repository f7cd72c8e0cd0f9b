"""Sums in exact integers."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from wuming.core.errors import PrivacyParameterError
from wuming.training.clipping.engine import ClippedGradients
from wuming.training.clipping.grid import cells, exact_square, to_grid
from wuming.training.clipping.rules import Flat, PerLayer


@given(st.lists(st.integers(-(2**49), 2**49), max_size=40))
def test_squares_are_exact(values):
    assert exact_square(torch.tensor(values, dtype=torch.int64)) == sum(v * v for v in values)


@settings(max_examples=60)
@given(st.integers(0, 999), st.integers(1, 200), st.floats(0.1, 3.0), st.integers(1, 2**40))
def test_the_norm_on_the_grid_is_at_most_the_bound(seed, size, factor, largest):
    """Also where the factor given is three times too large: the check in integers decides."""
    gradient = torch.randn(size, generator=torch.Generator().manual_seed(seed))
    unit = gradient / gradient.double().norm().clamp(min=1e-30)
    found, square = to_grid(unit, factor, 1.0 / largest, largest)
    assert exact_square(found) == square <= largest**2
    assert found.dtype == torch.int64


def test_rounding_to_the_nearest_is_the_broken_twin():
    """It can lift the norm above the bound; truncating and checking cannot."""
    gradient = torch.full((10_000,), 0.6)
    nearest = torch.round(gradient.double()).to(torch.int64)
    assert exact_square(nearest) > 60**2
    assert to_grid(gradient, 1.0, 1.0, 60)[1] <= 60**2


@pytest.mark.parametrize("rule", [Flat(0.5), PerLayer(0.5)])
def test_sums_on_a_grid(oracle, noise, rule):
    model, inputs, grid = nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 3)), noise(6, 3, 5), 1e-6
    engine = ClippedGradients(model, rule, grid=grid)
    oracle.ours(engine, model, inputs, oracle.squares, 3)
    groups = oracle.by_module(model) if isinstance(rule, PerLayer) else None
    expected = oracle.plain(model, inputs, oracle.squares, rule, 3, groups)
    assert all(total.dtype == torch.int64 for total in engine.sums.values())
    assert oracle.relative_error({n: t.double() * grid for n, t in engine.sums.items()}, expected) < 1e-4
    assert engine.largest_clipped_norm <= 0.5


def test_the_order_of_units_does_not_matter_and_one_unit_moves_by_at_most_the_bound(oracle, noise):
    model, inputs, grid, bound = nn.Linear(5, 4), noise(5, 3, 5), 1e-8, 0.5
    engine = ClippedGradients(model, Flat(bound), grid=grid)
    totals = []
    for order in ([0, 1, 2, 3, 4], [4, 2, 0, 3, 1], [1, 2, 3, 4]):
        engine.reset()
        for index in order:  # one at a time: a batched product may round a unit in another way
            oracle.ours(engine, model, inputs[index : index + 1], oracle.squares, 1)
        totals.append(torch.cat([engine.sums[n].flatten() for n in ("weight", "bias")]).clone())
    assert torch.equal(totals[0], totals[1])
    assert exact_square(totals[0] - totals[2]) <= cells(bound, grid) ** 2


@pytest.mark.parametrize("grid", [0.0, -1.0, float("nan"), 2.0, 1e-30])
def test_a_grid_that_does_not_fit_is_refused(grid):
    with pytest.raises(PrivacyParameterError, match="grid"):
        ClippedGradients(nn.Linear(2, 2), Flat(1.0), grid=grid)
