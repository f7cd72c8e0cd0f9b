"""Checkpoints of a private run: taken up under the same key and claim, or not at all."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING

import numpy as np
import torch

from wuming.crypto.random import derive_key
from wuming.training.checks import RuntimeChecks

if TYPE_CHECKING:
    from wuming.training.private import PrivateTrainer


def tag(trainer: PrivateTrainer) -> str:
    """Return what a state must carry to be taken up: a digest of key, plan, data's layout and arm; it reveals none.

    The control's state holds sums without noise, and must never end in a protected model.
    """
    key = derive_key(
        trainer._key,
        "checkpoint-tag",
        trainer.plan.schedule(),
        trainer._data.layout,
        int(trainer.protected),
        0 if trainer.probe is None else len(trainer.probe.coins),
    )
    return hashlib.sha256(key).hexdigest()


def store(trainer: PrivateTrainer, path: Path) -> None:
    """Write the state after the last finished step, whole or not at all. It holds private counters: keep it as secret
    as the data."""
    temporary = path.with_suffix(".part")
    state = {
        "tag": tag(trainer),
        "step": trainer.step_count,
        "bound": trainer._gradients.bound,
        "parameters": {n: p.detach() for n, p in trainer._parameters.items()},
        "average": trainer._average,
        "start": trainer._start,
        "optimizer": trainer.optimizer.state_dict(),
        "checks": trainer.checks.as_state(),
        "probe": [] if trainer.probe is None else trainer.probe.scores.tolist(),
    }
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def restore(trainer: PrivateTrainer, path: Path) -> None:
    """Take up a state written by `store` under the same key and plan; any other, or a damaged one, is ignored."""
    try:
        state = torch.load(path, weights_only=True)
    except (RuntimeError, EOFError, UnpicklingError, LookupError, ValueError):
        return
    if not isinstance(state, dict) or state.get("tag") != tag(trainer):
        return
    trainer.step_count = state["step"]
    with torch.no_grad():
        for name, parameter in trainer._parameters.items():
            parameter.copy_(state["parameters"][name])
    trainer._average, trainer._start = state["average"], state["start"]
    trainer._gradients.bound = state["bound"]
    trainer.optimizer.load_state_dict(state["optimizer"])
    if trainer.probe is not None:
        trainer.probe.scores = np.array(state["probe"])
    trainer.checks = trainer._step.checks = RuntimeChecks.from_state(state["checks"])
