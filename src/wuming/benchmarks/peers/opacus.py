"""Opacus as a contestant, in its two modes. A server: `python -m wuming.benchmarks.peers.opacus SOCKET`.

Each mode is given its best chance: full-shaped position ids, one backward where it needs one, no noise drawn (noise is
timed apart), and where it refuses a tied parameter, an untied copy, which is said.
"""

from __future__ import annotations

import sys
import warnings
from abc import ABC, abstractmethod
from typing import Any

import torch
from opacus import GradSampleModule  # type: ignore[import-not-found]
from opacus.grad_sample import GradSampleModuleFastGradientClipping  # type: ignore[import-not-found]
from opacus.optimizers import DPOptimizer, DPOptimizerFastGradientClipping  # type: ignore[import-not-found]
from opacus.utils.fast_gradient_clipping_utils import DPLossFastGradientClipping  # type: ignore[import-not-found]
from torch import Tensor, nn

from wuming.benchmarks.house.protocol import serve
from wuming.benchmarks.training.contestant import MAX_GRAD_NORM, Contestant, norm_of
from wuming.benchmarks.training.workloads import Workload, optimiser, preload, sequence_losses, untie

Batch = tuple[Tensor, Tensor, Tensor]

warnings.filterwarnings("ignore", module="torch")  # about hooks on modules whose inputs need no gradient


class _Mode(ABC):
    """What both modes share: the logical step around the micro-batches."""

    notes: tuple[str, ...] = ()

    def __init__(self, wrapped: nn.Module, optimizer: Any) -> None:
        self._model, self._optimizer = wrapped, optimizer
        self._norm: float | None = None

    def __call__(self, batches: list[Batch]) -> None:
        """Clip and sum all micro-batches, then step."""
        for batch in batches[:-1]:
            self._backward(batch)
            self._optimizer.signal_skip_step(do_skip=True)
            self._optimizer.step()
            self._optimizer.zero_grad()
        self._backward(batches[-1])
        self._optimizer.signal_skip_step(do_skip=False)
        if self._norm is None:
            self._optimizer.step_hook = self._look
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)

    def as_after_a_micro_batch(self) -> None:
        """Hold sums of zero, as a skipped step leaves them."""
        for parameter in self._optimizer.params:
            parameter.summed_grad = torch.zeros_like(parameter)

    def gradient_norm(self) -> float:
        """Return the norm of the first step's sum of clipped gradients."""
        assert self._norm is not None
        return self._norm

    def _look(self, optimizer: Any) -> None:
        self._norm = norm_of([p.summed_grad for p in optimizer.params if p.summed_grad is not None])
        optimizer.step_hook = None

    @abstractmethod
    def _backward(self, batch: Batch) -> None:
        """Leave each sequence's gradient, or its clipped sum, where the optimiser finds it."""


class Hooks(_Mode):
    """Per-sample gradients by hooks, all held at once."""

    def __init__(self, model: nn.Module, workload: Workload) -> None:
        wrapped = GradSampleModule(model, loss_reduction="mean")
        optimizer = DPOptimizer(optimiser(model), **_settings(workload))
        super().__init__(wrapped, optimizer)

    def _backward(self, batch: Batch) -> None:
        sequence_losses(self._model, batch).mean().backward()  # type: ignore[no-untyped-call]


class Ghost(_Mode):
    """Ghost norms, then a second backward pass over the weighted loss."""

    def __init__(self, model: nn.Module, workload: Workload, *, notes: tuple[str, ...] = ()) -> None:
        self.notes = notes
        wrapped = GradSampleModuleFastGradientClipping(
            model, max_grad_norm=MAX_GRAD_NORM, use_ghost_clipping=True, loss_reduction="mean"
        )
        optimizer = DPOptimizerFastGradientClipping(optimiser(model), **_settings(workload))
        super().__init__(wrapped, optimizer)
        self._criterion = DPLossFastGradientClipping(
            wrapped, optimizer, nn.CrossEntropyLoss(reduction="mean"), loss_reduction="mean"
        )

    def _backward(self, batch: Batch) -> None:
        inputs, targets, positions = batch
        logits = self._model(input_ids=inputs, position_ids=positions, use_cache=False).logits
        words = logits.shape[-1]
        self._criterion(logits.reshape(-1, words), targets.reshape(-1), shape=logits.shape).backward()


def _ghost(model: nn.Module, workload: Workload) -> Ghost:
    """Return the ghost mode; a shared parameter that is trained is untied first, since ghost clipping refuses it."""
    head, embedding = model.get_output_embeddings().weight, model.get_input_embeddings().weight  # type: ignore[operator]
    if head is embedding and head.requires_grad:
        untie(model)
        return Ghost(model, workload, notes=("opacus ghost: embedding untied, since it refuses tied parameters",))
    return Ghost(model, workload)


def _settings(workload: Workload) -> dict[str, Any]:
    return {
        "noise_multiplier": 0.0,
        "max_grad_norm": MAX_GRAD_NORM,
        "expected_batch_size": workload.micro_batch * workload.micro_batches,
        "loss_reduction": "mean",
    }


CONTESTANTS = {
    "opacus-hooks": lambda: Contestant(Hooks).commands(),
    "opacus-ghost": lambda: Contestant(_ghost).commands(),
}

if __name__ == "__main__":
    preload()
    serve(sys.argv[1], CONTESTANTS)
