"""The noise alone: where no unit has a gradient, what the optimiser gets is noise and nothing else."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import torch

from wuming.training.clipping.rules import AdaptiveQuantile
from wuming.training.plan import TrainingPlan
from wuming.training.selfcheck.replay import Check, Gradient, Member, Subject, certain, replay, still
from wuming.training.selfcheck.statistics import (
    Floats,
    kolmogorov,
    kolmogorov_bound,
    product_bound,
    quadratic,
    total_bound,
)

ALPHA = 1e-8
"""Chance of a false alarm of one statistical check; there are some twenty."""
_SAMPLES = 1 << 18
_MOST_STEPS, _LEAST_STEPS = 200, 6
_SILENT = 5  # units whose losses are multiplied by 0
_TENSORS = 40  # of which pairs are compared


def gradient_noise(plan: TrainingPlan) -> float:
    """Return the noise multiplier that the gradient needs so that it and the count together cost what the plan says.

    Written down once more, since the plan's own property is among what is checked.
    """
    if not isinstance(plan.clipping, AdaptiveQuantile):
        return plan.noise_multiplier
    return float((plan.noise_multiplier**-2 - (2 * plan.clipping.count_noise) ** -2) ** -0.5)


def silent(subject: Subject) -> list[Member]:
    """Return units of the user's data whose gradient is zero."""
    units = subject.data.members[:_SILENT]
    return [Member(f"silent-{n}", tuple(r[: subject.plan.records_per_unit]), 0.0) for n, r in enumerate(units)]


def check_noise(subject: Subject) -> list[Check]:
    """Compare the noise of many steps with independent Gaussian samples of the claimed standard deviation."""
    members = silent(subject)
    size = sum(p.numel() for p in subject.trainable.values())
    steps = min(_MOST_STEPS, max(_LEAST_STEPS, math.ceil(_SAMPLES / size)))
    plan = still(certain(subject.plan, len(members), steps=steps))
    cut = dataclasses.replace(subject.execution, micro_batch=2, micro_batch_tokens=None)
    seen = replay(subject, members, plan, execution=cut).gradients
    deviation = gradient_noise(plan) * plan.clipping.max_grad_norm / plan.expected_batch_size
    samples = [
        {name: (tensor.double() / deviation).flatten().cpu().numpy() for name, tensor in step.items()} for step in seen
    ]
    checks = [_check_scale(samples), _check_shape(samples), _check_independence(samples)]
    return [*checks, _check_empty(subject, plan, seen)]


def _check_scale(samples: Sequence[dict[str, Floats]]) -> Check:
    """Chi-square of each tensor and of all, and the mean."""
    groups = {name: np.concatenate([step[name] for step in samples]) for name in samples[0]}
    # Spread per step: noise that is right on average and wrong in some steps protects nobody in those.
    groups |= {f"step {t}": np.concatenate(list(step.values())) for t, step in enumerate(samples)}
    groups["all"] = np.concatenate([np.concatenate(list(step.values())) for step in samples])
    alpha, failed = ALPHA / (2 * len(groups)), []
    for name, values in groups.items():
        low, high = quadratic(values.size, alpha)
        if not (low <= float(values @ values) <= high and abs(float(values.sum())) <= total_bound(values.size, alpha)):
            failed.append(name)
    ratio = math.sqrt(float(groups["all"] @ groups["all"]) / groups["all"].size)
    low, high = (math.sqrt(max(edge, 0) / groups["all"].size) for edge in quadratic(groups["all"].size, alpha))
    return Check(
        "noise-scale",
        not failed,
        f"{ratio:.4f} of σC/divisor" + (f"; off in {', '.join(failed[:3])}" if failed else ""),
        f"{low:.4f} to {high:.4f}, in every tensor and step",
        "The noise has mean 0 and the claimed standard deviation, once a step however many micro-batches it has.",
    )


def _check_shape(samples: Sequence[dict[str, Floats]]) -> Check:
    values = np.concatenate([part for step in samples for part in step.values()])[: 2 * _SAMPLES]
    distance, bound = kolmogorov(values), kolmogorov_bound(values.size, ALPHA)
    return Check(
        "noise-shape",
        distance <= bound,
        f"distance {distance:.4f} from the normal distribution",
        f"at most {bound:.4f}",
        "Kolmogorov-Smirnov: the noise is Gaussian.",
    )


