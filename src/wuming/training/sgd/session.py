"""The order that makes an ordinary training loop private: drawn, recorded, noised, stepped; once each, for each batch.

Whatever leaves that order is refused, and nothing without noise is ever left in a parameter's `.grad`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.utils import _pytree as pytree

from wuming.core.errors import SelfCheckFailed
from wuming.training.checks import RuntimeChecks, check_identity, fingerprint
from wuming.training.clipping.engine import ClippedGradients
from wuming.training.comparison import buffers_unchanged, compare_with_plain
from wuming.training.data import UnitData
from wuming.training.loader import LogicalBatch, draw
from wuming.training.participants import Participants
from wuming.training.plan import TrainingPlan
from wuming.training.probe import GradientCanaries
from wuming.training.ranks import Ranks
from wuming.training.sgd.guards import guard_modules, remove, stand_guard
from wuming.training.step import PrivateStep

Phase = Literal["drawn", "recorded", "noised", "stepped", "retired"]

_LEFT = {
    "drawn": "without a forward pass in training mode",
    "recorded": "without loss.backward()",
    "noised": "without a step() of an optimiser over dp_model.parameters()",
}
_ORDER = "For each batch of dp_model.loader: one dp_model(x), one loss.backward(), one optimizer.step()."


class SGDSession:
    """State of one private loop.

    Formal guarantee: the parameters' `.grad` is, at each of the plan's steps, the noised mean of clipped gradients of
    that step's participants. A step's noise is used for one sum only: once it was drawn, the step is over.

    Args:
        model: trained in place.
        data: the private examples.
        plan: the claim.
        run_key: 32 secret bytes.
        mean: the loss is the mean over rows (not the sum).
        steps_per_epoch: number of steps of one pass over the loader.
        canaries: units to invent among the gradients for an audit.

    Attributes:
        steps_done: steps whose noised gradient was released.
        phase: how far the current batch has come.
        inside_forward: this session itself is calling the model.
    """

    def __init__(
        self,
        model: nn.Module,
        data: UnitData,
        plan: TrainingPlan,
        run_key: bytes,
        *,
        mean: bool,
        steps_per_epoch: int,
        canaries: int = 0,
    ) -> None:
        self.model, self.plan, self.steps_per_epoch = model, plan, steps_per_epoch
        self._data, self._mean = data, mean
        self._participants = Participants(run_key, plan, data)
        self._engine = ClippedGradients(model, plan.clipping)
        self.parameters = self._engine.parameters
        self._devices = {name: p.device for name, p in self.parameters.items()}
        self.checks = RuntimeChecks(never_reached=set(self.parameters))
        self.probe = GradientCanaries(plan, self.parameters, run_key, canaries, Ranks()) if canaries else None
        self._step = PrivateStep(plan, self._engine, run_key, self.checks, Ranks(), self.probe)
        self.start = fingerprint(self.parameters)
        self.steps_done = 0
        self.phase: Phase = "stepped"
        self._batch: LogicalBatch | None = None
        self._recording: object | None = None
        self.inside_forward = self._queued = False
        self._released: dict[str, Tensor] = {}
        self._guards: list[Any] = []  # handles of hooks on modules, while a batch is recorded
        self._close = stand_guard(self, self._engine, self._guards)

    @property
    def participants(self) -> int:
        """Number of those who may be drawn (private)."""
        return self._participants.count

    def next_batch(self, *, fresh: bool) -> LogicalBatch | None:
        """Return the next batch of the epoch, None at its end.

        Args:
            fresh: a loop has just begun; what an earlier one left is taken up. A batch that was not noised is drawn
                again, the same; one that was is over.

        Raises:
            SelfCheckFailed: no step is left, or the batch before was not trained on.
        """
        self._check_living()
        if not fresh and self.phase != "stepped":
            raise SelfCheckFailed(
                f"the batch of step {self.steps_done - (self.phase == 'noised')} was left {_LEFT[self.phase]}",
                help=f"{_ORDER} To skip a batch for what it holds would not be private.",
            )
        self.drop_recording()
        if fresh and self.steps_done >= self.plan.steps:
            raise SelfCheckFailed(
                f"all {self.plan.steps} planned steps are done; more would cost more than was planned",
                help="Plan more epochs from the start; a second PrivateSGDNet on the same data adds to what was spent.",
            )
        if not fresh and self.steps_done % self.steps_per_epoch == 0:
            return None
        drawn = self._participants.of_step(self.steps_done)
        if self.checks.steps_drawn == self.steps_done:  # a batch that is drawn again is counted once
            self.checks.draw(len(drawn), self.participants * self.plan.sampling_probability)
        self._batch = draw(self._data, self.steps_done, drawn, next(iter(self._devices.values())))
        self.phase = "drawn"
        return self._batch

    def forward(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Run the model on the current batch and record it for clipping.

        Raises:
            SelfCheckFailed: data that are not the current batch, a second pass, an output that has no row for each
                example, or a buffer that changes.
        """
        batch = self._batch_for_forward()
        batch.check_arguments((arguments, named))
        if not self.checks.compared and bool(batch.present[0]):
            present = int(batch.present.sum())
            compare_with_plain(self.model, self._engine, self.plan.clipping, (arguments, named), present, self.checks)
        if self.steps_done == 0:
            self.start = fingerprint(self.parameters)  # weights may have been loaded since
        self._engine.reset()
        self._engine.begin(batch.rows, present=batch.present, scale=float(batch.rows) if self._mean else 1.0)
        self.phase, self._recording = "recorded", object()
        try:
            self._guards += guard_modules(self)
            with self._calling(), buffers_unchanged(self.model):
                outputs = self.model(*arguments, **named)
            return self._watched(outputs, batch.rows)
        except BaseException:
            self.drop_recording()
            raise

    def drop_recording(self, batch: LogicalBatch | None = None) -> None:
        """Take hooks off the model, and drop what a forward pass without backward left. The batch stays drawn.

        Args:
            batch: only where this one is the current batch; None: whichever is.
        """
        if self.phase == "recorded" and batch in (None, self._batch):
            self._engine.abandon()
            self._end_recording()
            self.phase = "drawn"

    def retire(self) -> None:
        """Let go of the model: a newer session trains it."""
        self.drop_recording()
        self._close()
        self.phase = "retired"

    def _check_living(self) -> None:
        if self.phase == "retired":
            raise SelfCheckFailed(
                "this PrivateSGDNet is over: another one was built over the same model", help="Use the newer one."
            )

    def _batch_for_forward(self) -> LogicalBatch:
        self._check_living()
        batch = self._batch
        if batch is None or self.phase == "stepped":
            raise SelfCheckFailed(
                "a forward pass in training mode, and no batch of dp_model.loader is open",
                help="Loop over dp_model.loader, not over the original loader; for evaluation call dp_model.eval().",
            )
        if self.phase != "drawn":
            self.drop_recording()
            raise SelfCheckFailed(
                f"a second forward pass in training mode on the batch of step {batch.step}",
                help=f"{_ORDER} For evaluation call dp_model.eval() first.",
            )
        for name, parameter in self.parameters.items():
            if parameter.device != self._devices[name]:
                raise SelfCheckFailed(
                    f"trainable parameter {name} was moved from {self._devices[name]} to {parameter.device}",
                    help="Move the model first; build PrivateSGDNet last.",
                )
        return batch

    def _watched(self, outputs: Any, rows: int) -> Any:
        """Return the outputs with hooks that notice the backward pass."""
        token, found = self._recording, 0

        def watch(leaf: Any) -> Any:
            nonlocal found
            if not (isinstance(leaf, Tensor) and leaf.requires_grad):
                return leaf
            if leaf.ndim == 0 or len(leaf) != rows:
                raise SelfCheckFailed(
                    f"the model returns a tensor of shape {tuple(leaf.shape)} for {rows} examples",
                    help="Return one row for each example, and compute the loss outside the model: a loss inside may "
                    "divide by what other examples hold.",
                )
            found += 1
            output = leaf.view_as(leaf)  # a node of its own, which the gradient reaches before the engine's hooks
            output.register_hook(lambda _: self._on_gradient(token))  # type: ignore[no-untyped-call]
            return output

        watched = pytree.tree_map(watch, outputs)
        if not found:
            raise SelfCheckFailed(
                "nothing that the model returns depends on a trainable parameter",
                help="Return tensors, or tuples, lists or dictionaries of them, computed with gradients.",
            )
        return watched

    def _on_gradient(self, token: object) -> None:
        """Notice that a backward pass has begun; end the recording when the whole of it has ended."""
        if token is not self._recording or self.phase != "recorded":
            raise SelfCheckFailed(
                "a second backward pass through one forward pass, or one through a forward pass that was given up",
                help=f"{_ORDER} Add losses up and call backward once.",
            )
        if torch.is_grad_enabled():
            raise SelfCheckFailed(
                "backward(create_graph=True) through a recorded forward pass",
                help="Gradients of gradients are not bounded.",
            )
        if not self._queued:
            self._queued = True
            torch.autograd.Variable._execution_engine.queue_callback(self._release)

    @torch.no_grad()
    def _release(self) -> None:
        """Clip, noise once, and only then give the parameters their gradients."""
        batch = self._batch
        assert batch is not None
        self._end_recording()
        self.clear_gradients()
        self.phase = "drawn"  # until there is noise, nothing has happened
        try:
            self._engine.end()
            self._step.check_clipping()
            self.phase, self.steps_done = "noised", self.steps_done + 1  # this step's noise is never drawn again
            self._released = self._step.gradients(batch.step, int(batch.present.sum()))
        except BaseException:
            self._engine.abandon()
            raise
        finally:
            self._engine.reset()
        for name, parameter in self.parameters.items():
            parameter.grad = self._released[name]

    def before_optimizer(self, optimizer: torch.optim.Optimizer) -> None:
        """Let an optimiser step on noised gradients of exactly the trainable parameters, once.

        Changing the noised gradient in place (to clip or scale it) is post-processing, and allowed.

        Raises:
            SelfCheckFailed: anything else.
        """
        held = {id(p) for group in optimizer.param_groups for p in group["params"]}
        if held.isdisjoint(id(p) for p in self.parameters.values()):
            return  # the optimiser of another model
        if self.phase != "noised":
            raise SelfCheckFailed(
                "an optimiser step without a backward pass since the last one"
                if self.phase == "stepped"
                else f"an optimiser step on a batch that was left {_LEFT[self.phase]}",
                help=f"{_ORDER} To train the model otherwise, delete its PrivateSGDNet first.",
            )
        check_identity(self.model, self.parameters, optimizer)
        for name, parameter in self.parameters.items():
            gradient = parameter.grad
            if gradient is None or gradient is not self._released.get(name) or not bool(gradient.any()):
                raise SelfCheckFailed(
                    f"the gradient of {name} is not the one that was noised",
                    help="Call zero_grad() before backward(), not after; change gradients in place or not at all.",
                )
        self.phase, self._released = "stepped", {}

    def clear_gradients(self) -> None:
        """Leave no gradient behind."""
        self._released = {}
        for parameter in self.parameters.values():
            parameter.grad = None

    def _end_recording(self) -> None:
        self._recording, self._queued = None, False
        remove(self._guards)

    @contextmanager
    def _calling(self) -> Iterator[None]:
        self.inside_forward = True
        try:
            yield
        finally:
            self.inside_forward = False
