"""The accountant against published tables, closed forms, and a slow composition of its own; never below any of them."""

from __future__ import annotations

import json
import logging
import math
import sys
from pathlib import Path

import mpmath
import numpy as np
import pytest

from wuming.accounting.accountant import UNBOUNDED, check_delta, delta_of, epsilon, rdp, round_up
from wuming.accounting.events import (
    Composed,
    FixedParticipationGaussian,
    Gaussian,
    PoissonSampledGaussian,
    PoissonSampledRecords,
    RandomAllocationGaussian,
    RepeatAndSelect,
    TruncatedPoissonSampledGaussian,
    event_from_json,
)
from wuming.accounting.filter import ORDERS, epsilon_of
from wuming.accounting.gaussian import gaussian_delta, gaussian_mean
from wuming.core.canonical import canonical_json
from wuming.core.errors import MissingExtra, PrivacyParameterError, UnsupportedEvent

VECTORS = Path(__file__).parent.parent / "vectors"
TABLE = json.loads((VECTORS / "pld_epsilon.json").read_text())["rows"]


def sampled(row):
    return PoissonSampledGaussian(row["units_per_step"] / row["units"], row["noise_multiplier"], row["steps"])


@pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row["epsilon"]))
def test_published_table(row):
    result = epsilon(sampled(row), row["delta"])
    # The table is rounded to nearest, so "never below" means: not below its figure.
    assert row["epsilon"] <= result <= row["epsilon"] + 1e-3
    assert result >= row.get("prv", 0)
    assert result < row["rdp_epsilon"]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row["epsilon"]))
def test_published_table_replace_one_and_renyi(row):
    result = epsilon(sampled(row), row["delta"], relation="replace-one")
    assert row["replace_one_epsilon"] <= result <= row["replace_one_epsilon"] + 1e-3
    curve = epsilon_of(rdp(sampled(row)), row["delta"])
    # Rounded to nearest there, and some fractional orders are bounded more tightly here.
    assert row["rdp_epsilon"] - 1e-3 <= curve <= row["rdp_epsilon"] + 1e-3
    assert curve > row["epsilon"]
    assert epsilon_of(rdp(sampled(row), relation="replace-one"), row["delta"]) > row["replace_one_epsilon"]


@pytest.mark.parametrize("row", [row for row in TABLE if "prv" in row], ids=lambda row: str(row["epsilon"]))
def test_against_the_fourier_accountant_of_another_hand(row):
    prv = pytest.importorskip("prv_accountant")
    probability = row["units_per_step"] / row["units"]
    mechanism = prv.PoissonSubsampledGaussianMechanism(
        noise_multiplier=row["noise_multiplier"], sampling_probability=probability
    )
    other = prv.PRVAccountant(
        prvs=[mechanism], max_self_compositions=[row["steps"]], eps_error=0.02, delta_error=row["delta"] / 1000
    )
    lower, estimate, upper = other.compute_epsilon(delta=row["delta"], num_self_compositions=[row["steps"]])
    result = epsilon(sampled(row), row["delta"])
    assert lower <= result <= upper
    assert estimate - 1e-4 <= result <= estimate + 1e-3


def test_events_that_are_the_same_mechanism_have_the_same_figures():
    for relation in ("add-or-remove-one", "replace-one"):
        fixed, plain = FixedParticipationGaussian(9, 6.0), Gaussian(2.0)
        assert epsilon(fixed, 1e-5, relation=relation) == epsilon(plain, 1e-5, relation=relation)
        assert rdp(fixed, relation=relation) == pytest.approx(rdp(plain, relation=relation), rel=1e-9)
        assert delta_of(plain, 1.0, relation="replace-one") == pytest.approx(delta_of(Gaussian(1.0), 1.0), rel=1e-6)
        sparse = PoissonSampledGaussian(0.1, 1.2, 20)
        for same in (TruncatedPoissonSampledGaussian(50, 0.1, 50, 1.2, 20), PoissonSampledRecords(0.1, 1, 1.2, 20)):
            if relation == "add-or-remove-one" or isinstance(same, TruncatedPoissonSampledGaussian):
                assert epsilon(same, 1e-5, relation=relation) == pytest.approx(
                    epsilon(sparse, 1e-5, relation=relation), abs=1e-3
                )


