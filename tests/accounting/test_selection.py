"""Private selection: the law of K against its closed form, and the curve against the library."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from wuming.accounting.accountant import rdp
from wuming.accounting.events import Gaussian
from wuming.accounting.filter import ORDERS
from wuming.accounting.selection import draw_number_of_runs, repeated_curve, success_probability
from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import SecureStream

ALPHA = 1e-6
LAWS = [(30.0, 0.0), (10.0, 1.0), (5.0, 0.5), (4.0, math.inf)]


def pmf(k, mean, shape):
    """P[K = k] as Papernot and Steinke write it (Definition 1)."""
    if math.isinf(shape):
        return float(stats.poisson.pmf(k, mean))
    gamma = success_probability(mean, shape)
    if k == 0:
        return 0.0
    if shape == 0:
        return (1 - gamma) ** k / (k * math.log(1 / gamma))
    product = math.prod((level + shape) / (level + 1) for level in range(k))
    return (1 - gamma) ** k / (gamma**-shape - 1) * product


def chi_square(draws, mean, shape):
    expected, observed, rest = [], [], 1.0
    for k in range(200):
        expected.append(pmf(k, mean, shape) * len(draws))
        observed.append(draws.count(k))
        rest -= pmf(k, mean, shape)
        if rest * len(draws) < 20:
            break
    expected.append(rest * len(draws))
    observed.append(len(draws) - sum(observed))
    cells = [(o, e) for o, e in zip(observed, expected, strict=True) if e > 3]
    return stats.chi2.sf(sum((o - e) ** 2 / e for o, e in cells), len(cells) - 1)


@pytest.mark.parametrize(("mean", "shape"), LAWS)
def test_the_drawn_law_is_the_accounted_one(mean, shape):
    stream = SecureStream(bytes(range(32)), f"selection-{mean}-{shape}")
    draws = [draw_number_of_runs(mean, shape, stream) for _ in range(2000)]
    assert chi_square(draws, mean, shape) > ALPHA
    # The broken twin (the mean is kept, the law is not): the same test rejects it.
    other = 1.0 if shape != 1 else 0.0
    assert chi_square([draw_number_of_runs(mean, other, stream) for _ in range(2000)], mean, shape) < ALPHA


@pytest.mark.parametrize(("mean", "shape"), [law for law in LAWS if math.isfinite(law[1])])
def test_mean_and_sum_of_the_law(mean, shape):
    last = 900 if shape else 9000
    masses = np.array([pmf(k, mean, shape) for k in range(1, last)])
    assert masses.sum() == pytest.approx(1, abs=1e-6)
    assert (masses * np.arange(1, last)).sum() == pytest.approx(mean, rel=1e-3)


@pytest.mark.parametrize(("mean", "shape"), LAWS)
def test_curve_against_the_library(mean, shape):
    library, accountant = pytest.importorskip("dp_accounting.dp_event"), pytest.importorskip("dp_accounting.rdp")
    theirs = accountant.RdpAccountant(list(ORDERS))
    theirs.compose(library.RepeatAndSelectDpEvent(library.GaussianDpEvent(2.0), mean, shape))
    ours = repeated_curve(ORDERS, rdp(Gaussian(2.0)), mean, shape)
    if math.isfinite(shape):
        assert ours == pytest.approx(list(theirs.rdp), rel=1e-6)
    # The library's conversion to δ is tighter in places; ours is never below.
    assert all(a >= b * (1 - 1e-6) for a, b in zip(ours, theirs.rdp, strict=True))


def test_selection_is_never_free():
    base = rdp(Gaussian(2.0))
    for mean, shape in LAWS:
        assert all(a > b for a, b in zip(repeated_curve(ORDERS, base, mean, shape), base, strict=True))


@pytest.mark.parametrize(
    ("mean", "shape"), [(1.0, 0.0), (0.5, math.inf), (math.inf, 1.0), (3.0, -1.0), (1e9, math.inf)]
)
def test_out_of_range(mean, shape):
    with pytest.raises(PrivacyParameterError):
        draw_number_of_runs(mean, shape, SecureStream(bytes(32), "selection"))
