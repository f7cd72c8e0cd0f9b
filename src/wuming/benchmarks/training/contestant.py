"""What every training contestant does on request; its step is its own.

Imported in the environments of peers too.
"""

from __future__ import annotations

import math
import time
from typing import Any, Protocol

import torch
from torch import Tensor

from wuming.benchmarks.house.protocol import Commands
from wuming.benchmarks.training.memory import give_back_if_short, process_peak, tensor_peak
from wuming.benchmarks.training.workloads import Workload, batches, build, trainable_count, words_of

MAX_GRAD_NORM = 0.1  # below nearly every gradient's norm here, so that clipping has work to do
_UNCOUNTED = 3  # steps after the first


class Step(Protocol):
    """One way to train."""

    def __call__(self, batches: list[tuple[Tensor, Tensor, Tensor]]) -> None:
        """Do one logical step: all micro-batches, then the optimiser. Adds no noise."""
        ...

    def as_after_a_micro_batch(self) -> None:
        """Hold what an earlier micro-batch of the same logical step leaves behind, with gradients of zero."""
        ...

    def gradient_norm(self) -> float:
        """Return the L2 norm of the summed (clipped) gradient of the last step, before any division."""
        ...


class Contestant:
    """Answers the requests of the bench for one way to train.

    Args:
        make: builds the way to train over a model.
    """

    def __init__(self, make: Any) -> None:
        self._make = make
        self._step: Any = None
        self._batches: list[tuple[Tensor, Tensor, Tensor]] = []
        self._gave_back = False

    def commands(self) -> Commands:
        """Return what may be asked."""
        return {"prepare": self.prepare, "step": self.step, "peak": process_peak, "tensors": self.tensors}

    def prepare(self, workload: dict[str, Any]) -> dict[str, Any]:
        """Build the model and do steps whose time does not count: buffers and kernels are used for the first time.

        The heap takes some steps to reach its size; a training run takes thousands.

        Returns:
            `norm`: the norm of the summed gradient, by which the bench sees that contestants compute the same;
            `trained`: number of trained parameters; `notes`: what was changed to make it work.
        """
        load = Workload(**workload)
        model = build(load)
        self._batches = batches(load, words_of(model))
        self._step = self._make(model, load)
        self._later_micro_batch()
        norm = self._step.gradient_norm()
        for _ in range(_UNCOUNTED):
            self.step()
        notes = list(getattr(self._step, "notes", ()))
        return {"norm": norm, "trained": trainable_count(model), "notes": notes}

    def tensors(self) -> dict[str, int]:
        """Return what `tensor_peak` says of a step; asked for last, since the recording itself takes memory.

        The step is that of a logical step's later micro-batches, which find summed gradients of earlier ones.
        """
        return tensor_peak(self._later_micro_batch)

    def _later_micro_batch(self) -> None:
        self._step.as_after_a_micro_batch()  # within what is recorded, since a step frees it
        self._step(self._batches)

    def step(self) -> dict[str, float]:
        """Do one logical step; return seconds by the clock and of the processor.

        Where the machine runs short, what this process has freed goes back to it before the next one's turn: five that
        keep it do not fit into 24 GB at 124 M parameters and T=512. A step that does not count takes it again.
        """
        if self._gave_back:
            self._step(self._batches)
        begin, used = time.perf_counter(), time.process_time()
        self._step(self._batches)
        timed = {"seconds": time.perf_counter() - begin, "processor": time.process_time() - used}
        self._gave_back = give_back_if_short()
        return timed


def norm_of(tensors: list[Tensor]) -> float:
    """Return the L2 norm of all tensors together, in float64."""
    return math.sqrt(sum(float(torch.linalg.vector_norm(tensor, dtype=torch.float64)) ** 2 for tensor in tensors))
