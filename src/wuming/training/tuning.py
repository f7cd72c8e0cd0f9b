"""Choosing hyper-parameters privately: many runs, a noised score each, and only the best is ever seen.

Trying settings one after another and keeping the best releases something about the data each time, also when only the
best model is shown. Here the number of runs K is drawn in secret from a fixed law, each run takes a setting at random
from a public list, is scored on units of its own with noise, and the best run alone comes out.

Formal guarantee: what `choose` returns has the guarantee of `Tuning.event`, whatever settings are on the list, for an
adversary who sees the chosen setting, its noised score and its model, but neither K nor any other run, nor how long it
all took. Charged always in full.

Source: Papernot and Steinke, "Hyperparameter tuning with Rényi differential privacy" (ICLR 2022).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import torch

from wuming.accounting.accountant import check_delta, epsilon
from wuming.accounting.calibration import calibrate
from wuming.accounting.events import Composed, Gaussian, RepeatAndSelect
from wuming.accounting.selection import draw_number_of_runs
from wuming.core.errors import PrivacyParameterError
from wuming.crypto.coins import Coins, below
from wuming.crypto.random import SecureStream, derive_key
from wuming.mechanisms.gaussian import gaussian_noise
from wuming.training.clipping.rules import Flat
from wuming.training.data import UnitData
from wuming.training.plan import TrainingPlan
from wuming.training.private import Loss

Setting = TypeVar("Setting")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Tuning:
    """The selection, fixed before the data is seen.

    Attributes:
        mean: expected number of runs E[K], > 1.
        shape: of K's law: 0 logarithmic (costs least), 1 geometric.
        score_noise: standard deviation of the noise on a run's score, which is a sum over held-out units of numbers in
            [0, 1]. Larger costs less ε and chooses worse.
        held_out: share of units that scores are taken on; each unit is on one side by a coin of its own.
    """

    mean: float = 10.0
    shape: float = 0.0
    score_noise: float = 10.0
    held_out: float = 0.1

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and self.mean > 1):
            raise PrivacyParameterError(f"mean={self.mean} must be above 1", help="Plan more than one run on average.")
        if not (math.isfinite(self.score_noise) and self.score_noise > 0):
            raise PrivacyParameterError(f"score_noise={self.score_noise} must be above 0")
        if not 0 < self.held_out < 1:
            raise PrivacyParameterError(f"held_out={self.held_out} must lie in (0, 1)")

    def event(self, plan: TrainingPlan) -> RepeatAndSelect:
        """Return the event of the whole selection; one run is a training and a noised score."""
        return RepeatAndSelect(Composed((plan.event, Gaussian(self.score_noise))), self.mean, self.shape)

    def epsilon(self, plan: TrainingPlan, delta: float) -> float:
        """Return the ε of the whole selection at `delta`, rounded up."""
        return epsilon(self.event(plan), delta, relation=plan.neighbouring_relation)

    def plan_for(self, target_epsilon: float, delta: float, **fields: Any) -> TrainingPlan:
        """Return the plan of one run with the least noise for which the whole selection costs at most the target.

        Args:
            target_epsilon: of everything, > 0.
            delta: of everything, at most 1/(10·population).
            fields: all fields of the plan but the noise multiplier; the same for every setting.
        """
        draft = TrainingPlan(noise_multiplier=1e6, **(fields | {"clipping": Flat(1.0)}))
        if draft.noise != "gaussian":
            raise PrivacyParameterError(f"noise={draft.noise!r} is not accounted for in a selection; use 'gaussian'")
        check_delta(delta, draft.population)

        def event(sigma: float) -> RepeatAndSelect:
            return self.event(dataclasses.replace(draft, noise_multiplier=sigma))

        sigma = calibrate(event, target_epsilon, delta, relation=draft.neighbouring_relation)
        return TrainingPlan(noise_multiplier=sigma, **fields)

    def as_json(self) -> dict[str, Any]:
        """Return all fields as a JSON object."""
        return dataclasses.asdict(self)


@dataclass(frozen=True)
class Chosen(Generic[Setting, Result]):
    """The best run: its setting, what it made, and its noised score (a sum over held-out units)."""

    setting: Setting
    result: Result
    score: float


def choose(
    settings: Sequence[Setting],
    run: Callable[[Setting, bytes], Result],
    score: Callable[[Result], float],
    tuning: Tuning,
    *,
    key: bytes,
) -> Chosen[Setting, Result]:
    """Make a secret number of runs and return the best.

    Args:
        settings: public list to draw from.
        run: trains with a setting under a key of its own; must have the guarantee of the plan, whatever the setting.
        score: of a run, exact; one unit changes it by at most 1.
        tuning: the selection.
        key: 32 secret bytes; the same key repeats the same selection, and costs nothing.

    Raises:
        PrivacyParameterError: no setting. An error of any run ends all: nothing is returned.
    """
    if not settings:
        raise PrivacyParameterError("there is no setting to choose from", help="Give at least one.")
    number = draw_number_of_runs(tuning.mean, tuning.shape, SecureStream(derive_key(key, "runs"), "number"))
    which = below(
        Coins(derive_key(key, "settings"), [str(i) for i in range(number)]).draw("which")[:, 0], len(settings)
    )
    best: Chosen[Setting, Result] | None = None
    for trial, place in enumerate(which.tolist()):
        result = run(settings[place], derive_key(key, "trial", trial))
        noise = gaussian_noise(SecureStream(derive_key(key, "score", trial), "noise"), 1, tuning.score_noise)
        noised = score(result) + float(noise[0])
        if best is None or noised > best.score:
            best = Chosen(settings[place], result, noised)
    assert best is not None  # the law of K starts at 1
    return best


def split(data: UnitData, key: bytes, share: float) -> tuple[UnitData, UnitData]:
    """Return (units to train on, units to score on): each unit goes by a coin of its own, whoever else is there."""
    coins = Coins(derive_key(key, "held-out"), data.labels).draw("side")[:, 0]
    held_out = [position for position, coin in enumerate(coins.tolist()) if coin < int(share * 2**64)]
    chosen = set(held_out)
    return data.only([p for p in range(len(data.labels)) if p not in chosen]), data.only(held_out)


@torch.inference_mode()
def likelihood_score(model: Any, data: UnitData, loss: Loss, *, batch: int = 64) -> float:
    """Return Σ over units of the mean over their records of e^(-loss): one unit changes it by at most 1.

    For a classifier e^(-loss) is the probability of the right label; for a language model, the geometric mean of the
    probabilities of its tokens. What is not finite counts 0. Private until noised.
    """
    order = [record for members in data.members for record in members]
    found: list[float] = []
    for start in range(0, len(order), batch):
        losses = loss(model, data.fetch(order[start : start + batch])).double()
        found += torch.nan_to_num(torch.exp(-losses), nan=0.0).clamp(0, 1).tolist()
    values = iter(found)
    return math.fsum(math.fsum(next(values) for _ in members) / len(members) for members in data.members)