def _check_independence(samples: Sequence[dict[str, Floats]]) -> Check:
    """Look for noise that is used again: in another step, in another tensor, at any distance."""
    worst, where, alpha = 0.0, "", ALPHA / 3
    rows = np.stack([np.concatenate(list(step.values()))[:_SAMPLES] for step in samples])
    products = np.abs(rows @ rows.T)[np.triu_indices(len(rows), 1)]
    if products.size:
        worst, where = float(products.max() / product_bound(rows.shape[1], alpha / products.size)), "two steps"
    names = sorted(samples[0], key=lambda name: -samples[0][name].size)[:_TENSORS]
    pairs = list(combinations(names, 2))
    for first, second in pairs:
        count = min(samples[0][first].size, samples[0][second].size)
        product = abs(sum(float(step[first][:count] @ step[second][:count]) for step in samples))
        share = product / product_bound(count * len(samples), alpha / len(pairs))
        worst, where = max((worst, where), (share, "two tensors"))
    line = rows.reshape(-1)[: 2 * _SAMPLES]
    spectrum = np.fft.rfft(line, 2 * line.size)
    lags = np.abs(np.fft.irfft(spectrum * spectrum.conj())[1 : line.size])
    share = float(lags.max() / product_bound(line.size, alpha / line.size))
    worst, where = max((worst, where), (share, "values at one distance"))
    return Check(
        "noise-independence",
        math.isfinite(worst) and worst <= 1,
        f"largest correlation {worst:.2f} of what chance allows ({where})",
        "at most 1",
        "No noise is used again in another step, tensor or place.",
    )


def _check_empty(subject: Subject, plan: TrainingPlan, seen: Sequence[Gradient]) -> Check:
    """A step that draws nobody must do what every step does."""
    empty = replay(subject, [], dataclasses.replace(plan, steps=_LEAST_STEPS)).gradients
    same = len(empty) == _LEAST_STEPS and all(
        torch.equal(empty[t][name], seen[t][name]) for t in range(len(empty)) for name in seen[t]
    )
    return Check(
        "empty-batch",
        same and len(seen) == plan.steps,
        f"{len(empty)} of {_LEAST_STEPS} steps, {'the same' if same else 'other'} noise",
        "every step, with the very noise of a step that has units",
        "A step that draws nobody adds noise and counts; the noise depends on no data.",
    )


def check_count(subject: Subject) -> list[Check]:
    """Adaptive quantile: the released count has its noise, and one unit moves the bound as little as is accounted for.

    What is seen is the bound, as the spread of the noise in the next step: both runs draw the same samples.
    """
    rule = subject.plan.clipping
    if not isinstance(rule, AdaptiveQuantile):
        return []
    members, steps = silent(subject), 200
    plan = certain(subject.plan, len(members), steps=steps)
    # A rate at which the count's noise moves the bound's logarithm by a tenth.
    rate = 0.1 * plan.expected_batch_size / rule.count_noise
    plan = dataclasses.replace(plan, clipping=dataclasses.replace(rule, learning_rate=rate))
    bounds = _log_bounds(replay(subject, members, plan).gradients)
    rest = _log_bounds(replay(subject, members[1:], dataclasses.replace(plan, steps=2)).gradients)
    moved = abs((bounds[1] - bounds[0]) - (rest[1] - rest[0])) * plan.expected_batch_size / rate
    size = sum(p.numel() for p in subject.trainable.values())
    drift = -rate * (len(members) / 2 / plan.expected_batch_size + 0.5 - rule.quantile)
    spread = math.hypot(0.1, 1 / math.sqrt(size))
    changes = (np.diff(bounds) - drift) / spread
    low, high = quadratic(changes.size, ALPHA)
    square = float(changes @ changes)
    # Changes share the measurement of the bound between them: up to twice its part of the variance.
    high *= 1 + 1 / (size * spread**2)
    return [
        Check(
            "count-noise",
            low <= square <= high,
            f"{math.sqrt(square / changes.size):.3f} of the claimed standard deviation",
            f"{math.sqrt(max(low, 0) / changes.size):.3f} to {math.sqrt(high / changes.size):.3f}",
            "The count of units below the bound is released with the noise that is accounted for.",
        ),
        Check(
            "count-influence",
            moved <= 0.5 * (1 + 1e-2),
            f"one unit moves the count by {moved:.4f}",
            "at most 0.5",
            "One unit moves the centred count by at most one half.",
        ),
    ]


def _log_bounds(gradients: Sequence[Gradient]) -> Floats:
    flat = [np.concatenate([t.double().flatten().cpu().numpy() for t in step.values()]) for step in gradients]
    return np.array([math.log(float(values @ values)) / 2 for values in flat])
