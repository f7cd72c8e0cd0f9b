"""Sums are those since `reset` alone: nothing of an earlier batch is left in them, also where an addition fails."""

from __future__ import annotations

import pytest
import torch

from wuming.training.clipping.contributions import Contribution, Dense, Product, Scatter
from wuming.training.clipping.rooms import Rooms
from wuming.training.clipping.sums import Sums, Write

PARAMETER = torch.zeros(6, 4)


class TooEarly(Sums):
    """A broken twin: a sum counts as begun before anything was written."""

    def add(self, name: str, write: Write) -> None:
        fresh = name in self._stale
        self._stale.discard(name)
        write(self.like[name].view(-1), fresh)


def sums(kind: type[Sums] = Sums) -> Sums:
    """Return some that hold an earlier batch's sum, then were reset."""
    made = kind()
    made.reset([("weight", PARAMETER, torch.float32)])
    made.add("weight", lambda total, fresh: total.fill_(torch.nan))
    made.reset([("weight", PARAMETER, torch.float32)])
    return made


def test_what_nothing_was_added_to_is_zero() -> None:
    assert torch.equal(sums().whole()["weight"], PARAMETER)


@pytest.mark.parametrize(("kind", "right"), [(Sums, True), (TooEarly, False)])
def test_a_failed_addition_leaves_nothing_of_an_earlier_batch(kind: type[Sums], right: bool) -> None:
    made = sums(kind)

    def fails(total: torch.Tensor, fresh: bool) -> None:
        raise MemoryError

    with pytest.raises(MemoryError):
        made.add("weight", fails)
    assert torch.equal(made.whole()["weight"], PARAMETER) is right


@pytest.mark.parametrize("units", [0, 1, 3])
@pytest.mark.parametrize("kind", ["product", "scatter", "dense"])
def test_the_first_is_written_and_others_are_added(kind: str, units: int) -> None:
    torch.manual_seed(0)
    left, right = torch.randn(units, 5, 6), torch.randn(units, 5, 4)
    parts: dict[str, Contribution] = {
        "product": Product(left, right),
        "scatter": Scatter(torch.randint(0, 6, (units, 5)), right, 6),
        "dense": Dense(torch.randn(units, 24)),
    }
    part, weights = parts[kind], torch.rand(units, dtype=torch.float64)
    rows = torch.empty(units, 24)
    part.write(rows, fresh=True)
    expected = (rows * weights.float()[:, None]).sum(0).view(6, 4)
    made = sums()
    for times in (1, 2):
        made.add("weight", lambda total, fresh: part.add_weighted(weights, Rooms(), total, fresh))
        torch.testing.assert_close(made.whole()["weight"], times * expected)