def test_records_against_the_library_and_the_whole_unit():
    library = pytest.importorskip("dp_accounting.dp_event")
    from dp_accounting.pld import PLDAccountant
    from scipy import stats

    # Published in its tests: three and two of these mixtures give 17.193115 at 1e-6.
    accountant = PLDAccountant(value_discretization_interval=1e-2)
    accountant.compose(library.MixtureOfGaussiansDpEvent(1.0, [0.0, 1.0, 2.0], [0.2, 0.6, 0.2]), 3)
    accountant.compose(library.MixtureOfGaussiansDpEvent(2.0, [0.0, 2.0, 3.0], [0.33, 0.34, 0.33]), 2)
    assert accountant.get_epsilon(1e-6) == pytest.approx(17.193115, abs=0.02)
    ours = PoissonSampledRecords(0.1, 4, 3.0, 10)
    accountant = PLDAccountant(value_discretization_interval=1e-3)
    weights = [float(stats.binom.pmf(k, 4, 0.1)) for k in range(5)]
    accountant.compose(library.MixtureOfGaussiansDpEvent(3.0, [0.0, 1.0, 2.0, 3.0, 4.0], weights), 10)
    result = epsilon(ours, 1e-5, value_discretization_interval=1e-3)
    assert accountant.get_epsilon(1e-5) <= result + 1e-9 <= accountant.get_epsilon(1e-5) + 2e-4
    # A unit that were drawn whole would be safer by record and worse by unit: the modes are not to be mixed up.
    assert epsilon(PoissonSampledGaussian(0.1, 3.0, 10), 1e-5) < result < epsilon(Gaussian(3.0 / 4 / 10**0.5), 1e-5)
    assert epsilon_of(rdp(ours), 1e-5) > result


def test_an_accountant_that_forgets_the_last_steps_would_be_caught():
    # The broken twin (steps capped in silence): the table above rejects it.
    row = TABLE[0]
    shorter = PoissonSampledGaussian(row["units_per_step"] / row["units"], row["noise_multiplier"], row["steps"] - 50)
    assert not row["epsilon"] <= epsilon(shorter, row["delta"])


@pytest.mark.parametrize("row", json.loads((VECTORS / "dp_accounting_golden.json").read_text())["rows"], ids=str)
def test_golden_delta(row):
    event = event_from_json(row["event"])
    assert delta_of(event, row["epsilon"]) == pytest.approx(row["delta"], abs=1e-5)
    assert epsilon(event, row["delta"] + 1e-5) <= row["epsilon"] + 1e-3


@pytest.mark.parametrize("sigma", [0.5, 1.0, 4.0])
@pytest.mark.parametrize("eps", [0.0, 0.5, 2.0])
def test_gaussian_is_at_or_just_above_its_closed_form(sigma, eps):
    exact = gaussian_delta(eps, sigma)
    assert exact <= delta_of(Gaussian(sigma), eps) <= exact * 1.001 + 1e-11
    if exact > 1e-9:
        assert eps <= epsilon(Gaussian(sigma), exact) <= eps + 2e-3


def slow_delta(probability, sigma, steps, eps):
    """δ(ε) of the sampled Gaussian by plain convolution of its privacy loss, both directions, without rounding up."""
    grid = np.linspace(-12 * sigma, 12 * sigma + 1, 30_001)
    width, cells = grid[1] - grid[0], 2e-3
    base = np.exp(-(grid**2) / (2 * sigma**2)) / (sigma * math.sqrt(2 * math.pi)) * width
    shifted = np.exp(-((grid - 1) ** 2) / (2 * sigma**2)) / (sigma * math.sqrt(2 * math.pi)) * width
    mixed = (1 - probability) * base + probability * shifted
    worst = 0.0
    for upper, lower in ((mixed, base), (base, mixed)):
        loss = np.log(upper / lower)
        low = math.floor(loss.min() / cells)
        mass = np.bincount(np.rint(loss / cells).astype(int) - low, weights=upper)
        total = np.ones(1)
        for _ in range(steps):
            total = np.convolve(total, mass)
        losses = (np.arange(total.size) + low * steps) * cells
        worst = max(worst, float((total * np.maximum(0.0, -np.expm1(eps - losses)))[losses > eps].sum()))
    return worst


@pytest.mark.parametrize(
    ("probability", "sigma", "steps", "eps"), [(0.2, 1.0, 3, 0.5), (0.15, 0.9, 2, 1.5), (1.0, 2.0, 2, 1.0)]
)
def test_against_slow_convolution(probability, sigma, steps, eps):
    slow = slow_delta(probability, sigma, steps, eps)
    fast = delta_of(PoissonSampledGaussian(probability, sigma, steps), eps)
    assert fast == pytest.approx(slow, rel=5e-3)
    assert fast >= slow * 0.998


