"""Broken twins of the noise: of its scale, shape and use, of the quantile that is released, and over two processes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import two_ranks
from twin_parts import twin, with_engine, with_finish

from wuming.training import noise as noise_module
from wuming.training import private
from wuming.training import step as step_module
from wuming.training.clipping.engine import ClippedGradients
from wuming.training.noise import NoiseStatistics, add_noise
from wuming.training.plan import TrainingPlan
from wuming.training.private import PrivateTrainer
from wuming.training.step import PrivateStep

# Noise


@twin("noise", smoke=True)
def no_noise(patch):
    """Noise is drawn, counted, and not added."""

    def other(sums, *, scale, **claim):
        drawn = add_noise({name: total.clone() for name, total in sums.items()}, **claim)
        for total in sums.values():
            total *= scale
        return drawn

    patch.setattr(step_module, "add_noise", other)
    return {}


@twin("noise influence")
def noise_per_micro_batch(patch):
    """Noise is added in every micro-batch."""

    class Other(ClippedGradients):
        def end(self, present=None, scale=None):
            norms = super().end(present, scale)
            add_noise(self.sums, key=bytes(32), step=self.counted, standard_deviation=0.8 * self.bound)
            return norms

    return with_engine(patch, Other)


def _scaled(patch: Any, deviation: Callable[[float], float]) -> dict[str, Any]:
    def other(sums, *, standard_deviation, **claim):
        return add_noise(sums, standard_deviation=deviation(standard_deviation), **claim)

    patch.setattr(step_module, "add_noise", other)
    return {}


@twin("noise")
def noise_divided_by_the_batch_twice(patch):
    """σC/B is added to the sum, which is then divided by B."""
    return _scaled(patch, lambda sd: sd / 6)


@twin("noise")
def sigma_used_as_variance(patch):
    """The noise has variance σC in place of standard deviation σC."""
    return _scaled(patch, lambda sd: sd**0.5)


@twin("noise", smoke=True)
def noise_three_percent_small(patch):
    """A scale that is only just wrong."""
    return _scaled(patch, lambda sd: 0.97 * sd)


@twin("noise")
def noise_of_one_step_everywhere(patch):
    """The step is left out of the noise's context, so every step has the same noise."""

    def other(sums, *, step, **claim):
        return add_noise(sums, step=0, **claim)

    patch.setattr(step_module, "add_noise", other)
    return {}


@twin("noise")
def noise_alike_in_every_tensor(patch):
    """Each tensor's generator starts at the same seed."""

    def other(sums, **claim):
        drawn = [add_noise({name: total}, **claim) for name, total in sums.items()]
        return sum(drawn[1:], drawn[0])

    patch.setattr(step_module, "add_noise", other)
    return {}


@twin("noise")
def uniform_noise(patch):
    """Noise of the right spread and the wrong shape."""

    def other(sums, *, key, step, standard_deviation, scale, **_ranks):
        generator = torch.Generator().manual_seed(int.from_bytes(key[:4], "big") + step)
        for total in sums.values():
            drawn = torch.rand(total.shape, generator=generator) - 0.5
            total += (12**0.5 * standard_deviation * drawn).to(total)
            total *= scale
        size = sum(total.numel() for total in sums.values())
        return NoiseStatistics(count=size, squares=float(size))

    patch.setattr(step_module, "add_noise", other)
    return {}


@twin("replay")
def noise_from_a_known_seed(patch):
    """The noise is seeded by the step alone: whoever reads the code can take it off."""

    def other(sums, *, key, **claim):
        return add_noise(sums, key=bytes(32), **claim)

    patch.setattr(step_module, "add_noise", other)
    return {}


@twin("noise")
def noise_scaled_by_the_batch(patch):
    """Steps that drew few units get less noise."""

    class Other(PrivateTrainer):
        def _finish_step(self) -> None:
            plan, size = self.plan, min(1.0, max(self._present, 1) / self.plan.expected_batch_size)
            self._step._plan = dataclasses.replace(plan, noise_multiplier=plan.noise_multiplier * size)
            super()._finish_step()

    return {"trainer": Other}


# Quantile


@twin("accounting noise", "quantile")
def quantile_unaccounted(patch):
    """The count is released, and the gradient's noise is not raised for it."""
    patch.setattr(TrainingPlan, "gradient_noise_multiplier", property(lambda self: self.noise_multiplier))
    return {}


@twin("count", "quantile")
def quantile_count_without_noise(patch):
    """The bound follows the true count."""
    patch.setattr(step_module, "gaussian_noise", lambda stream, n, sd: np.zeros(n))
    return {}


@twin("count", "quantile")
def quantile_count_not_centred(patch):
    """One unit changes the count by one, and one half is accounted for."""

    adapt = PrivateStep._adapt_bound
    patch.setattr(PrivateStep, "_adapt_bound", lambda self, rule, step, _present: adapt(self, rule, step, 0))
    return {}


# Several processes: see two_ranks.py


def _two_ranks(patch: Any) -> dict[str, Any]:
    patch.setattr(noise_module, "_CHUNK", 64)  # so that a small model has chunks for both
    patch.setattr(private, "Ranks", two_ranks.Seats)
    return {"trainer": two_ranks.TwoRanks}


@twin("noise", smoke=True)
def rank_noise_doubled(patch):
    """Each process adds a whole share of noise, the same one: twice the noise, half of what was asked of accuracy."""
    seats = _two_ranks(patch)

    def other(sums, *, rank, world, **claim):
        return add_noise(sums, **claim)

    patch.setattr(step_module, "add_noise", other)
    return seats


@twin("noise")
def rank_noise_of_the_first_alone(patch):
    """The work is shared, and the other process adds nothing: half the positions have no noise."""
    seats = _two_ranks(patch)

    def other(sums, *, rank, scale, **claim):
        if rank == 0:
            return add_noise(sums, rank=rank, scale=scale, **claim)
        drawn = add_noise({name: total.clone() for name, total in sums.items()}, rank=rank, **claim)
        for total in sums.values():
            total *= scale
        return drawn

    patch.setattr(step_module, "add_noise", other)
    return seats


@twin("noise")
def rank_noise_averaged(patch):
    """Sums are averaged over processes where a sum is meant, as some back ends do: half the noise."""
    seats = _two_ranks(patch)
    true = two_ranks.Seat.add_up

    def other(self, tensors):
        tensors = list(tensors)
        true(self, tensors)
        for tensor in tensors:
            tensor.div_(2)

    patch.setattr(two_ranks.Seat, "add_up", other)
    return seats


@twin("influence")
def units_of_other_ranks_lost(patch):
    """The noise is shared out, and the other process's sum is dropped."""
    seats = _two_ranks(patch)

    def before(trainer):
        if trainer._ranks.rank == 1:
            for total in trainer._gradients.sums.values():
                total.zero_()

    patch.setattr(two_ranks, "Trainer", with_finish(before)["trainer"])
    return seats
