"""The private end of a step: from the clipped sum to the noised gradient, once for each logical batch.

It knows neither data nor model nor optimiser: what is drawn, how it is cut up and what is done with the gradient lie
outside. Every way to train (`private.py`, `sgd_net.py`) ends its steps here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from wuming.core.errors import SelfCheckFailed
from wuming.crypto.random import SecureStream, derive_key
from wuming.mechanisms.gaussian import gaussian_noise
from wuming.training.checks import PLAIN_TOLERANCE, RuntimeChecks, fingerprint
from wuming.training.clipping.engine import ClippedGradients
from wuming.training.clipping.rules import AdaptiveQuantile
from wuming.training.noise import GRID, add_grid_noise, add_noise
from wuming.training.plan import TrainingPlan
from wuming.training.probe import GradientCanaries
from wuming.training.ranks import Ranks


def grid_width(plan: TrainingPlan) -> float | None:
    """Return the width of the grid that the plan's noise lives on; None for noise in floating point."""
    if plan.noise != "discrete-gaussian":
        return None
    return plan.gradient_noise_multiplier * plan.clipping.max_grad_norm / GRID


class PrivateStep:
    """Noises the clipped sum of a step, adds it up over processes and divides it by the public batch size.

    Formal guarantee: what `gradients` returns is the sum of `engine.sums` over processes plus noise of standard
    deviation σC from the run key's stream of that step, divided by `plan.expected_batch_size`. One step's noise is
    always the same, so the caller must never ask for one step twice with different sums.

    Args:
        plan: the claim.
        engine: holds the clipped sum and the bound C.
        run_key: 32 secret bytes.
        checks: counters that are kept up to date.
        ranks: this process among those that train together.
        probe: canaries that take part, or None.
    """

    def __init__(
        self,
        plan: TrainingPlan,
        engine: ClippedGradients,
        run_key: bytes,
        checks: RuntimeChecks,
        ranks: Ranks,
        probe: GradientCanaries | None = None,
    ) -> None:
        self._plan, self._engine, self.checks, self._ranks = plan, engine, checks, ranks
        self.probe = probe
        self._key = derive_key(run_key, "gaussian-noise")
        self._grid = grid_width(plan)

    def check_clipping(self) -> None:
        """Take note of the largest clipped norm.

        Raises:
            SelfCheckFailed: it exceeds the bound.
        """
        bound = self._engine.bound
        share = self._engine.largest_clipped_norm / bound
        self.checks.largest_clipped_share = max(self.checks.largest_clipped_share, share)
        if share > 1:
            raise SelfCheckFailed(
                f"a clipped norm exceeds the bound {bound}", help="Nothing of this step was released."
            )

    def gradients(self, step: int, present: int, *, in_place: bool = False) -> dict[str, Tensor]:
        """Return the noised gradient of a step, in the parameters' types; adapt the bound if the plan says so.

        Args:
            step: 0-based; picks the noise.
            present: units that this process took into the sum (private).
            in_place: lend the engine's own tensors where the types agree, which saves a copy of all parameters. They
                must be out of use before the next sum begins.
        """
        plan, sums = self._plan, self._engine.sums
        self.checks.never_reached -= {name for name in self.checks.never_reached if bool(sums[name].any())}
        rank, world = self._ranks.rank, self._ranks.world
        length, scale = self._engine.bound, 1 / plan.expected_batch_size
        if self._grid is not None:  # whole numbers: multiplied when all is added up
            length, scale = length / self._grid, 1.0
        if self.probe is not None:  # after the check above, which canaries would satisfy
            self.probe.join(sums, step, length)
        if self._grid is not None:
            drawn = add_grid_noise(sums, key=self._key, step=step, rank=rank, world=world)
        else:
            deviation = plan.gradient_noise_multiplier * self._engine.bound
            drawn = add_noise(
                sums, key=self._key, step=step, standard_deviation=deviation, scale=scale, rank=rank, world=world
            )
        self.checks.noise += drawn
        self._ranks.add_up(sums.values())
        if self.probe is not None:
            self.probe.read(sums, length, scale)
        if self._grid is not None:
            cell = self._grid / plan.expected_batch_size
            sums = {name: total.double() * cell for name, total in sums.items()}
        found = {name: sums[name].to(p.dtype, copy=not in_place) for name, p in self._engine.parameters.items()}
        if isinstance(plan.clipping, AdaptiveQuantile):
            self._adapt_bound(plan.clipping, step, present)
        return found

    def _adapt_bound(self, rule: AdaptiveQuantile, step: int, present: int) -> None:
        """Move the bound towards the quantile by a noised count; one unit changes the centred count by at most 1/2."""
        within, drawn = self._ranks.total(self._engine.within_bound), self._ranks.total(present)
        stream = SecureStream(derive_key(self._key, step), "quantile")
        noised = within - drawn / 2 + float(gaussian_noise(stream, 1, rule.count_noise)[0])
        share = noised / self._plan.expected_batch_size + 0.5
        self._engine.bound *= float(torch.tensor(-rule.learning_rate * (share - rule.quantile)).exp())


def verdicts(
    plan: TrainingPlan,
    checks: RuntimeChecks,
    parameters: Mapping[str, nn.Parameter],
    start: Mapping[str, Any],
    *,
    steps_done: int,
    participants: int,
    ranks: Ranks | None = None,
) -> dict[str, bool | None]:
    """Return what each check of one process says of the steps done; None: too early to say.

    Args:
        plan: the claim.
        checks: what was counted.
        parameters: trainable, by name.
        start: their fingerprints before the first step.
        steps_done: steps whose noise was drawn.
        participants: number of those who may be drawn (private).
        ranks: the processes that train together; all of them must call this alike.
    """
    ranks, end = ranks or Ranks(), fingerprint(parameters)
    claimed = steps_done * sum(p.numel() for p in parameters.values())
    reached = [ranks.total(int(name not in checks.never_reached)) > 0 for name in parameters]
    moved = all(end[name] != start[name] for name in end) and all(reached)
    noise_fits = ranks.total(checks.noise.count) == claimed and ranks.total(int(bool(checks.noise.misfit()))) == 0
    return {
        "clipped_within_bound": checks.largest_clipped_share <= 1 if steps_done else None,
        "noise_as_claimed": noise_fits if steps_done else None,
        "sampling_as_claimed": checks.sampling_holds(participants, plan.sampling_probability)
        if plan.sampler == "poisson" and steps_done
        else None,
        "equals_plain_loop": checks.largest_difference <= PLAIN_TOLERANCE if checks.compared else None,
        "every_parameter_moved": moved if moved or steps_done >= plan.steps else None,
    }