def test_coarser_cells_never_flatter():
    event = PoissonSampledGaussian(0.15, 1.0, 60)
    assert epsilon(event, 1e-5, value_discretization_interval=1e-2) >= epsilon(event, 1e-5)


def test_more_of_anything_that_leaks_costs_more():
    base = epsilon(PoissonSampledGaussian(0.1, 1.0, 50), 1e-5, value_discretization_interval=1e-3)
    for worse in (
        PoissonSampledGaussian(0.12, 1.0, 50),
        PoissonSampledGaussian(0.1, 0.9, 50),
        PoissonSampledGaussian(0.1, 1.0, 60),
    ):
        assert epsilon(worse, 1e-5, value_discretization_interval=1e-3) > base
    both = Composed((PoissonSampledGaussian(0.1, 1.0, 50), Gaussian(5.0)))
    assert epsilon(both, 1e-5, value_discretization_interval=1e-3) > base


def test_very_large_losses_fall_back_to_a_finite_bound():
    huge = epsilon(Gaussian(0.01), 1e-5)
    assert 5000 < huge < 1e5
    assert gaussian_delta(huge, 0.01) <= 1e-5
    assert delta_of(Gaussian(0.01), 10.0) >= gaussian_delta(10.0, 0.01)


def test_very_small_delta_falls_back_to_a_valid_bound():
    result = epsilon(Gaussian(2.0), 1e-15)
    assert gaussian_delta(result, 2.0) <= 1e-15


def test_plausible_against_a_published_model():
    # VaultGemma: epsilon ≤ 2.0 at 1.1e-10 for 100,000 steps with q = 4.08e-5 and sigma 0.614; plain Poisson gives 1.71.
    result = epsilon(PoissonSampledGaussian(4.08e-5, 0.614, 100_000), 1.1e-10)
    assert 1.70 <= result <= 1.73


def plain_rdp(probability, sigma, order):
    """Rényi divergence of one sampled step by numerical integration in high precision."""
    mpmath.mp.dps = 30

    def density(x, mean):
        return mpmath.exp(-((x - mean) ** 2) / (2 * sigma**2)) / (sigma * mpmath.sqrt(2 * mpmath.pi))

    def integrand(x):
        base = density(x, 0)
        return ((1 - probability) * base + probability * density(x, 1)) ** order * base ** (1 - order)

    peak = order
    value = mpmath.quad(integrand, [-20 * sigma, -5 * sigma, 0, peak / 2, peak, peak + 5 * sigma, peak + 20 * sigma])
    return float(mpmath.log(value) / (order - 1))


@pytest.mark.parametrize(("probability", "sigma"), [(0.05, 2.0), (0.15, 0.92), (0.01, 1.1)])
def test_rdp_against_integration(probability, sigma):
    orders = (1.5, 2.0, 2.5, 4.0, 8.0)
    curve = rdp(PoissonSampledGaussian(probability, sigma, 10), orders)
    for order, value in zip(orders, curve, strict=True):
        exact = 10 * plain_rdp(probability, sigma, order)
        assert value >= exact * (1 - 1e-12)
        assert value == pytest.approx(exact, rel=1e-6 if order == int(order) else 0.6)


def test_rdp_of_a_gaussian_is_exact_and_adds_up():
    assert rdp(Gaussian(2.0)) == pytest.approx([order / 8 for order in ORDERS], rel=1e-9)
    parts = (PoissonSampledGaussian(0.1, 1.0, 5), Gaussian(3.0))
    together, alone = rdp(Composed(parts)), [rdp(part) for part in parts]
    for order, total, first, second in zip(ORDERS, together, *alone, strict=True):
        assert total >= (first + second) * (1 - 1e-9)
        if order == int(order):
            assert total == pytest.approx(first + second, rel=1e-9)


def test_rdp_is_json_never_falls_with_the_order_and_never_vanishes():
    for event in (Gaussian(1e-200), PoissonSampledGaussian(0.15, 0.92, 60), PoissonSampledGaussian(1e-9, 50.0, 1)):
        curve = rdp(event)
        canonical_json(curve)
        assert len(curve) == len(ORDERS)
        assert all(0 < value <= UNBOUNDED for value in curve)
        assert curve == sorted(curve)
    assert max(rdp(PoissonSampledGaussian(0.15, 0.92, 60))) < UNBOUNDED
    assert math.isfinite(sum([UNBOUNDED] * 1000))


