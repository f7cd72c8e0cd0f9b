"""The loop around the steps: what moves, what is replayed, what is taken up again, and what is refused."""

from __future__ import annotations

import copy
import dataclasses
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from wuming.core.errors import SelfCheckFailed
from wuming.crypto.random import derive_key
from wuming.training.data import UnitData
from wuming.training.execution import to_device
from wuming.training.plan import TrainingPlan
from wuming.training.selfcheck.noise import silent
from wuming.training.selfcheck.replay import (
    Check,
    Gradient,
    Loss,
    Member,
    Replay,
    Subject,
    assemble,
    build,
    certain,
    observe,
    replay,
    still,
    weighted,
)

_STEPS = 4


def members_of(subject: Subject) -> list[Member]:
    """Return some of the user's units as they are."""
    most = subject.plan.records_per_unit
    return [Member(f"unit-{n}", tuple(records[:most])) for n, records in enumerate(subject.data.members[:6])]


def check_movement(subject: Subject) -> list[Check]:
    """Train with the user's own optimiser and compare the model that the caller holds before and after."""
    members = members_of(subject)
    plan = still(certain(subject.plan, len(members), steps=_STEPS))
    before = copy.deepcopy(subject.model)
    own = replay(subject, members, plan, optimisation=subject.optimisation)
    try:
        own.trainer.finish()
        said = "passed"
    except SelfCheckFailed as error:
        said = str(error)
    still_there = [n for n, t in _tensors(before).items() if torch.equal(t, _tensors(own.model)[n])]
    stuck = [n for n in subject.trainable if n in still_there]
    moved = [n for n in _tensors(before) if n not in still_there and n not in subject.trainable]
    plain, nobody = replay(subject, members, plan), replay(subject, silent(subject), plan)
    unreached = [n for n in subject.trainable if not _reached(n, plain.gradients, nobody.gradients)]
    return [
        Check(
            "movement",
            not stuck and _loss(subject, own.model) != _loss(subject, before),
            f"{len(stuck)} of {len(subject.trainable)} trainable tensors stayed" + _some(stuck),
            "none, and the loss that is read changes",
            "The model that the caller holds is the one that is trained.",
        ),
        Check(
            "own-report",
            said == "passed",
            said,
            "passed",
            "What the trainer counted while it ran fits its claim.",
        ),
        Check(
            "frozen",
            not moved,
            f"{len(moved)} tensors moved that are not trained" + _some(moved),
            "none",
            "What is frozen stays bit for bit: weight decay and statistics of batches included.",
        ),
        Check(
            "reached",
            not unreached,
            f"{len(unreached)} tensors got noise alone in {_STEPS} steps" + _some(unreached),
            "none",
            "The data's gradient, and not noise alone, reaches every trainable tensor.",
        ),
        _check_descent(subject, before, plain),
    ]


def _check_descent(subject: Subject, before: nn.Module, plain: Replay) -> Check:
    """With plain descent, the weights move by what the optimiser got, and by nothing else."""
    rate = plain.trainer.optimizer.param_groups[0]["lr"]
    start, end = _tensors(before), _tensors(plain.model)
    far = []
    for name in subject.trainable:
        sum_of_steps = sum((step[name].double() for step in plain.gradients if name in step), torch.zeros(()))
        apart = (start[name].double() - rate * sum_of_steps - end[name].double()).norm()
        size = start[name].double().norm() + rate * torch.as_tensor(sum_of_steps).norm()
        if not apart <= len(plain.gradients) * torch.finfo(start[name].dtype).eps * (size + 1e-6):
            far.append(name)
    return Check(
        "only-by-the-optimiser",
        not far and len(plain.gradients) == _STEPS,
        f"{len(far)} tensors elsewhere than {len(plain.gradients)} steps of plain descent lead" + _some(far),
        "none",
        "The weights that are released are a function of the noised gradients alone.",
    )


