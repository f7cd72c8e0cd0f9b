"""What every attack with a control is: tried alike on members and on people who are not in the table."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from wuming.anonymization.attacks.difference import lower_limit
from wuming.anonymization.attacks.outcome import Outcome
from wuming.anonymization.attacks.trial import Trial

Tries = npt.NDArray[np.int8]
"""One entry a target: 1 the attack succeeded, 0 it failed, -1 the attacker made no claim, so nothing was tried."""


class Attack(Protocol):
    """One adversary. What he knows and what he sees stands in the docstring of each class."""

    @property
    def name(self) -> str:
        """Letters, digits, spaces and column names."""
        ...

    @property
    def known(self) -> tuple[str, ...]:
        """Published columns whose values of his target the attacker knows."""
        ...

    @property
    def advice(self) -> str:
        """What to change when it succeeds."""
        ...

    def tries(self, trial: Trial) -> tuple[Tries, Tries]:
        """Attack the members and the control, and tell where it succeeded."""
        ...


@dataclass(frozen=True)
class Knowing:
    """Base of attacks: the columns that are known.

    Attributes:
        known: see `Attack`.
    """

    known: tuple[str, ...]


def measure(attack: Attack, trials: Sequence[Trial], *, level: float, margin: float) -> Outcome:
    """Run an attack and judge it.

    Args:
        attack: the adversary.
        trials: the trial runs.
        level: probability of refusing because of this attack when its true excess is the margin.
        margin: the excess over the control that is allowed.

    Returns:
        The outcome. Where it is a reason to refuse, it is run again on some targets without each known column in turn:
        the columns whose loss takes away at least half of what the worst one's takes are to blame.
    """
    (won, tried), (control_won, control_tried) = _counts(attack, trials)
    bound = lower_limit(won, tried, control_won, control_tried, level=level)
    refused = bound > margin
    rate, control = won / max(tried, 1), control_won / max(control_tried, 1)
    return Outcome(
        attack.name,
        refused,
        columns=_to_blame(attack, trials[:1]) if refused else (),
        advice=attack.advice if refused else "",
        trials=tried,
        control_trials=control_tried,
        rate=rate,
        control_rate=control,
        lower_bound=bound,
        margin=margin,
    )


def _counts(attack: Attack, trials: Sequence[Trial]) -> tuple[tuple[int, int], tuple[int, int]]:
    sides = [attack.tries(trial) for trial in trials]
    return _sum([side[0] for side in sides]), _sum([side[1] for side in sides])


def _sum(tries: Sequence[Tries]) -> tuple[int, int]:
    together = np.concatenate(tries) if tries else np.zeros(0, dtype=np.int8)
    return int((together == 1).sum()), int((together >= 0).sum())


def _to_blame(attack: Attack, trials: Sequence[Trial]) -> tuple[str, ...]:
    """Return the known columns without which the attack is worth least, the worst first."""
    few = [trial.few for trial in trials]
    excess = _excess(attack, few)
    lost = {}
    for column in attack.known if len(attack.known) > 1 else ():
        fewer = dataclasses.replace(attack, known=tuple(c for c in attack.known if c != column))  # type: ignore[type-var]
        lost[column] = excess - _excess(fewer, few)
    worst = max(lost.values(), default=0.0)
    if worst <= 0.1 * excess:
        return attack.known  # none alone: several tell the same
    return tuple(c for c, loss in sorted(lost.items(), key=lambda item: -item[1]) if loss >= worst / 2)


def _excess(attack: Attack, trials: Sequence[Trial]) -> float:
    (won, tried), (control_won, control_tried) = _counts(attack, trials)
    return won / max(tried, 1) - control_won / max(control_tried, 1)
