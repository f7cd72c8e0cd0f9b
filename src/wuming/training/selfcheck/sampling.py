"""Who takes part in which step, read off the gradients of a model whose weights are the units themselves."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from wuming.training.data import UnitData
from wuming.training.execution import Execution
from wuming.training.plan import TrainingPlan
from wuming.training.selfcheck.noise import ALPHA
from wuming.training.selfcheck.replay import Check, Subject, build, observe, still
from wuming.training.selfcheck.statistics import Floats, binomial, hypergeometric, interval, repeated, spread_bounds

_LEAST_UNITS, _MOST_UNITS, _STEPS = 256, 3000, 256
_PAIRED = 60  # participants of which all pairs are looked at


@dataclasses.dataclass(frozen=True)
class Sampled:
    """Who took part.

    Attributes:
        taken: [steps, participants] bool.
        plan: that of the simulation.
        spoilt: entries that were neither a whole clipped share nor nothing.
    """

    taken: NDArray[np.bool_]
    plan: TrainingPlan
    spoilt: int


def simulate(subject: Subject) -> Sampled:
    """Run the trainer on one-hot units: the gradient of a step then names its participants one by one.

    Sampler and probability are the plan's; the number of units is what shows most, the noise is small enough to see
    through (neither is what the coins depend on).
    """
    plan = _small(subject.plan)
    units = plan.population // plan.records_per_unit if plan.sampled == "records" else plan.population
    each = plan.records_per_unit if plan.sampled == "records" else 1
    size = units * each

    def fetch(indices: Sequence[int]) -> Tensor:
        return torch.nn.functional.one_hot(torch.tensor(list(indices)), size).float()

    def loss(model: Any, inputs: Tensor) -> Tensor:
        outputs: Tensor = model(inputs)
        return outputs.squeeze(1) * (1e3 * plan.clipping.max_grad_norm)

    data = UnitData(size, fetch, units=[f"unit-{record // each}" for record in range(size)])
    model = nn.Linear(size, 1, bias=False)
    twin = dataclasses.replace(subject, model=model, execution=Execution(micro_batch=32))
    trainer, copied = build(twin, data, plan)
    seen = observe(trainer, copied)
    trainer.run(loss)
    if not seen:
        return Sampled(np.zeros((0, size), dtype=bool), plan, size)
    shares = torch.stack([next(iter(step.values())).flatten() for step in seen]).double()
    shares *= plan.expected_batch_size / plan.clipping.max_grad_norm
    values = np.asarray(shares.numpy())
    spoilt = int((~((np.abs(values) < 0.3) | (np.abs(values - 1) < 0.3))).sum())
    return Sampled(values > 0.5, plan, spoilt)


def _small(plan: TrainingPlan) -> TrainingPlan:
    q = plan.sampling_probability
    # Where all take part at once there is nothing to see; half of them are drawn instead.
    q = min(q, 0.5)
    units = min(_MOST_UNITS, max(_LEAST_UNITS, math.ceil(4 / q)))
    each = min(plan.records_per_unit, 4) if plan.sampled == "records" else plan.records_per_unit
    units -= units % each
    batch = max(1, round(units * q))
    draft = dataclasses.replace(
        plan,
        population=units,
        expected_batch_size=batch,
        records_per_unit=each,
        max_batch_size=None if plan.max_batch_size is None else _scaled_limit(plan, units, batch),
        noise_multiplier=min(plan.noise_multiplier, 0.03),
        steps=1,
    )
    epochs = max(2, round(_STEPS / draft.steps_per_epoch))
    by_epoch = plan.sampler in ("random-allocation", "fixed-batches")
    return still(dataclasses.replace(draft, steps=epochs * draft.steps_per_epoch if by_epoch else _STEPS))


def _scaled_limit(plan: TrainingPlan, units: int, batch: int) -> int:
    """Return the limit that lies as many standard deviations above the mean as the plan's."""
    assert plan.max_batch_size is not None
    q = plan.sampling_probability
    deviations = (plan.max_batch_size - plan.expected_batch_size) / math.sqrt(plan.population * q * (1 - q) + 1e-9)
    return min(units, batch + math.ceil(min(deviations, 4.0) * math.sqrt(batch * (1 - batch / units))))


def check_sampling(subject: Subject) -> list[Check]:
    """Compare who took part with the sampler that is accounted for, and the plan's event with both."""
    seen = simulate(subject)
    plan, taken = seen.plan, seen.taken
    whole = Check(
        "steps",
        len(taken) == plan.steps and not seen.spoilt,
        f"{len(taken)} steps, {seen.spoilt} shares that are neither whole nor absent",
        f"{plan.steps} steps, 0",
        "Every planned step is done, and every participant of a step has one whole share of it.",
    )
    if len(taken) != plan.steps:
        return [whole]
    by_epoch = plan.sampler in ("random-allocation", "fixed-batches")
    return [whole, *(_check_epochs(plan, taken) if by_epoch else _check_coins(plan, taken)), _check_pairs(plan, taken)]


