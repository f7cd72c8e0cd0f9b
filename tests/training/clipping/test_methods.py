"""The choice of method by counted cost."""

from __future__ import annotations

import pytest
from torch import nn

from wuming.training.clipping.engine import ClippedGradients
from wuming.training.clipping.methods import (
    Chooser,
    extra_bytes,
    ghost_seconds,
    instantiate_seconds,
    prefers_instantiating,
    units_at_once,
)
from wuming.training.clipping.rules import Flat, PerLayer


def chosen(rows, m, n, *, memory=1 << 40, by_itself=False):
    return Chooser("auto", memory, by_itself=by_itself, exact=False).choose(4, rows, m, n).method


def test_few_rows_ghost_many_rows_instantiate():
    assert chosen(32, 3072, 768) == "ghost"
    assert chosen(512, 3072, 768) == "instantiate"
    assert chosen(128, 16, 768) == "instantiate"  # a LoRA factor


def test_memory_forbids_and_the_reason_is_told():
    assert extra_bytes(300, 3072, 768) > 0 > extra_bytes(1024, 3072, 768)
    assert prefers_instantiating(300, 3072, 768)
    choice = Chooser("auto", 1000, by_itself=False, exact=False).choose(4, 300, 3072, 768)
    assert (choice.method, "memory_bytes" in choice.why) == ("ghost", True)
    assert chosen(1024, 3072, 768, memory=0) == "instantiate"  # takes less than inputs and output gradients
    assert chosen(300, 3072, 768, memory=0, by_itself=True) == "instantiate in chunks"


def test_memory_is_for_the_whole_pass():
    chooser = Chooser("auto", 6 * 4 * 3072 * 768, by_itself=False, exact=False)
    assert [chooser.choose(4, 300, 3072, 768).method for _ in range(2)] == ["instantiate", "ghost"]


def test_sub_batches():
    weights = [(3072, 768)] * 12
    whole = 12 * 4 * 3072 * 768
    assert units_at_once(weights, 300, 3 * whole) == 3
    assert units_at_once(weights, 300, whole - 1) is None
    assert units_at_once(weights, 32, 3 * whole) is None
    assert units_at_once(weights, 2048, 0) is None


def test_counted_costs_grow_as_they_should():
    assert ghost_seconds(256, 10, 20) == pytest.approx(4 * ghost_seconds(128, 10, 20))
    assert instantiate_seconds(20, 20) == pytest.approx(4 * instantiate_seconds(10, 10))


@pytest.mark.parametrize(("rule", "method"), [(Flat(1.0), "ghost"), (PerLayer(1.0), "auto")])
def test_no_wish_for_sub_batches(rule, method):
    assert ClippedGradients(nn.Linear(900, 900), rule, method=method).units_at_once(300) is None
