"""Tiny models, units and plans for the training room."""

from __future__ import annotations

import pytest
import torch

from wuming.training import language_model as lm
from wuming.training.clipping.rules import Flat
from wuming.training.data import UnitData
from wuming.training.plan import TrainingPlan


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def model():
    return lm.build(lm.Architecture(60, 16, 2, 2, 24, 32), seed=3)


@pytest.fixture
def units():
    generator = torch.Generator().manual_seed(5)
    made = {}
    for number in range(12):
        records = 1 + number % 3
        lengths = torch.randint(4, 12, (records,), generator=generator).tolist()
        made[f"unit-{number}"] = [[1, *torch.randint(2, 60, (n,), generator=generator).tolist(), 1] for n in lengths]
    return made


@pytest.fixture
def data(units):
    return UnitData.of_sequences(units, lm.pad)


@pytest.fixture
def nobody():
    return UnitData.of_sequences({}, lm.pad)


@pytest.fixture
def plan():
    return TrainingPlan(
        population=12,
        expected_batch_size=6,
        records_per_unit=2,
        clipping=Flat(0.5),
        noise_multiplier=0.8,
        steps=6,
        unit_of_privacy="subject",
    )