def _check_coins(plan: TrainingPlan, taken: NDArray[np.bool_]) -> list[Check]:
    steps, size = taken.shape
    sizes = binomial(size, plan.expected_batch_size / plan.population)
    if plan.max_batch_size is not None:
        sizes = np.append(sizes[: plan.max_batch_size], sizes[plan.max_batch_size :].sum())
    mean = float(sizes @ np.arange(len(sizes)))
    counts = binomial(steps, mean / size)
    failed, alpha = [], ALPHA / 6
    for name, found, law in (("batch", taken.sum(1), sizes), ("participant", taken.sum(0), counts)):
        low, high = interval(law, alpha / len(found))
        if not (low <= found.min() and found.max() <= high):
            failed.append(f"size of a {name}")
        expected = float(law @ np.arange(len(law)))
        square = float(((found - expected) ** 2).sum())
        low_spread, high_spread = spread_bounds(law, len(found), alpha)
        if not low_spread <= square <= high_spread:
            failed.append(f"spread over {name}s")
    for block in np.array_split(taken, 4, axis=1):
        # A cut that spares the first, or any other favour by place, moves whole blocks.
        low, high = interval(binomial(block.size, mean / size), alpha / 4)
        if not low <= block.sum() <= high:
            failed.append("shares of blocks")
            break
    bound = _mean_bound(sizes, steps, alpha)
    if abs(int(taken.sum()) - mean * steps) > bound:
        failed.append("mean")
    return [
        Check(
            "sampling",
            not failed,
            f"{taken.sum() / steps:.2f} a step" + (f"; not as coins fall: {', '.join(failed)}" if failed else ""),
            f"{mean:.2f} ± {bound / steps:.2f}, sizes and counts spread as by independent coins",
            f"Participation in {steps} steps is that of the sampler accounted for ({plan.sampler}).",
        )
    ]


def _mean_bound(law: Floats, count: int, alpha: float) -> float:
    """Return Bernstein's bound on the sum's distance from its mean, for terms cut at alpha/2."""
    values = np.arange(len(law))
    mean = float(law @ values)
    variance, x = count * float(law @ (values - mean) ** 2), math.log(4 / alpha)
    low, high = interval(law, alpha / (2 * count))
    return math.sqrt(2 * variance * x) + 2 * max(high - mean, mean - low) * x / 3


def _check_epochs(plan: TrainingPlan, taken: NDArray[np.bool_]) -> list[Check]:
    times, k = plan.steps_per_epoch, plan.participations
    epochs = taken.reshape(-1, times, taken.shape[1])
    exact = bool((epochs.sum(1) == k).all())
    # Each participant chooses by itself: the size of one step is binomial.
    found = epochs[0].sum(1) if plan.sampler == "fixed-batches" else epochs.sum(2).ravel()
    low, high = interval(binomial(taken.shape[1], k / times), ALPHA / found.size)
    spread = bool(low <= found.min() and found.max() <= high)
    same = bool((epochs == epochs[0]).all())
    return [
        Check(
            "sampling",
            exact and spread and (plan.sampler != "fixed-batches" or same),
            f"{epochs.sum(1).min()} to {epochs.sum(1).max()} an epoch; steps of {found.min()} to {found.max()}",
            f"exactly {k} an epoch; steps of {low} to {high}",
            f"Participation in {len(epochs)} epochs is that of the sampler accounted for ({plan.sampler}).",
        )
    ]


def _check_pairs(plan: TrainingPlan, taken: NDArray[np.bool_]) -> Check:
    """No two participants come together more or less often than chance lets them."""
    times = taken[:, :_PAIRED].astype(np.float64)
    together = (times.T @ times)[np.triu_indices(times.shape[1], 1)]
    pairs = len(list(combinations(range(times.shape[1]), 2)))
    if plan.sampler == "random-allocation":
        one = hypergeometric(plan.steps_per_epoch, plan.participations, plan.participations)
        law = repeated(one, len(taken) // plan.steps_per_epoch)
    elif plan.sampler == "fixed-batches":
        law = np.zeros(len(taken) + 1)  # accounted without amplification: any company is allowed
        return Check("independence", True, "not needed", "any", "This sampler claims nothing from chance.")
    else:
        law = binomial(len(taken), (taken.mean()) ** 2)
    low, high = interval(law, ALPHA / pairs)
    return Check(
        "independence",
        bool(low <= together.min() and together.max() <= high),
        f"two participants meet {int(together.min())} to {int(together.max())} times",
        f"{low} to {high} times",
        "Participants are drawn independently of one another.",
    )
