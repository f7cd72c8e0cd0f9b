"""What a round costs at full size, against the goals; run with -s to see the figures."""

from __future__ import annotations

import pytest

from wuming.benchmarks.federated.one_round import STAGES, cost, server_memory, setup
from wuming.federated.secure_aggregation import ServerStage


def measure(members, colluders, dimension, dropped):
    found = cost(setup(members, colluders, dimension, 18), dict.fromkeys(dropped, ServerStage.VECTORS))
    print(f"\n{members} members × {dimension} values of 18 bits, {len(dropped)} dropped out: {found}")
    assert found["exact"]
    assert found["survivors"] == members - len(dropped)
    assert found["client"] <= 2
    assert found["wire"] <= 1.05
    return found


@pytest.mark.full
@pytest.mark.parametrize("dropped", [set(), {3}])
def test_ten_silos_and_a_lora_update(dropped):
    measure(10, 2, 4_200_000, dropped)


@pytest.mark.full
def test_a_hundred_members_of_whom_twenty_drop_out():
    assert measure(100, 25, 1_000_000, set(range(0, 100, 5)))["all"] <= 60


@pytest.mark.parametrize("stage", STAGES)
def test_a_dropout_at_any_stage_is_counted_and_the_sum_checked(stage):
    found = cost(setup(5, 0, 2000, 18), {2: stage})
    assert found["exact"]
    assert found["survivors"] == (4 if stage <= ServerStage.VECTORS else 5)
    assert 1 < found["sent"] < found["wire"]


def test_the_server_s_memory_is_counted():
    of = setup(4, 0, 500_000, 18)
    assert 4 * of.dimension <= server_memory(of, {}) <= 12 * of.dimension
