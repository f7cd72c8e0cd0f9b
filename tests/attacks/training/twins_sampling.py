"""Broken twins of sampling and of the account."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
from twin_parts import twin, with_participants

from wuming.training import plan as plan_module
from wuming.training import private
from wuming.training.participants import Participants
from wuming.training.plan import TrainingPlan

# Sampling


@twin("sampling", smoke=True)
def shuffle_accounted_as_poisson(patch):
    """Batches of a shuffled epoch."""

    def of_step(self, step):
        count = len(self._members)
        per_epoch = max(1, round(1 / self._sampler._plan.sampling_probability))
        order = np.random.default_rng(step // per_epoch).permutation(count)
        return [self._members[u] for u in np.array_split(order, per_epoch)[step % per_epoch]]

    return with_participants(patch, of_step)


@twin("sampling")
def fixed_batch_size_accounted_as_poisson(patch):
    """As many units as the divisor says, drawn without replacement."""

    def of_step(self, step):
        size = min(self._sampler._plan.expected_batch_size, len(self._members))
        chosen = np.random.default_rng(step).choice(len(self._members), size, replace=False)
        return [self._members[u] for u in chosen]

    return with_participants(patch, of_step)


@twin("sampling influence")
def last_micro_batch_dropped(patch):
    """drop_last: what does not fill a micro-batch is left out."""
    cut = private.cut
    patch.setattr(private, "cut", lambda *a: (batch for batch in cut(*a) if bool(batch.present.all())))
    return {}


@twin("sampling")
def one_coin_for_all(patch):
    """Neighbouring units share a coin."""

    def of_step(self, step):
        coins = np.random.default_rng(step).random(len(self._members) // 4 + 1)
        q = self._sampler._plan.sampling_probability
        return [members for u, members in enumerate(self._members) if coins[u // 4] < q]

    return with_participants(patch, of_step)


@twin("sampling")
def the_same_batch_every_step(patch):
    """The sampler is seeded once and begins anew each step."""
    true = Participants.of_step
    return with_participants(patch, lambda self, step: true(self, 0))


@twin("sampling")
def probability_doubled(patch):
    """Twice as many units take part as are accounted for."""

    def of_step(self, step):
        q = 2 * self._sampler._plan.sampling_probability
        coins = np.random.default_rng(step).random(len(self._members))
        return [members for u, members in enumerate(self._members) if coins[u] < q]

    return with_participants(patch, of_step)


@twin("sampling")
def allocation_by_coins(patch):
    """Random allocation is accounted for, and coins are thrown: some units take part more often."""

    def of_step(self, step):
        q = self._sampler._plan.sampling_probability
        coins = np.random.default_rng(step).random(len(self._members))
        return [members for u, members in enumerate(self._members) if coins[u] < q]

    return with_participants(patch, of_step) | {"plan": {"sampler": "random-allocation", "participations": 2}}


@twin("sampling")
def truncation_keeps_the_first(patch):
    """A batch that is too large loses its last units, always the same ones."""

    def of_step(self, step):
        plan = self._sampler._plan
        coins = np.random.default_rng(step).random(len(self._members))
        drawn = [m for u, m in enumerate(self._members) if coins[u] < plan.sampling_probability]
        return drawn[: plan.max_batch_size]

    return with_participants(patch, of_step) | {"plan": {"sampler": "truncated-poisson", "max_batch_size": 240}}


# Accounting


def _of_event(patch: Any, change: Callable[[Any], Any]) -> dict[str, Any]:
    true = TrainingPlan.event.fget
    assert true is not None
    patch.setattr(TrainingPlan, "event", property(lambda self: change(true(self))))
    return {}


@twin("accounting")
def event_with_fewer_steps(patch):
    """Half the steps are accounted for."""
    return _of_event(patch, lambda event: dataclasses.replace(event, steps=event.steps // 2))


@twin("accounting")
def event_with_more_noise(patch):
    """The event says more noise than is added."""
    return _of_event(patch, lambda event: dataclasses.replace(event, noise_multiplier=event.noise_multiplier * 1.1))


def _of_epsilon(patch: Any, change: Callable[[Any], Any]) -> dict[str, Any]:
    true = plan_module.epsilon
    patch.setattr(plan_module, "epsilon", lambda event, delta, **o: true(change(event), delta, **o))
    return {}


@twin("accounting")
def epsilon_at_half_the_probability(patch):
    """The loss distribution is taken at half the sampling probability."""
    return _of_epsilon(
        patch, lambda event: dataclasses.replace(event, sampling_probability=event.sampling_probability / 2)
    )


@twin("accounting")
def epsilon_of_fewer_steps(patch):
    """The accountant composes nine steps of ten."""
    return _of_epsilon(patch, lambda event: dataclasses.replace(event, steps=event.steps * 9 // 10))


@twin("one-step")
def epsilon_of_half_the_sensitivity(patch):
    """One unit is taken to move the sum by half the bound."""
    return _of_epsilon(patch, lambda event: dataclasses.replace(event, noise_multiplier=event.noise_multiplier * 2))
