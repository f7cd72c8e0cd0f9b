"""Private selection: the right charge, runs that follow from the key, scores that one unit moves by at most 1."""

from __future__ import annotations

import collections

import pytest
import torch
from torch import nn
from torch.nn import functional

from wuming.accounting.accountant import epsilon
from wuming.accounting.events import RepeatAndSelect
from wuming.core.errors import PrivacyParameterError
from wuming.training.clipping.rules import Flat
from wuming.training.data import UnitData
from wuming.training.tuning import Tuning, choose, likelihood_score, split

KEY = bytes(range(32))
FIELDS = {"population": 600, "expected_batch_size": 100, "steps": 20, "clipping": Flat(1.0)}


def test_the_whole_selection_costs_at_most_the_target_and_more_than_one_run():
    tuning = Tuning(mean=5, score_noise=10)
    plan = tuning.plan_for(4.0, 1e-5, **FIELDS)
    assert 3.9 < tuning.epsilon(plan, 1e-5) <= 4.0
    assert plan.epsilon(1e-5) < 3.0
    event = tuning.event(plan)
    assert isinstance(event, RepeatAndSelect)
    assert epsilon(event, 1e-5) == tuning.epsilon(plan, 1e-5)


def test_a_twin_that_charges_the_best_run_alone_would_be_seen():
    tuning = Tuning(mean=5)
    plan = tuning.plan_for(4.0, 1e-5, **FIELDS)
    assert not 3.9 < plan.epsilon(1e-5) <= 4.0


def test_the_best_of_all_runs_comes_out_and_repeats_under_its_key():
    made = []

    def run(setting, key):
        made.append((setting, key))
        return setting

    tuning = Tuning(mean=20, score_noise=1e-6)
    for number in range(20):
        made.clear()
        key = number.to_bytes(32, "big")
        best = choose([1.0, 2.0, 3.0], run, lambda result: result, tuning, key=key)
        assert best.setting == max(setting for setting, _ in made)
        assert len({key for _, key in made}) == len(made)
        before = list(made)
        made.clear()
        assert choose([1.0, 2.0, 3.0], run, lambda result: result, tuning, key=key).setting == best.setting
        assert made == before


def test_settings_are_drawn_evenly_and_the_number_of_runs_varies():
    counts, runs = collections.Counter(), []

    def run(setting, _key):
        counts[setting] += 1
        runs[-1] += 1
        return setting

    for number in range(300):
        runs.append(0)
        choose(["a", "b", "c"], run, lambda _result: 0.0, Tuning(mean=10), key=number.to_bytes(32, "big"))
    total = sum(counts.values())
    assert all(abs(count - total / 3) < 6 * (total * 2 / 9) ** 0.5 for count in counts.values())
    assert len(set(runs)) > 5
    assert min(runs) == 1


def test_an_error_of_one_run_ends_all():
    def run(_setting, _key):
        raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError):
        choose([1], run, float, Tuning(), key=KEY)


def test_one_unit_moves_the_score_by_at_most_one_whatever_its_records_say():
    generator = torch.Generator().manual_seed(0)
    x, y = torch.randn(30, 4, generator=generator), torch.randint(0, 2, (30,), generator=generator)
    x[0] = float("nan")
    model = nn.Linear(4, 2)

    def loss(network, inputs):
        return functional.cross_entropy(network(inputs[0]), inputs[1], reduction="none")

    whole = UnitData.of_tensors(x, y, units=[f"u{i % 7}" for i in range(30)])
    total = likelihood_score(model, whole, loss, batch=4)
    for gone in range(7):
        rest = likelihood_score(model, whole.only([i for i in range(7) if i != gone]), loss)
        assert 0 <= total - rest <= 1 + 1e-9


def test_units_take_sides_by_their_own_coins():
    names = [f"u{i}" for i in range(200)]
    training, held_out = split(UnitData(200, list, units=names), KEY, 0.25)
    assert sorted(training.labels + held_out.labels) == sorted(names)
    assert 25 < len(held_out.labels) < 80
    fewer, _ = split(UnitData(199, list, units=names[1:]), KEY, 0.25)
    assert [n for n in training.labels if n != "u0"] == fewer.labels


@pytest.mark.parametrize("fields", [{"score_noise": 0.0}, {"held_out": 0.0}])
def test_a_selection_without_a_guarantee_is_refused(fields):
    with pytest.raises(PrivacyParameterError, match=next(iter(fields))):
        Tuning(**fields)
