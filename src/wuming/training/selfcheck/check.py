"""The self-check of private training on the user's own model: replays on neighbouring data, no attack to train.

`PrivateTrainer` derives coins and noise from run key and step, so two replays on neighbouring data differ by one unit's
share exactly, without noise (the replay idea of Cebere et al. 2026, arXiv 2602.17454). What is compared is what the
optimiser gets, never the trainer's own books: a fault inside cannot hide itself.

What it does not show: faults that need data, sizes or a number of steps other than those that are tried; timing; and
whatever happens outside the trainer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

from wuming.core.errors import PrivacyParameterError, SelfCheckFailed, WumingError
from wuming.crypto.random import derive_key, new_key
from wuming.training.data import UnitData
from wuming.training.execution import Execution
from wuming.training.optimisation import Optimisation
from wuming.training.plan import TrainingPlan
from wuming.training.private import PrivateTrainer
from wuming.training.selfcheck.accounting import check_accounting, check_single_step
from wuming.training.selfcheck.influence import check_influence
from wuming.training.selfcheck.loop import (
    check_length,
    check_movement,
    check_refusals,
    check_replay,
    check_state_of_other_data,
)
from wuming.training.selfcheck.noise import check_count, check_noise
from wuming.training.selfcheck.replay import Check, Loss, Subject
from wuming.training.selfcheck.sampling import check_sampling

CHECKS: dict[str, Callable[[Subject], list[Check]]] = {
    "influence": check_influence,
    "noise": check_noise,
    "count": check_count,
    "sampling": check_sampling,
    "length": check_length,
    "movement": check_movement,
    "replay": check_replay,
    "other-data": check_state_of_other_data,
    "refusals": check_refusals,
    "accounting": check_accounting,
    "one-step": check_single_step,
}
"""Groups of checks, in the order in which they are done."""


def selfcheck(
    make_model: Callable[[], nn.Module],
    loss: Loss,
    data: UnitData,
    plan: TrainingPlan,
    *,
    make_trainer: Callable[..., Any] = PrivateTrainer,
    optimisation: Optimisation | None = None,
    execution: Execution | None = None,
    run_key: bytes | None = None,
    groups: Sequence[str] | None = None,
) -> list[Check]:
    """Check training of this model under this plan by replay on neighbouring data.

    Args:
        make_model: returns the model as it is before training, on `execution.device`.
        loss: (model, inputs) → one loss for each example, [n].
        data: at least one unit; some sixteen are used, in small data sets of several kinds.
        plan: the claim; shortened, and its probability set to 1, where a check needs it.
        make_trainer: what is checked, called as `PrivateTrainer` is.
        optimisation: of the run that is meant; the check of movement uses it.
        execution: of the run that is meant. Micro-batches are cut in several ways besides.
        run_key: 32 bytes; None: fresh ones. Never the key of a real run: its noise would meet other data.
        groups: names in `CHECKS`; None: all.

    Returns:
        The checks, also those that failed. Computed on the private data: internal, never to be released.

    Raises:
        PrivacyParameterError: no unit, or a group that is not known.

    Guarantee: right training raises an alarm with probability at most 10⁻⁶ over all checks together (`ALPHA` a check;
    the others compare what must be equal, within the rounding of float32).
    """
    if not data.members:
        raise PrivacyParameterError("data holds no unit (units=0)", help="Give at least one unit to check with.")
    if unknown := set(groups or ()) - set(CHECKS):
        raise PrivacyParameterError(
            f"groups={sorted(unknown)} are not known", help=f"Choose from: {', '.join(CHECKS)}."
        )
    subject = Subject(
        model=make_model(),
        loss=loss,
        data=data,
        plan=plan,
        make_trainer=make_trainer,
        optimisation=optimisation or Optimisation(1e-3),
        execution=execution or Execution(),
        run_key=derive_key(run_key or new_key(), "self-check"),
    )
    return [check for name in groups or CHECKS for check in _run(name, subject)]


def _run(name: str, subject: Subject) -> list[Check]:
    """Do one group; an error within it is a check that failed, and the others go on."""
    devices: list[int] | None = [] if torch.device(subject.execution.device).type == "cpu" else None
    with torch.random.fork_rng(devices=devices):
        try:
            return CHECKS[name](subject)
        except (
            WumingError,
            RuntimeError,
            ValueError,
            TypeError,
            AttributeError,
            ArithmeticError,
            LookupError,
        ) as error:
            # Only our own messages are known to hold nothing personal.
            said = str(error) if isinstance(error, WumingError) else type(error).__name__
            return [Check(name, False, f"stopped: {said}", "runs to its end", "The group of checks could be done.")]


def require(checks: Sequence[Check]) -> None:
    """Refuse where a check failed.

    Raises:
        SelfCheckFailed: with the names of those that failed.
    """
    if failed := [check.name for check in checks if not check.passed]:
        raise SelfCheckFailed(
            f"{len(failed)} of {len(checks)} checks of training failed: {', '.join(failed)}",
            help="Do not train private data this way; what the table says under 'measured' shows where to look.",
        )
