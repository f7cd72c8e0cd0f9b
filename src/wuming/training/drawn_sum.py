"""One party's part of a private step: its drawn units, each clipped, summed; the noise is added elsewhere.

For training in which several parties each hold some of the units and a protocol adds up what they give. A step is then
that of `PrivateTrainer`, in pieces: the same sampler, the same clipping, the same claim. It gives no privacy by itself:
what is returned must not be seen before noise is on the sum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from wuming.core.errors import SelfCheckFailed
from wuming.training.checks import PLAIN_TOLERANCE, plain_clipped_sum, relative_difference
from wuming.training.clipping.engine import ClippedGradients
from wuming.training.clipping.rules import AdaptiveQuantile
from wuming.training.clipping.separation import check_separation
from wuming.training.data import UnitData
from wuming.training.execution import Execution, MicroBatch, cut, to_device
from wuming.training.participants import Participants
from wuming.training.plan import TrainingPlan

Loss = Callable[[Any, Any], Tensor]
"""(model, inputs) → one loss for each example, [n]. Each may depend on its own example alone."""


@dataclass(frozen=True)
class Party:
    """One party's units, with the coins that draw them.

    Attributes:
        data: its units.
        participants: who of them takes part in a step.
    """

    data: UnitData
    participants: Participants

    @classmethod
    def of(cls, data: UnitData, plan: TrainingPlan, run_key: bytes) -> Party:
        """Return a party whose coins derive from `run_key`: 32 secret bytes that no other party has."""
        return cls(data, Participants(run_key, plan, data))


class DrawnSum:
    """Clipped sums over drawn units, for any number of parties that share one model in this process.

    Formal guarantee: adding or removing one unit of a party changes what `of_step` returns for it by at most
    `plan.clipping.max_grad_norm` in L2, up to the rounding of the sum; other parties' sums do not change.

    Args:
        model: its trainable parameters are read, and never changed here.
        plan: sampler, clipping and unit, the same for all parties.
        loss: see `Loss`.
        execution: knobs that cannot touch privacy.

    Attributes:
        compared: units whose gradient was compared with a plain loop's.
        drawn: units that the last call drew (private).
        largest_clipped_share: largest clipped norm of all calls, over the bound (private).

    Raises:
        SelfCheckFailed: for a model whose gradients cannot be bounded per unit, or a clipping bound that adapts to a
            count which one party alone does not know.
    """

    def __init__(self, model: nn.Module, plan: TrainingPlan, loss: Loss, execution: Execution | None = None) -> None:
        if isinstance(plan.clipping, AdaptiveQuantile):
            raise SelfCheckFailed(
                "an adaptive clipping bound needs a count over all parties", help="Use Flat, PerLayer or Automatic."
            )
        self._model, self._plan, self._loss = model, plan, loss
        self._execution = execution or Execution()
        self._engine = ClippedGradients(
            model,
            plan.clipping,
            method=self._execution.clipping_method,
            memory_bytes=self._execution.memory_bytes,
        )
        self.compared = 0
        self.drawn = 0
        self.largest_clipped_share = 0.0

    def of_step(self, party: Party, step: int) -> dict[str, Tensor]:
        """Return the clipped sum of a party's drawn units by parameter; valid until the next call.

        Args:
            party: whose units.
            step: ≥ 0; picks the coins.

        Raises:
            SelfCheckFailed: a norm above the bound, or (at the first step) gradients other than a plain loop's.
        """
        drawn = party.participants.of_step(step)
        self.drawn = len(drawn)
        self._engine.reset()
        # One pass where it fits: whole numbers of micro-batches are for flat memory, and parties draw few units.
        execution = replace(self._execution, micro_batch=max(1, min(self._execution.micro_batch, len(drawn))))
        for batch in cut(party.data, drawn, execution, self._engine.units_at_once(party.participants.longest)):
            if not self.compared and batch.size > 1:
                self._compare_with_plain(party.data, batch)
            with self._engine.recording(batch.units, batch.records, batch.present), execution.autocast():
                losses = self._loss(self._model, batch.inputs)
                if losses.shape != (batch.size,):
                    raise SelfCheckFailed(
                        f"losses have shape {tuple(losses.shape)}, expected one for each of {batch.size} examples",
                        help='Use reduction="none" and average over an example\'s own tokens only.',
                    )
                torch.autograd.backward(losses.sum())
        share = self._engine.largest_clipped_norm / self._engine.bound
        self.largest_clipped_share = max(self.largest_clipped_share, share)
        if share > 1:
            raise SelfCheckFailed(
                f"a clipped norm exceeds the bound {self._engine.bound}", help="Nothing of this step was released."
            )
        return self._engine.sums

    def _compare_with_plain(self, data: UnitData, batch: MicroBatch) -> None:
        """Compare two units' gradients, taken together in a micro-batch, with a plain loop that sees each alone."""
        engine, units = self._engine, min(2, int(batch.present.sum()))
        alone = [to_device(data.fetch(list(records)), self._execution.device) for records in batch.drawn[:units]]

        def of(inputs: Any) -> Callable[[], Tensor]:
            return lambda: self._loss(self._model, inputs).sum()

        check_separation(self._model, lambda: self._loss(self._model, batch.inputs), batch.size)
        bound, difference = engine.bound, 0.0
        try:
            for widened in (bound, bound * 1e6):  # clipping would hide a wrong scale
                losses = [of(inputs) for inputs in alone]
                expected = plain_clipped_sum(engine.parameters, losses, self._plan.clipping, widened)
                engine.bound = widened
                engine.reset()
                with engine.recording(batch.units, batch.records, torch.arange(batch.units) < units):
                    torch.autograd.backward(self._loss(self._model, batch.inputs).sum())
                difference = max(difference, relative_difference(engine.sums, expected))
        finally:
            engine.bound = bound
            engine.reset()
        self.compared = units
        if difference > PLAIN_TOLERANCE:
            raise SelfCheckFailed(
                f"clipped gradients differ from a plain loop's by {difference:.1e} of their norm",
                help="Does one example's loss depend on others (batch statistics, a mean over the batch)?",
            )
