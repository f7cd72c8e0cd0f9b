"""What one unit can do to one step: bounded, equal to its plain clipped gradient, the same however work is cut up."""

from __future__ import annotations

import copy
import dataclasses
import itertools
import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from wuming.training.checks import plain_clipped_sum
from wuming.training.selfcheck.noise import silent
from wuming.training.selfcheck.replay import (
    Check,
    Gradient,
    Member,
    Replay,
    Subject,
    certain,
    difference,
    inputs_of,
    norm,
    replay,
    rounding,
)

_TOLERANCE = 2e-4  # of the bound: float32 sums in another order
_TOLERANCE_BFLOAT16 = 5e-2
_CANDIDATES = 16
_CUT = 3  # units in a micro-batch: some full, the last filled up


def check_influence(subject: Subject) -> list[Check]:
    """Remove one unit after the other from a small data set and compare what is missing with that unit alone."""
    # First a run of any kind: what the trainer refuses by itself is heard in its own words.
    replay(subject, silent(subject), certain(subject.plan, len(silent(subject)), steps=1))
    subject = awake(subject)
    members = cast(subject)
    plan = certain(subject.plan, len(members), steps=1)
    divisor, bound = plan.expected_batch_size, plan.clipping.max_grad_norm
    execution = dataclasses.replace(subject.execution, micro_batch=_CUT, micro_batch_tokens=None)
    whole = replay(subject, members, plan, execution=execution).gradients[0]
    shares = {}
    for gone in members:
        rest = replay(subject, [m for m in members if m is not gone], plan, execution=execution)
        shares[gone.label] = difference(whole, rest.gradients[0], divisor)
    slack = rounding(whole, divisor)
    allowed = {m.label: bound * _clips(subject, m) * (1 + _TOLERANCE) + slack for m in members}
    most = max(members, key=lambda m: _ratio(norm(shares[m.label]), allowed[m.label]))
    ratio = max(_ratio(norm(shares[m.label]), allowed[m.label]) for m in members)
    tolerance = _TOLERANCE_BFLOAT16 if execution.precision == "bfloat16" else _TOLERANCE
    apart = {m.label: _apart(subject, m, shares[m.label], bound) for m in members}
    worst = max(apart, key=lambda label: _number(apart[label]))
    broken = norm(shares["not-a-number"])
    return [
        Check(
            "influence",
            ratio <= 1,
            f"{ratio:.4f} of the bound ({most.label})",
            "at most 1",
            f"Taking away one unit of {len(members)} moves the summed gradient by at most the clipping bound.",
        ),
        Check(
            "exactness",
            _number(apart[worst]) <= tolerance * bound + slack,
            f"{_number(apart[worst]) / bound:.1e} of the bound ({worst})",
            f"at most {tolerance + slack / bound:.1e}",
            "What a unit adds is its own gradient, clipped once, by plain autograd on that unit alone.",
        ),
        Check(
            "not-finite-unit",
            broken <= slack and math.isfinite(norm(whole)),
            f"moves the sum by {broken:.1e}",
            f"at most {slack:.1e}, and all else finite",
            "A unit whose gradient is not a number adds nothing and changes nothing else.",
        ),
        _check_cuts(subject, members, whole),
    ]


def awake(subject: Subject) -> Subject:
    """Return the subject with small numbers in trainable tensors that are all zero.

    Where a factor is zero (a LoRA adapter before its first step), the other gets no gradient, and nothing would be seen
    of how it is clipped. The numbers are those of an initialisation and protect nobody.
    """
    model = copy.deepcopy(subject.model)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad and not bool(parameter.any()):
                parameter.copy_(0.05 * torch.randn(parameter.shape, generator=generator))
    return dataclasses.replace(subject, model=model)