def check_length(subject: Subject) -> list[Check]:
    """Count the steps on data of very different kinds: what the data are may neither add nor spare one."""
    members = members_of(subject)
    first = members[0]
    kinds = {
        "nobody": [],
        "ordinary": members,
        "no gradient": [dataclasses.replace(m, weight=0.0) for m in members],
        "outliers": [dataclasses.replace(m, weight=1e9) for m in members],
        "one not a number": [dataclasses.replace(first, weight=float("nan")), *members[1:]],
    }
    plan = certain(subject.plan, len(members), steps=6)
    counts = {name: len(replay(subject, who, plan).gradients) for name, who in kinds.items()}
    wrong = {name: count for name, count in counts.items() if count != plan.steps}
    return [
        Check(
            "length",
            not wrong,
            "; ".join(f"{name}: {count}" for name, count in (wrong or {"all kinds of data": plan.steps}).items()),
            f"{plan.steps} steps",
            "The number of steps depends on no data: no early stop, no step left out.",
        )
    ]


def check_replay(subject: Subject) -> list[Check]:
    """The same key gives the same bits, another key other ones, and a resumed run goes on with fresh noise."""
    members = members_of(subject)
    plan = certain(subject.plan, len(members), steps=_STEPS)
    other_key = derive_key(subject.run_key, "another")
    first, again = replay(subject, members, plan), replay(subject, members, plan)
    other = replay(subject, silent(subject), plan, key=other_key)
    mine = replay(subject, silent(subject), plan)
    differs = all(
        not torch.equal(mine.gradients[t][n], other.gradients[t][n]) for t in range(2) for n in other.gradients[t]
    )
    checks = [
        Check(
            "replay",
            _equal(first.gradients, again.gradients) and differs,
            f"same key: {'same' if _equal(first.gradients, again.gradients) else 'other'} bits; "
            f"other key: {'other' if differs else 'same'} noise",
            "same key: same bits; other key: other noise",
            "A replayed step shows nothing new; another run shares no noise.",
        )
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state"
        checks.append(_check_resume(subject, members, first, path))
        checks.append(_check_refused_states(subject, members, path, other_key))
    return checks


def check_state_of_other_data(subject: Subject) -> list[Check]:
    """A state stored while training on other data is not taken up: the same noise would meet two data sets."""
    members = members_of(subject)
    plan = certain(subject.plan, len(members), steps=_STEPS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state"
        trainer, _ = build(subject, assemble(subject.data, members), plan)
        _steps(trainer, weighted(subject.loss), 2)
        trainer.store(path)
        taken = _taken_up(subject, assemble(subject.data, members[1:]), plan, None, path)
    return [
        Check(
            "state-of-other-data",
            not taken,
            "taken up" if taken else "not taken up",
            "not taken up",
            "A run on data without one unit does not go on from a state of the data with it.",
        )
    ]


def _check_resume(subject: Subject, members: Sequence[Member], whole: Replay, path: Path) -> Check:
    plan = whole.trainer.plan
    trainer, _ = build(subject, assemble(subject.data, members), plan)
    _steps(trainer, weighted(subject.loss), 2)
    trainer.store(path)
    resumed, model = build(subject, assemble(subject.data, members), plan)
    seen = observe(resumed, model)
    resumed.run(weighted(subject.loss), checkpoint=path)
    right = _equal(seen, whole.gradients[2:])
    return Check(
        "resume",
        right,
        f"{len(seen)} steps after 2, {'the same as' if right else 'other than'} those of a run that was not stopped",
        f"{_STEPS - 2} steps, bit for bit",
        "A resumed run goes on where it was, with the noise of the steps that are left.",
    )


def _check_refused_states(subject: Subject, members: Sequence[Member], path: Path, other_key: bytes) -> Check:
    plan = certain(subject.plan, len(members), steps=_STEPS)
    others: dict[str, tuple[TrainingPlan, bytes | None]] = {
        "key": (plan, other_key),
        "plan": (dataclasses.replace(plan, steps=_STEPS + 1), None),
    }
    data = assemble(subject.data, members)
    taken = [name for name, (changed, key) in others.items() if _taken_up(subject, data, changed, key, path)]
    return Check(
        "foreign-state",
        not taken,
        f"taken up under another {', '.join(taken)}" if taken else "not taken up under another key or plan",
        "not taken up",
        "No run goes on from the state of another one.",
    )


def _taken_up(subject: Subject, data: UnitData, plan: TrainingPlan, key: bytes | None, path: Path) -> bool:
    trainer, model = build(subject, data, plan, key=key)
    seen = observe(trainer, model)
    try:
        # A copy: the run stores its own state there.
        trainer.run(weighted(subject.loss), checkpoint=Path(shutil.copy(path, path.with_suffix(".copy"))))
    except SelfCheckFailed:
        return False
    return len(seen) != plan.steps


def check_refusals(subject: Subject) -> list[Check]:
    """A loop that breaks the rules must end in a refusal."""
    members = members_of(subject)
    plan = certain(subject.plan, len(members), steps=2)
    loss = weighted(subject.loss)

    def twice(trainer: Any, losses: Tensor) -> None:
        trainer.backward(losses)
        trainer.backward(losses)

    spoils: dict[str, Callable[[Any, Tensor], None]] = {
        "two backwards for one micro-batch": twice,
        "a micro-batch without backward": lambda _trainer, _losses: None,
        "a mean over the batch": lambda trainer, losses: trainer.backward(losses.mean()),
        "gradients beside the trainer's": lambda _trainer, losses: torch.autograd.backward(losses.sum()),
    }
    passed = [name for name, spoil in spoils.items() if not _refused(subject, members, plan, loss, spoil)]
    spent = replay(subject, members, plan).trainer
    if list(spent.micro_batches()):
        passed.append("a step after the last")
    return [
        Check(
            "refusals",
            not passed,
            f"let through: {', '.join(passed)}" if passed else f"{len(spoils) + 1} kinds of misuse refused",
            "all refused",
            "A loop that would spend more than was accounted for, or couple people, does not run.",
        )
    ]


def _refused(
    subject: Subject, members: Sequence[Member], plan: TrainingPlan, loss: Loss, spoil: Callable[[Any, Tensor], None]
) -> bool:
    trainer, model = build(subject, assemble(subject.data, members), plan)
    try:
        for batch in trainer.micro_batches():
            spoil(trainer, loss(model, batch.inputs))
    except (SelfCheckFailed, RuntimeError):
        return True
    return False


def _steps(trainer: Any, loss: Loss, steps: int) -> None:
    """Do so many steps of a longer schedule."""
    for batch in trainer.micro_batches():
        if trainer.step_count >= steps:
            break
        trainer.backward(loss(trainer.model, batch.inputs))


def _reached(name: str, gradients: Sequence[Gradient], noise: Sequence[Gradient]) -> bool:
    return any(name in step and not torch.equal(step[name], noise[t][name]) for t, step in enumerate(gradients))


def _equal(first: Sequence[Gradient], second: Sequence[Gradient]) -> bool:
    return len(first) == len(second) and all(
        set(a) == set(b) and all(torch.equal(a[name], b[name]) for name in a)
        for a, b in zip(first, second, strict=True)
    )


def _tensors(model: nn.Module) -> dict[str, Tensor]:
    return {**dict(model.named_parameters()), **dict(model.named_buffers())}


def _loss(subject: Subject, model: nn.Module) -> float:
    with torch.no_grad():
        inputs = to_device(subject.data.fetch(list(subject.data.members[0][:1])), subject.execution.device)
        return float(subject.loss(model, inputs).double().sum())


def _some(names: Sequence[str]) -> str:
    return f": {', '.join(names[:3])}" if names else ""
