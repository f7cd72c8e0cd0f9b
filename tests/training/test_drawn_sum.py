"""A party's part of a step: against a plain loop, against central training, and on neighbouring data."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

from wuming.core.errors import SelfCheckFailed
from wuming.training.clipping.rules import AdaptiveQuantile, Flat
from wuming.training.data import UnitData
from wuming.training.drawn_sum import DrawnSum, Party
from wuming.training.plan import TrainingPlan

BOUND, RECORDS = 0.3, 60


def plan(**changes) -> TrainingPlan:
    fields = {
        "population": RECORDS,
        "expected_batch_size": 30,
        "steps": 4,
        "noise_multiplier": 1.0,
        "clipping": Flat(BOUND),
    }
    return TrainingPlan(**(fields | changes))


def loss(model, inputs):
    x, y = inputs
    return functional.cross_entropy(model(x), y, reduction="none")


def made():
    torch.manual_seed(4)
    model = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))
    x, y = torch.randn(RECORDS, 5), torch.randint(0, 3, (RECORDS,))
    return model, x, y


def flat(sums):
    return torch.cat([part.reshape(-1).double() for part in sums.values()])


def by_hand(model, x, y, drawn, bound=BOUND):
    """One record after the other: its gradient, its norm, its share."""
    total = torch.zeros(sum(p.numel() for p in model.parameters()), dtype=torch.float64)
    for record in drawn:
        model.zero_grad()
        functional.cross_entropy(model(x[record : record + 1]), y[record : record + 1]).backward()
        gradient = torch.cat([p.grad.reshape(-1).double() for p in model.parameters()])
        total += gradient * min(1.0, bound / float(gradient.norm()))
    model.zero_grad()
    return total


def test_it_is_the_sum_of_the_clipped_gradients_of_those_drawn() -> None:
    model, x, y = made()
    party = Party.of(UnitData.of_tensors(x, y), plan(), bytes(32))
    sums = DrawnSum(model, plan(), loss)
    for step in (0, 1, 7):
        drawn = [record for records in party.participants.of_step(step) for record in records]
        assert 15 < len(drawn) < 45
        found = flat(sums.of_step(party, step))
        assert torch.allclose(found, by_hand(model, x, y, drawn), atol=1e-6)
        assert not torch.allclose(found, by_hand(model, x, y, drawn, bound=1e6), atol=1e-2)  # the bound is felt
    assert sums.compared == 2


def test_the_sums_of_all_parties_are_the_sum_of_one_that_holds_all() -> None:
    model, x, y = made()
    everybody = plan(expected_batch_size=RECORDS)
    sums = DrawnSum(model, everybody, loss)
    together = flat(sums.of_step(Party.of(UnitData.of_tensors(x, y), everybody, bytes(32)), 1)).clone()
    parts = torch.zeros_like(together)
    for number, here in enumerate((slice(0, 10), slice(10, 35), slice(35, RECORDS))):
        party = Party.of(UnitData.of_tensors(x[here], y[here]), everybody, bytes([number]) * 32)
        parts += flat(sums.of_step(party, 1))
    assert torch.allclose(parts, together, atol=1e-5)


def test_one_record_more_changes_it_by_at_most_the_bound() -> None:
    model, x, y = made()
    sums = DrawnSum(model, plan(expected_batch_size=RECORDS), loss)
    rule = plan(expected_batch_size=RECORDS)
    x[-1] *= 1e4  # a record with a huge gradient
    whole = flat(sums.of_step(Party.of(UnitData.of_tensors(x, y), rule, bytes(32)), 1)).clone()
    less = flat(sums.of_step(Party.of(UnitData.of_tensors(x[:-1], y[:-1]), rule, bytes(32)), 1))
    change = float((whole - less).norm())
    assert 0.9 * BOUND < change <= BOUND * (1 + 1e-5)
    unclipped = by_hand(model, x, y, range(RECORDS), bound=1e9) - by_hand(model, x, y, range(RECORDS - 1), bound=1e9)
    assert float(unclipped.norm()) > 100 * BOUND  # the broken twin


def test_coins_are_the_party_s_own() -> None:
    _, x, y = made()
    data = UnitData.of_tensors(x, y)
    drawn = [Party.of(data, plan(), key * 32).participants.of_step(1) for key in (b"a", b"a", b"b")]
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_draw_of_nobody_gives_zeros() -> None:
    model, x, y = made()
    rule = plan(population=10**6, expected_batch_size=1)
    found = DrawnSum(model, rule, loss).of_step(Party.of(UnitData.of_tensors(x, y), rule, bytes(32)), 1)
    assert not flat(found).any()


def test_losses_that_couple_records_are_refused() -> None:
    model, x, y = made()
    party = Party.of(UnitData.of_tensors(x, y), plan(), bytes(32))

    def coupled(net, inputs):
        found = loss(net, inputs)
        return found - found.mean()

    with pytest.raises(SelfCheckFailed):
        DrawnSum(model, plan(), coupled).of_step(party, 0)
    with pytest.raises(SelfCheckFailed):
        DrawnSum(model, plan(), lambda net, inputs: loss(net, inputs).mean()).of_step(party, 0)


def test_a_bound_that_follows_a_count_is_refused() -> None:
    model, _, _ = made()
    rule = plan(clipping=AdaptiveQuantile(0.1, count_noise=5.0))
    with pytest.raises(SelfCheckFailed):
        DrawnSum(model, rule, loss)
