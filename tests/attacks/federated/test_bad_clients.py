"""Clients that want to steer the model, to take part without work, or to count for more than they are.

Each attack succeeds on the averaging that is usual, and is held to its share on ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from wuming.core.errors import UpdateRefused
from wuming.federated.codes import GridCode
from wuming.federated.crowd import LocalCrowd
from wuming.federated.simulation import simulate
from wuming.federated.weighting import BoundedWeights

from ...federated.parties import DIMENSION, Towards, federation, participants, plan, targets

CLIENTS = 9
BOUND = 3.0


@dataclass
class Replacing:
    """Model replacement: an update so long that the mean becomes the attacker's model.

    Source: Bagdasaryan et al., "How to backdoor federated learning" (AISTATS 2020), section 4.2.
    """

    wanted: np.ndarray
    factor: float
    record_bound: float | None = None
    sampling_probability: float = 1.0

    def contribution(self, weights, round_number):
        return self.factor * (self.wanted - weights)


WANTED = np.full(DIMENSION, 40.0)


def crowd_with(attackers, **options):
    trainers = [Towards(target) for target in targets(CLIENTS)]
    for place, attacker in enumerate(attackers):
        trainers[place] = attacker
    return LocalCrowd(participants(trainers, **options))


def reached(of, crowd) -> float:
    """How near the attacker came to the model it wants: 1 there, 0 where nobody attacks."""
    attacked = federation(of)
    simulate(attacked, crowd)
    return float(1 - np.linalg.norm(attacked.weights - WANTED) / np.linalg.norm(WANTED))


def test_model_replacement_works_on_plain_averaging_and_not_under_a_norm_bound() -> None:
    attacker = Replacing(WANTED, CLIENTS)
    plain = plan(CLIENTS, rounds=1, secure=False, code=None, bound=1e9)
    assert reached(plain, crowd_with([attacker])) > 0.95  # the broken twin
    bounded = plan(CLIENTS, rounds=1, secure=False, code=None, bound=BOUND)
    assert reached(bounded, crowd_with([attacker])) < BOUND / CLIENTS / np.linalg.norm(WANTED) + 0.02


class Unclipped(LocalCrowd):
    """The first client does not clip: under masks nobody can see that it does not."""

    def answers(self, stage, inbox):
        first = self._clients["client-0"]
        first.encoded = lambda: np.rint(first._trainer.contribution(first._offer.weights, 1) / 2.0**-10).astype(
            np.int64
        )
        return super().answers(stage, inbox)


def test_under_masks_values_beyond_the_bound_are_refused_and_a_median_of_groups_bears_the_rest() -> None:
    code = GridCode(DIMENSION, 400.0, 2.0**-10)
    attacker = Replacing(WANTED, CLIENTS)  # 360 in every coordinate: within the round's range, 880 in norm
    mean = plan(CLIENTS, rounds=1, bound=BOUND, code=code)
    unclipped = Unclipped(participants([attacker, *(Towards(t) for t in targets(CLIENTS)[1:])]))
    # What masks cost: the server cannot see that a client does not clip. The mean is steered up to the range.
    assert reached(mean, unclipped) > 0.9
    grouped = plan(CLIENTS, rounds=1, bound=BOUND, code=code, aggregation="group-median", groups=3, least_survivors=2)
    unclipped = Unclipped(participants([attacker, *(Towards(t) for t in targets(CLIENTS)[1:])]))
    assert reached(grouped, unclipped) < 0.05
    tight = plan(CLIENTS, rounds=1, bound=BOUND, code=GridCode(DIMENSION, BOUND, 2.0**-10))
    unclipped = Unclipped(participants([attacker, *(Towards(t) for t in targets(CLIENTS)[1:])]))
    assert reached(tight, unclipped) < 0.05  # its vector does not fit the round: it is refused, the others go on


def by_claimed_counts(updates, counts):
    """The usual weighting: by the number of examples that a client says it has."""
    return sum(counts[n] * updates[n] for n in range(CLIENTS)) / sum(counts)


def honest_move():
    return float(np.linalg.norm(0.5 * targets(CLIENTS)[1:].mean(0)))


def test_weight_inflation_takes_the_average_over_and_not_ours() -> None:
    updates = [Replacing(WANTED, 1.0).contribution(np.zeros(DIMENSION), 1), *(0.5 * t for t in targets(CLIENTS)[1:])]
    counts = [10**9, *[100] * (CLIENTS - 1)]
    taken = by_claimed_counts(updates, counts)
    assert np.linalg.norm(taken - WANTED) < 1e-3 * np.linalg.norm(WANTED)  # the broken twin
    ours = plan(CLIENTS, rounds=1, bound=BOUND, secure=True, weighting=BoundedWeights(100))
    crowd = crowd_with([Replacing(WANTED, 1.0)], records=counts)
    assert reached(ours, crowd) < BOUND / CLIENTS / np.linalg.norm(WANTED) + 0.02


@dataclass
class FreeRider:
    """Wants the model and does no work: it sends nothing, or noise that looks like work.

    Source: Lin, Du and Liu, "Free-riders in federated learning: attacks and defenses" (2019).
    """

    size: float = 0.0
    record_bound: float | None = None
    sampling_probability: float = 1.0

    def contribution(self, weights, round_number):
        noise = np.random.default_rng(round_number).normal(size=DIMENSION)
        return self.size * noise


def test_a_free_rider_that_claims_much_data_stops_plain_averaging_and_not_ours() -> None:
    updates = [np.zeros(DIMENSION), *(0.5 * t for t in targets(CLIENTS)[1:])]
    counts = [10**9, *[100] * (CLIENTS - 1)]
    assert np.linalg.norm(by_claimed_counts(updates, counts)) < 1e-4 * honest_move()  # the broken twin
    ours = federation(plan(CLIENTS, rounds=1, weighting=BoundedWeights(100)))
    simulate(ours, crowd_with([FreeRider()], records=counts))
    honest = 0.5 * targets(CLIENTS)[1:].sum(0) / CLIENTS
    assert np.allclose(ours.weights, honest, atol=1e-5)  # it costs its own share, one ninth, and no more


def test_a_free_rider_that_sends_noise_moves_the_model_by_its_bounded_share() -> None:
    ours = federation(plan(CLIENTS, rounds=1, bound=BOUND))
    simulate(ours, crowd_with([FreeRider(1e6)]))
    honest = 0.5 * targets(CLIENTS)[1:].sum(0) / CLIENTS
    assert np.linalg.norm(ours.weights - honest) <= BOUND / CLIENTS + 1e-5
    unbounded = federation(plan(CLIENTS, rounds=1, bound=1e9, code=GridCode(DIMENSION, 1e9, 1.0)))
    simulate(unbounded, crowd_with([FreeRider(1e6)]))
    assert np.linalg.norm(unbounded.weights - honest) > 1e4  # the broken twin


def test_a_poisoned_update_that_is_not_a_number_spoils_nothing() -> None:
    """The broken twin: the usual clipping, min(1, C/norm), lets NaN through and the mean is NaN for good."""
    bad = np.full(DIMENSION, np.nan)
    norm = np.linalg.norm(bad)
    assert np.isnan(bad * min(1.0, BOUND / norm)).all()
    ours = federation(plan(CLIENTS, rounds=1, bound=BOUND))
    result = simulate(ours, crowd_with([Replacing(bad, 1.0)]))
    assert result.reports[0].survivors == CLIENTS - 1
    assert np.isfinite(ours.weights).all()
    participant = participants([Replacing(bad, 1.0), *(Towards(t) for t in targets(CLIENTS)[1:])])[0]
    participant.begin(federation(plan(CLIENTS)).open_round().offers[0])
    with pytest.raises(UpdateRefused) as caught:
        participant.vector()
    assert caught.value.reason == "not-finite"