def cast(subject: Subject) -> list[Member]:
    """Return a small data set with units of every kind that is easily treated wrongly."""
    most, units = subject.plan.records_per_unit, subject.data.members[:_CANDIDATES]
    bound = subject.plan.clipping.max_grad_norm
    ordinary = [Member(f"ordinary-{n}", tuple(records[:most])) for n, records in enumerate(units)]
    sizes = {m: _plain_norm(subject, m) for m in ordinary}
    by_size = sorted((m for m in ordinary if math.isfinite(sizes[m]) and sizes[m] > 0), key=lambda m: sizes[m])
    if not by_size:
        by_size = ordinary[:1]
    chosen = list(dict.fromkeys([by_size[-1], by_size[0], *ordinary[:3]]))
    first, last = by_size[0], by_size[-1]
    size = max(sizes[first], 1e-20)
    records = tuple(record for unit in subject.data.members for record in unit)
    crowd = most + (3 if most <= 3 else 1)
    return [
        *chosen,
        Member("small", first.records, 0.5 * bound / size),
        Member("large", first.records, 4 * bound / size),
        Member("outlier", last.records, 1e6 * bound / max(sizes[last], 1e-20)),
        Member("crowd", (records * (1 + crowd // len(records)))[:crowd]),
        Member("not-a-number", last.records, math.nan),
    ]


def _check_cuts(subject: Subject, members: Sequence[Member], whole: Gradient) -> Check:
    """Cut the same step up differently: whatever is done once a micro-batch instead of once a step shows."""
    plan = certain(subject.plan, len(members), steps=1)
    divisor, bound = plan.expected_batch_size, plan.clipping.max_grad_norm
    apart, tolerance = 0.0, _TOLERANCE_BFLOAT16 if subject.execution.precision == "bfloat16" else _TOLERANCE
    for size in (1, len(members) + 3):
        execution = dataclasses.replace(subject.execution, micro_batch=size, micro_batch_tokens=None)
        other: Replay = replay(subject, members, plan, execution=execution)
        apart = max(apart, _number(norm(difference(other.gradients[0], whole, divisor))))
    allowed = tolerance * bound * len(members) + rounding(whole, divisor)
    return Check(
        "micro-batches",
        apart <= allowed,
        f"{apart / bound:.1e} of the bound",
        f"at most {allowed / bound:.1e}",
        f"A step's noised gradient is the same for micro-batches of 1, {_CUT} and {len(members) + 3} units.",
    )


def _clips(subject: Subject, member: Member) -> int:
    """Return how many clipped vectors one unit may add to a step."""
    return min(len(member.records), subject.plan.records_per_unit) if subject.plan.sampled == "records" else 1


def _apart(subject: Subject, member: Member, share: dict[str, Tensor], bound: float) -> float:
    """Return the distance of a unit's share from its plain clipped gradient, for the best choice of its records."""
    most, nearest = subject.plan.records_per_unit, math.inf
    for records in itertools.combinations(member.records, min(most, len(member.records))):
        groups = [[record] for record in records] if subject.plan.sampled == "records" else [list(records)]
        losses = [_loss_of(subject, group, member.weight) for group in groups]
        plain = plain_clipped_sum(subject.trainable, losses, subject.plan.clipping, bound)
        found = norm(difference(share, plain))
        nearest = min(nearest, _number(found))
    return nearest


def _loss_of(subject: Subject, records: Sequence[int], weight: float) -> Callable[[], Tensor]:
    def loss() -> Tensor:
        alone = [subject.loss(subject.model, inputs_of(subject, [record])).sum() for record in records]
        total: Tensor = sum(alone[1:], alone[0]) * weight
        return total

    return loss


def _plain_norm(subject: Subject, member: Member) -> float:
    loss = _loss_of(subject, member.records, 1.0)()
    parameters = list(subject.trainable.values())
    found = torch.autograd.grad(loss, parameters, allow_unused=True)
    return math.sqrt(math.fsum(float(g.double().square().sum()) for g in found if g is not None))


def _ratio(measured: float, allowed: float) -> float:
    return _number(measured) / allowed


def _number(value: float) -> float:
    """Return the value, or infinity in place of NaN: no comparison may pass by being undecided."""
    return value if math.isfinite(value) else math.inf
