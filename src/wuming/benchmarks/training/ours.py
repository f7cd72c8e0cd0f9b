"""Our contestants and the one without protection. A server: `python -m wuming.benchmarks.training.ours SOCKET`."""

from __future__ import annotations

import sys
import time
from typing import Any

import torch
from torch import Tensor, nn

from wuming.benchmarks.house.protocol import Commands, serve
from wuming.benchmarks.training.contestant import MAX_GRAD_NORM, Contestant, norm_of
from wuming.benchmarks.training.workloads import Workload, optimiser, preload, sequence_losses
from wuming.crypto.random import new_key
from wuming.training.clipping.engine import ClippedGradients
from wuming.training.clipping.rules import Flat, PerLayer, Rule
from wuming.training.noise import add_noise

Batch = tuple[Tensor, Tensor, Tensor]


class Plain:
    """Training without protection: the usual loop."""

    def __init__(self, model: nn.Module, workload: Workload) -> None:
        self._model, self._sequences = model, workload.micro_batch * workload.micro_batches
        self._trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
        self._optimiser = optimiser(model)
        self._norm: float | None = None

    def __call__(self, batches: list[Batch]) -> None:
        """Sum the gradients of all micro-batches, then step."""
        for batch in batches:
            (sequence_losses(self._model, batch).sum() / self._sequences).backward()  # type: ignore[no-untyped-call]
        if self._norm is None:
            self._norm = self._sequences * norm_of([p.grad for p in self._trained if p.grad is not None])
        self._optimiser.step()
        self._optimiser.zero_grad()

    def as_after_a_micro_batch(self) -> None:
        """Hold gradients of zero."""
        for parameter in self._trained:
            parameter.grad = torch.zeros_like(parameter)

    def gradient_norm(self) -> float:
        """Return the norm of the first step's summed gradient."""
        assert self._norm is not None
        return self._norm


class Clipped:
    """Our engine: each sequence is a unit of privacy, clipped by `rule`."""

    def __init__(self, model: nn.Module, workload: Workload, rule: Rule) -> None:
        self._model, self._sequences = model, workload.micro_batch * workload.micro_batches
        self._engine = ClippedGradients(model, rule)
        self._optimiser = optimiser(model)
        self._at_once = self._engine.units_at_once(workload.tokens) or workload.micro_batch
        self._norm: float | None = None
        self.notes: tuple[str, ...] = ()
        if self._at_once < workload.micro_batch:
            self.notes = (f"{rule.kind}: the engine asks for sub-batches of {self._at_once}",)

    def __call__(self, batches: list[Batch]) -> None:
        """Sum the clipped gradients of all micro-batches, then step."""
        self._engine.reset()
        for batch in batches:
            for part in zip(*(torch.split(tensor, self._at_once) for tensor in batch), strict=True):
                with self._engine.recording(len(part[0])):
                    sequence_losses(self._model, part).sum().backward()  # type: ignore[no-untyped-call]
        if self._norm is None:
            self._norm = norm_of(list(self._engine.sums.values()))
        for name, parameter in self._engine.parameters.items():
            parameter.grad = self._engine.sums[name]  # `add_noise` divides, which is timed by itself
        self._optimiser.step()
        self._optimiser.zero_grad()

    def as_after_a_micro_batch(self) -> None:
        """Do nothing: the engine's sums are always there."""

    def gradient_norm(self) -> float:
        """Return the norm of the first step's sum of clipped gradients."""
        assert self._norm is not None
        return self._norm

    def noise(self, step: int) -> dict[str, float]:
        """Add one step's noise to the sums; return seconds and samples."""
        key = new_key()
        begin, used = time.perf_counter(), time.process_time()
        scale = 1 / self._sequences
        add_noise(self._engine.sums, key=key, step=step, standard_deviation=MAX_GRAD_NORM, scale=scale)
        seconds, processor = time.perf_counter() - begin, time.process_time() - used
        samples = sum(tensor.numel() for tensor in self._engine.sums.values())
        return {"seconds": seconds, "processor": processor, "samples": samples}


class OurContestant(Contestant):
    """A contestant that can also be asked for its noise."""

    def commands(self) -> Commands:
        """Return what may be asked."""
        return super().commands() | {"noise": self.noise}

    def noise(self, step: int) -> dict[str, float]:
        """Time one step's noise."""
        timed: dict[str, float] = self._step.noise(step)
        return timed


def _noise_rate() -> Commands:
    """Return commands that time the noise alone, over one large tensor, and torch's own normal generator beside it."""
    room: dict[str, Any] = {}

    def prepare(samples: int, threads: int) -> None:
        torch.set_num_threads(threads)
        room["sums"] = {"x": torch.zeros(samples)}
        timed("ours", 0)
        timed("torch", 0)

    def timed(kind: str, step: int) -> float:
        begin = time.perf_counter()
        if kind == "ours":
            add_noise(room["sums"], key=new_key(), step=step, standard_deviation=1.0)
        else:
            room["sums"]["x"].normal_()
        return time.perf_counter() - begin

    return {"prepare": prepare, "time": timed}


CONTESTANTS = {
    "plain": lambda: Contestant(Plain).commands(),
    "flat": lambda: OurContestant(lambda model, load: Clipped(model, load, Flat(MAX_GRAD_NORM))).commands(),
    "per-layer": lambda: OurContestant(lambda model, load: Clipped(model, load, PerLayer(MAX_GRAD_NORM))).commands(),
    "noise": _noise_rate,
}

if __name__ == "__main__":
    preload()
    serve(sys.argv[1], CONTESTANTS)