def test_single_orders_that_do_not_converge_are_not_the_users_business(caplog):
    with caplog.at_level(logging.WARNING):
        rdp(PoissonSampledGaussian(0.15, 0.92, 60))
    assert not caplog.records
    assert not logging.getLogger("absl").filters


def test_what_no_accountant_supports_is_refused():
    for unknown in ("gaussian", {"kind": "gaussian"}, None, 3):
        for call in (lambda event: epsilon(event, 1e-5), lambda event: delta_of(event, 1.0), rdp):
            with pytest.raises(UnsupportedEvent):
                call(unknown)
    records = PoissonSampledRecords(0.1, 2, 1.0, 5)
    for event, relation in (
        (Gaussian(1.0), "replace-two"),
        (records, "replace-one"),
        (RandomAllocationGaussian(5, 1, 1.0, 1), "replace-one"),
        (Composed((Gaussian(1.0), records)), "replace-one"),
        (RepeatAndSelect(records, 3.0, 1.0), "replace-one"),
    ):
        for call in (
            lambda event, relation: epsilon(event, 1e-5, relation=relation),
            lambda event, relation: delta_of(event, 1.0, relation=relation),
            lambda event, relation: rdp(event, relation=relation),
        ):
            with pytest.raises(UnsupportedEvent, match="replace"):
                call(event, relation)


@pytest.mark.parametrize("delta", [0.0, 1.0, -1e-5, math.nan, True, "1e-5"])
def test_delta_out_of_range(delta):
    with pytest.raises(PrivacyParameterError, match="delta"):
        epsilon(Gaussian(1.0), delta)


def test_other_arguments_out_of_range():
    for interval in (0.0, -1.0, math.nan):
        with pytest.raises(PrivacyParameterError, match="interval"):
            epsilon(Gaussian(1.0), 1e-5, value_discretization_interval=interval)
    for eps in (-1.0, math.nan, math.inf):
        with pytest.raises(PrivacyParameterError, match="epsilon"):
            delta_of(Gaussian(1.0), eps)
    for orders in ((), (1.0,), (math.inf,)):
        with pytest.raises(PrivacyParameterError, match="orders"):
            rdp(Gaussian(1.0), orders)
    with pytest.raises(PrivacyParameterError, match="no finite epsilon"):
        epsilon(Gaussian(1e-200), 1e-5)


def test_delta_against_the_number_of_units():
    check_delta(1e-5, 10_000)
    check_delta(1e-5, 3_000)
    for delta, units in ((1e-5, 10_001), (1 / 3000, 3000), (1e-3, 101)):
        with pytest.raises(PrivacyParameterError, match=f"delta={delta}"):
            check_delta(delta, units)
    for delta, units in ((0.0, 10), (1e-5, 0), (1e-5, True), (math.nan, 10)):
        with pytest.raises(PrivacyParameterError):
            check_delta(delta, units)


def test_rounding_is_up():
    assert round_up(1.13374) == 1.1338
    assert round_up(1.1337) == 1.1337
    assert round_up(1e-9) == 1e-4
    assert round_up(0.0) == 0.0
    for value in np.random.default_rng(0).uniform(0, 20, 2000):
        assert value <= round_up(float(value)) <= value + 1.0001e-4


def test_selection_is_charged_in_full():
    # Papernot & Steinke, logarithmic law, mean 30: total by base, both by the exact curve of the Gaussian.
    for target, ratio in ((1.0, 2.11), (3.0, 1.93), (8.0, 1.71)):
        sigma = 1 / gaussian_mean(target, 1e-5)
        assert epsilon(Gaussian(sigma), 1e-5) == pytest.approx(target, abs=2e-3)
        assert epsilon(RepeatAndSelect(Gaussian(sigma), 30.0, 0.0), 1e-5) / target == pytest.approx(ratio, abs=0.01)
    base = Gaussian(2.0)
    figures = [epsilon(RepeatAndSelect(base, mean, shape), 1e-5) for mean, shape in ((5, 0), (30, 0), (30, 1))]
    assert epsilon(base, 1e-5) < figures[0] < figures[1] < figures[2]
    both = Composed((base, RepeatAndSelect(base, 30.0, 0.0)))
    assert epsilon(both, 1e-5) > figures[1]
    assert delta_of(RepeatAndSelect(base, 30.0, 0.0), figures[1]) <= 1.01e-5


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "dp_accounting", None)
    with pytest.raises(MissingExtra, match="dp-accounting") as caught:
        epsilon(Gaussian(1.0), 1e-5)
    assert "pip install 'wuming[train]'" in caught.value.help
