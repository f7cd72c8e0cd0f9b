"""Calibration: published noise multipliers, and that no smaller one would do."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from wuming.accounting.accountant import epsilon
from wuming.accounting.calibration import calibrate, noise_multiplier
from wuming.accounting.events import (
    FixedParticipationGaussian,
    PoissonSampledGaussian,
    RandomAllocationGaussian,
    RepeatAndSelect,
)
from wuming.core.errors import PrivacyParameterError

ROWS = json.loads((Path(__file__).parent.parent / "vectors" / "noise_multipliers.json").read_text())["rows"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["noise_multiplier"]))
def test_published_noise_multipliers(row):
    probability = row["units_per_step"] / row["units"]
    steps = math.floor(row["epochs"] / probability)
    result = noise_multiplier(row["epsilon"], row["delta"], probability, steps)
    assert result == pytest.approx(row["noise_multiplier"], abs=row["tolerance"])


@pytest.mark.parametrize(("target", "probability", "steps"), [(2.0, 0.15, 60), (0.5, 1.0, 1)])
def test_it_suffices_and_nothing_smaller_does(target, probability, steps):
    result = noise_multiplier(target, 1e-5, probability, steps)
    assert round(result * 1e4) / 1e4 == result
    assert epsilon(PoissonSampledGaussian(probability, result, steps), 1e-5) <= target
    assert epsilon(PoissonSampledGaussian(probability, result - 1e-4, steps), 1e-5) > target


@pytest.mark.parametrize(
    ("make", "target", "relation"),
    [
        (lambda sigma: FixedParticipationGaussian(10, sigma), 2.0, "add-or-remove-one"),
        (lambda sigma: PoissonSampledGaussian(0.1, sigma, 20), 2.0, "replace-one"),
        pytest.param(
            lambda sigma: RandomAllocationGaussian(10, 1, sigma, 5), 2.0, "add-or-remove-one", marks=pytest.mark.full
        ),
        (lambda sigma: RepeatAndSelect(FixedParticipationGaussian(2, sigma), 10.0, 0.0), 3.0, "add-or-remove-one"),
    ],
)
def test_any_event_can_be_calibrated(make, target, relation):
    sigma = calibrate(make, target, 1e-5, relation=relation)
    assert epsilon(make(sigma), 1e-5, relation=relation) <= target
    assert epsilon(make(sigma - 1e-4), 1e-5, relation=relation) > target


def test_never_below_a_tenth():
    assert noise_multiplier(5000.0, 1e-5, 0.01, 1) == 0.1


@pytest.mark.parametrize(
    "arguments",
    [
        (0.0, 1e-5, 0.1, 10),
        (-1.0, 1e-5, 0.1, 10),
        (math.inf, 1e-5, 0.1, 10),
        (math.nan, 1e-5, 0.1, 10),
        (True, 1e-5, 0.1, 10),
        (8.0, 0.0, 0.1, 10),
        (8.0, 1.0, 0.1, 10),
        (8.0, 1e-5, 0.0, 10),
        (8.0, 1e-5, 1.5, 10),
        (8.0, 1e-5, 0.1, 0),
    ],
)
def test_out_of_range(arguments):
    with pytest.raises(PrivacyParameterError):
        noise_multiplier(*arguments)
