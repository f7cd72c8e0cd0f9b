"""Quantiles of noise against drawn samples and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

from wuming.statistics.tails import Spread, whole_half_width

DRAWS = 400_000


def covered(noise, weights, half, scale):
    rng = np.random.default_rng(5)
    draw = rng.laplace if noise == "laplace" else rng.normal
    return float((np.abs(draw(0, scale, (DRAWS, len(weights))) @ np.array(weights)) <= half).mean())


@pytest.mark.parametrize("noise", ["laplace", "gaussian"])
@pytest.mark.parametrize("weights", [[1.0], [1.0, 1.0], [0.3, -0.9], [1.0, 0.0], [0.5, -0.5, 0.2], [1.0] * 4])
def test_half_width_covers(noise, weights):
    half = float(Spread(noise, 2.0).half_width(np.array(weights)))
    found = covered(noise, weights, half, 2.0)
    assert found > 0.95 - 4 * math.sqrt(0.05 * 0.95 / DRAWS)
    if noise == "gaussian" or len(weights) < 3:
        assert found < 0.952  # exact there
    assert covered(noise, weights, half * 0.8, 2.0) < 0.95 or len(weights) > 2


def test_many_at_once():
    weights = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 2.0]])
    together = Spread("laplace", 3.0).half_width(weights)
    alone = [float(Spread("laplace", 3.0).half_width(row)) for row in weights]
    np.testing.assert_allclose(together, alone)


@pytest.mark.parametrize("scale", [0.2, 1.0, 3.7, 200.0])
def test_whole_half_width_is_the_least(scale):
    q = math.exp(-1 / scale)
    half = whole_half_width(scale)

    def beyond(t):
        return 2 * q ** (t + 1) / (1 + q)

    assert beyond(half) <= 0.05 * (1 + 1e-9)
    assert half == 0 or beyond(half - 1) > 0.05
