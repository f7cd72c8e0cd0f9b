"""The private trainer: sampler, clipping, noise and accounting of one plan, run as one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from wuming.core.errors import PrivacyParameterError, SelfCheckFailed
from wuming.core.ports import Budget, Reservation
from wuming.crypto.random import new_key
from wuming.training.checks import (
    PLAIN_TOLERANCE,
    RuntimeChecks,
    check_identity,
    fingerprint,
    plain_clipped_sum,
    relative_difference,
)
from wuming.training.clipping.engine import ClippedGradients
from wuming.training.clipping.methods import LayerMethod
from wuming.training.clipping.separation import check_separation
from wuming.training.data import UnitData
from wuming.training.execution import Execution, MicroBatch, cut, to_device
from wuming.training.optimisation import Optimisation
from wuming.training.participants import Participants
from wuming.training.plan import TrainingPlan
from wuming.training.probe import GradientCanaries
from wuming.training.ranks import Ranks
from wuming.training.state import restore, store
from wuming.training.step import PrivateStep, grid_width, verdicts

Loss = Callable[[Any, Any], Tensor]
"""(model, inputs) → one loss for each example, [n]. Each may depend on its own example alone."""


_OF_THE_CONTROL = ("sampling_as_claimed", "every_parameter_moved")


class PrivateTrainer:
    """Trains a model under one `TrainingPlan`.

    Each step: draw the units, sum each one's record gradients, clip the sum to C, add noise of standard deviation σC
    once, divide by the public constant `expected_batch_size`, step the optimiser. A step that draws nobody does the
    same. The sequence of all parameter values has the plan's guarantee.

    Coins and noise derive from the run key and the step, so that a step replayed on the same data is bit-identical
    (same library versions, same number of threads) and costs nothing. Another plan or other data need a fresh key.

    Two ways to use it. With a loss function::

        trainer.run(loss)

    With a loop of one's own::

        for batch in trainer.micro_batches():
            losses = functional.cross_entropy(model(batch.inputs[0]), batch.inputs[1], reduction="none")
            trainer.backward(losses)

    and then `trainer.finish()`, which tells what was checked and refuses where a check failed.

    Under `torchrun`, every process builds the same trainer with the same key: each works on its share of the units,
    the sums are added up, and one share of noise is added in total. The processes trust each other and their network.

    Args:
        model: its trainable parameters are updated in place; on `execution.device`.
        data: the private examples.
        plan: the claim.
        optimisation: what is done with the noised gradient; or an optimiser over exactly the trainable parameters.
        run_key: 32 secret bytes; None: fresh ones (then a killed run cannot be taken up again).
        execution: knobs that cannot touch privacy.
        budget: reserves the plan's event before anything is drawn; None: the caller keeps the account.
        schedule: digest that names this run in the budget.
        protect: False switches clipping and noise off: a *control*. The result then has no guarantee whatever.
        canaries: units to invent among the gradients for an audit (see `probe`); the plan's population counts them.

    Raises:
        SelfCheckFailed: for a model whose gradients cannot be bounded per unit, with the layer and the reason.
        BudgetExceeded: when the account cannot bear the plan.
        PrivacyParameterError: canaries that do not go with the plan.
    """

    def __init__(
        self,
        model: nn.Module,
        data: UnitData,
        plan: TrainingPlan,
        *,
        optimisation: Optimisation | torch.optim.Optimizer,
        run_key: bytes | None = None,
        execution: Execution | None = None,
        budget: Budget | None = None,
        schedule: str = "",
        protect: bool = True,
        canaries: int = 0,
    ) -> None:
        self.model, self.plan, self.protected = model, plan, protect
        self.execution = execution or Execution()
        self._data = data
        self._key = new_key() if run_key is None else run_key
        self._participants = Participants(self._key, plan, data)
        self._ranks = Ranks.current()
        self._gradients = ClippedGradients(
            model,
            plan.clipping,
            method=self.execution.clipping_method,
            memory_bytes=self.execution.memory_bytes,
            grid=grid_width(plan),
        )
        self._parameters = self._gradients.parameters
        self._optimisation = optimisation if isinstance(optimisation, Optimisation) else None
        self.optimizer = (
            optimisation.build(self._parameters.values()) if isinstance(optimisation, Optimisation) else optimisation
        )
        check_identity(model, self._parameters, self.optimizer)
        decay = self._optimisation.average_decay if self._optimisation else 0.0
        self._average = {n: p.detach().clone() for n, p in self._parameters.items()} if decay else {}
        self._start = fingerprint(self._parameters)
        self.checks = RuntimeChecks(never_reached=set(self._parameters))
        if canaries and not protect:
            raise PrivacyParameterError(
                f"canaries={canaries} need protect=True", help="A control has no claim to audit."
            )
        self.probe = GradientCanaries(plan, self._parameters, self._key, canaries, self._ranks) if canaries else None
        self._step = PrivateStep(plan, self._gradients, self._key, self.checks, self._ranks, self.probe)
        self.step_count = 0
        self._open: MicroBatch | None = None
        self._plain_sums: dict[str, Tensor] = {}  # of the control
        self._present = 0
        self._reservation: Reservation | None = None
        if budget is not None:
            self._reservation = budget.reserve(plan.event, schedule=schedule)

    def run(
        self,
        loss: Loss,
        *,
        on_step: Callable[[int, int], None] = lambda _done, _total: None,
        checkpoint: Path | None = None,
        checkpoint_every: int = 10,
    ) -> None:
        """Do the steps that are left.

        Args:
            loss: see `Loss`.
            on_step: called with (steps done, steps in all).
            checkpoint: file whose state is taken up, and where the state is stored now and then.
            checkpoint_every: steps between two stored states.
        """
        if checkpoint is not None and checkpoint.exists():
            self.restore(checkpoint)
        before = self.step_count
        for batch in self.micro_batches():
            if self.step_count != before:
                before = self.step_count
                self._after_step(on_step, checkpoint, checkpoint_every)
            if self.protected and not self.checks.compared:
                self._compare_with_plain(loss, batch)
            with self.execution.autocast():
                losses = loss(self.model, batch.inputs)
            self.backward(losses)
        self._after_step(on_step, checkpoint, checkpoint_every)

    def micro_batches(self) -> Iterator[MicroBatch]:
        """Yield what to compute losses on, step by step, until the schedule is spent; call `backward` for each.

        Raises:
            SelfCheckFailed: when a micro-batch was left without `backward`, or the model's tensors were exchanged.
        """
        while self.step_count < self.plan.steps:
            drawn = self._participants.of_step(self.step_count)
            self.checks.draw(len(drawn), self._participants.count * self.plan.sampling_probability)
            self._gradients.reset()
            self._plain_sums, self._present = {}, 0
            most = self._gradients.units_at_once(self._participants.longest) if self.protected else None
            for batch in cut(self._data, self._ranks.share(drawn), self.execution, most):
                self._open = batch
                if self.protected:
                    self._gradients.begin(batch.units, batch.records, present=batch.present)
                try:
                    yield batch
                finally:
                    if self._open is not None:
                        self._gradients.abandon()
                if self._open is not None:
                    raise SelfCheckFailed(
                        "a micro-batch was yielded and backward was not called for it",
                        help="Call trainer.backward(losses) once for every micro-batch.",
                    )
            self._finish_step()

    def backward(self, losses: Tensor) -> None:
        """Take the gradients of one micro-batch.

        Args:
            losses: [n], one for each of the micro-batch's examples in order, each of its own example alone. (A mean
                over the batch would divide by a private number.)

        Raises:
            SelfCheckFailed: wrong shape, a second call for one micro-batch, or a norm above the bound.
        """
        batch, self._open = self._open, None
        if batch is None:
            raise SelfCheckFailed(
                "backward was called without a micro-batch that waits for it",
                help="Call it once for each batch that micro_batches() yields.",
            )
        if losses.shape != (batch.size,):
            self._gradients.abandon()
            raise SelfCheckFailed(
                f"losses have shape {tuple(losses.shape)}, expected one for each of {batch.size} examples",
                help='Use reduction="none" and average over an example\'s own tokens only.',
            )
        if not self.protected:
            weights = batch.present.repeat_interleave(batch.records).to(losses)
            found = torch.autograd.grad((losses * weights).sum(), list(self._parameters.values()), allow_unused=True)
            for name, gradient in zip(self._parameters, found, strict=True):
                if gradient is not None:
                    self._plain_sums[name] = self._plain_sums.get(name, 0) + gradient
            return
        try:
            torch.autograd.backward(losses.sum())
        except BaseException:
            self._gradients.abandon()
            raise
        self._gradients.end()
        self._present += int(batch.present.sum())
        self._step.check_clipping()

    def finish(self) -> dict[str, Any]:
        """Load the averaged weights into the model and return what was checked (internal figures).

        Raises:
            SelfCheckFailed: when steps are missing, or clipping, noise, sampling or movement were not as claimed.
        """
        if self.step_count != self.plan.steps:
            raise SelfCheckFailed(f"{self.step_count} of {self.plan.steps} steps were done")
        with torch.no_grad():
            for name, average in self._average.items():
                self._parameters[name].copy_(average)
        report = self.report()
        if not report["passed"]:
            failed = [name for name, value in report.items() if value is False and name != "passed"]
            raise SelfCheckFailed(
                f"the training self-check failed: {', '.join(failed)}",
                help="The model gives no guarantee and was not released.",
            )
        if self._reservation is not None:
            self._reservation.commit()
        return report

    def report(self) -> dict[str, Any]:
        """Return what was measured so far, with a verdict for each check; every process must call it alike."""
        found = verdicts(
            self.plan,
            self.checks,
            self._parameters,
            self._start,
            steps_done=self.step_count,
            participants=self._participants.count,
            ranks=self._ranks,
        )
        if not self.protected:
            found = {name: value for name, value in found.items() if name in _OF_THE_CONTROL}
        ratio, tolerance = self.checks.noise_ratio()
        return {
            "largest_clipped_share": round(self.checks.largest_clipped_share, 6),
            "noise_ratio": round(ratio, 6),
            "noise_ratio_interval": [round(1 - tolerance, 6), round(1 + tolerance, 6)],
            "units_compared_with_plain_loop": self.checks.compared,
            **found,
            "passed": all(value is not False for value in found.values()),
        }

    def clipping_methods(self) -> list[LayerMethod]:
        """Return how each parameter's gradients were clipped in the last micro-batch, and why so."""
        return self._gradients.methods()

    def store(self, path: Path) -> None:
        """Write the state after the last finished step, whole or not at all."""
        store(self, path)

    def restore(self, path: Path) -> None:
        """Take up a state written by `store` under the same run key; any other, or a damaged one, is ignored."""
        restore(self, path)

    def _finish_step(self) -> None:
        """Noise, divide, step: once for each logical batch, also when it is empty."""
        check_identity(self.model, self._parameters, self.optimizer)
        if self.protected:
            found = self._step.gradients(self.step_count, self._present, in_place=True)
        else:
            found = self._plain_gradients()
        for name, parameter in self._parameters.items():
            parameter.grad = found[name]
        if self._optimisation is not None:
            for group in self.optimizer.param_groups:
                group["lr"] = self._optimisation.learning_rate * self._optimisation.factor(
                    self.step_count, self.plan.steps
                )
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step_count += 1
        if self._average and self._optimisation is not None:
            # The average forgets its start: weights 1/t at first, then 1 - decay.
            weight = max(1 - self._optimisation.average_decay, 1 / self.step_count)
            for name, parameter in self._parameters.items():
                self._average[name].lerp_(parameter.detach(), weight)

    def _plain_gradients(self) -> dict[str, Tensor]:
        """Return the control's gradient: summed over everybody, neither clipped nor noised."""
        sums = {n: self._plain_sums.get(n, torch.zeros_like(p)) for n, p in self._parameters.items()}
        self.checks.never_reached -= {name for name in self.checks.never_reached if bool(sums[name].any())}
        self._ranks.add_up(sums.values())
        return {name: total / self.plan.expected_batch_size for name, total in sums.items()}

    def _compare_with_plain(self, loss: Loss, batch: MicroBatch) -> None:
        """Compare two units' gradients, taken together in a micro-batch, with a plain loop that sees each alone.

        Once as they are clipped, and once under a bound that they stay below: clipping would hide a wrong scale. In
        evaluation mode, for dropout draws other masks each time.
        """
        self._gradients.abandon()
        units, training = min(2, int(batch.present.sum())), self.model.training
        # Fetched anew, so that padding to the longest of the batch is not the same.
        alone = [to_device(self._data.fetch(list(records)), self.execution.device) for records in batch.drawn[:units]]
        bound, grid = self._gradients.bound, grid_width(self.plan)

        def of(inputs: Any) -> Callable[[], Tensor]:
            return lambda: loss(self.model, inputs).sum()

        self.model.eval()
        try:
            if batch.size > 1:
                check_separation(self.model, lambda: loss(self.model, batch.inputs), batch.size)
            for widened in (bound,) if grid else (bound, bound * 1e6):
                expected = plain_clipped_sum(
                    self._parameters, [of(inputs) for inputs in alone], self.plan.clipping, widened
                )
                self._gradients.bound = widened
                with self._gradients.recording(batch.units, batch.records, torch.arange(batch.units) < units):
                    torch.autograd.backward(loss(self.model, batch.inputs).sum())
                difference = relative_difference(self._gradients.sums, expected, scale=grid or 1.0)
                self.checks.largest_difference = max(self.checks.largest_difference, difference)
                self._gradients.reset()
        finally:
            self.model.train(training)
            self._gradients.bound = bound
        self.checks.compared = units
        if self.checks.largest_difference > PLAIN_TOLERANCE:
            raise SelfCheckFailed(
                f"clipped gradients differ from a plain loop's by {self.checks.largest_difference:.1e} of their norm",
                help="Does one example's loss depend on others (batch statistics, a mean over the batch)?",
            )
        self._gradients.begin(batch.units, batch.records, present=batch.present)

    def _after_step(self, on_step: Callable[[int, int], None], checkpoint: Path | None, every: int) -> None:
        on_step(self.step_count, self.plan.steps)
        if checkpoint is not None and self.step_count % every == 0 and self._ranks.rank == 0:
            self.store(checkpoint)
