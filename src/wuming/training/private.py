"""User-level DP-SGD: sampler, clipping, noise and event are built together from one plan."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import Tensor

from wuming.core.errors import SelfCheckFailed
from wuming.crypto.random import SecureStream, derive_key
from wuming.mechanisms.gaussian import gaussian_noise
from wuming.training.clipping import UnitGradients
from wuming.training.language_model import pad, token_losses
from wuming.training.plan import TrainingPlan
from wuming.training.sampling import PoissonUnitSampler


@dataclass
class SelfCheck:
    """What the trainer measured about its own guarantee. Internal: computed on private data, never released alone."""

    largest_clipped_norm: float = 0.0
    noise_squares: float = 0.0
    noise_count: int = 0
    never_reached: set[str] = field(default_factory=set)

    def noise_ratio(self) -> tuple[float, float]:
        """Return measured / claimed standard deviation of the noise, and its tolerance (6 standard errors)."""
        if not self.noise_count:
            return 0.0, 0.0
        return math.sqrt(self.noise_squares / self.noise_count), 6 / math.sqrt(2 * self.noise_count)


class PrivateTrainer:
    """Trains a causal language model under one `TrainingPlan`.

    Each step: sample units (Poisson), sum each unit's record gradients, clip the sum to C, add N(0, (σC)²) once,
    divide by the public constant `expected_units_per_step`, step Adam. A step without units does the same. The released
    weights are an exponential average over steps.

    Coins and noise derive from the run key and the step, so that a step replayed on the same data is bit-identical
    (same library versions, one thread) and costs nothing. The caller takes a fresh key for other data or another plan.

    Args:
        model: its trainable parameters are updated in place.
        units: unit id → token sequences of its records. Held by reference, never logged.
        plan: the claim.
        run_key: 32 secret bytes.
        micro_batch_tokens: padded tokens processed at once; touches memory and speed only.
        protect: False switches clipping and noise off: the *control* arm. The result then has no guarantee whatever.
    """

    def __init__(
        self,
        model: Any,
        units: Mapping[str, Sequence[Sequence[int]]],
        plan: TrainingPlan,
        *,
        run_key: bytes,
        micro_batch_tokens: int = 1024,
        protect: bool = True,
    ) -> None:
        self.plan, self.model, self.protected = plan, model, protect
        self._units = units
        self._indices = {unit: range(len(records)) for unit, records in units.items()}
        self._sampler = PoissonUnitSampler(
            run_key, probability=plan.sampling_probability, records_per_unit=plan.records_per_unit
        )
        self._noise_key = derive_key(run_key, "gaussian-noise")
        # Another tag for the control: its state holds sums without noise, and must never end in a protected model.
        self._tag = hashlib.sha256(derive_key(run_key, "checkpoint-tag", int(protect))).hexdigest()
        self._micro_batch_tokens = micro_batch_tokens
        self._gradients = UnitGradients(model)
        self._parameters = self._gradients.parameters
        self._optimizer = torch.optim.Adam(self._parameters.values(), lr=plan.learning_rate, betas=(0.9, 0.98))
        self._average = {name: p.detach().clone() for name, p in self._parameters.items()}
        self._start = {name: p.detach().clone() for name, p in self._parameters.items()}
        self.check = SelfCheck(never_reached=set(self._parameters))
        self.step_count = 0

    def run(
        self, *, on_step: Callable[[int, int], None] = lambda _done, _total: None, checkpoint: Path | None = None
    ) -> None:
        """Do the steps that are left; with `checkpoint`, take up the state stored there and store it now and then."""
        if checkpoint is not None and checkpoint.exists():
            self.restore(checkpoint)
        while self.step_count < self.plan.steps:
            self.step()
            on_step(self.step_count, self.plan.steps)
            if checkpoint is not None and self.step_count % 10 == 0:
                self.store(checkpoint)

    def step(self) -> None:
        """Do one step of the schedule.

        Raises:
            SelfCheckFailed: when the schedule is spent, or a clipped norm exceeds the bound.
        """
        plan = self.plan
        if self.step_count >= plan.steps:
            raise SelfCheckFailed(f"the schedule of {plan.steps} steps is spent; no further step is accounted for")
        sums = self._summed_gradients(self._sampler.sample(self.step_count, self._indices))
        stream = SecureStream(derive_key(self._noise_key, self.step_count), "noise")
        for name, parameter in self._parameters.items():
            if self.protected:
                noise = torch.from_numpy(gaussian_noise(stream, parameter.numel(), 1.0))
                self.check.noise_squares += float(noise.square().sum())
                self.check.noise_count += noise.numel()
                noise *= plan.noise_multiplier * plan.max_grad_norm
                sums[name] = (sums[name].double().flatten() + noise).float().view(parameter.shape)
            parameter.grad = sums[name] / plan.expected_units_per_step
        for group in self._optimizer.param_groups:
            group["lr"] = plan.learning_rate * learning_rate_factor(self.step_count, plan.steps)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self.step_count += 1
        # The average forgets its start: weights 1/t at first, then 1 - decay.
        weight = max(1 - plan.average_decay, 1 / self.step_count)
        for name, parameter in self._parameters.items():
            self._average[name].lerp_(parameter.detach(), weight)

    def finish(self) -> dict[str, Any]:
        """Load the averaged weights into the model and return the self-check.

        Raises:
            SelfCheckFailed: when steps are missing, clipping or noise was not as claimed, or a parameter never moved.
        """
        if self.step_count != self.plan.steps:
            raise SelfCheckFailed(f"{self.step_count} of {self.plan.steps} steps were done")
        with torch.no_grad():
            for name, parameter in self._parameters.items():
                parameter.copy_(self._average[name])
        moved = all(not torch.equal(self._start[name], p) for name, p in self._parameters.items())
        ratio, tolerance = self.check.noise_ratio()
        bound = self.plan.max_grad_norm
        passed = moved and not self.check.never_reached
        if self.protected:
            every_noise = self.plan.steps * sum(p.numel() for p in self._parameters.values())
            passed = passed and self.check.noise_count == every_noise and abs(ratio - 1) <= tolerance
            passed = passed and self.check.largest_clipped_norm <= bound
        report = {
            "largest_clipped_norm": round(self.check.largest_clipped_norm, 6),
            "noise_ratio": round(ratio, 6),
            "noise_ratio_interval": [round(1 - tolerance, 6), round(1 + tolerance, 6)],
            "every_parameter_moved": moved and not self.check.never_reached,
            "passed": passed,
        }
        if not passed:
            raise SelfCheckFailed(
                "the training self-check failed: clipping, noise or movement of the parameters was not as claimed",
                help="The model gives no guarantee and was not released.",
            )
        return report

    def store(self, path: Path) -> None:
        """Write the state after the last finished step, whole or not at all."""
        temporary = path.with_suffix(".part")
        state = {
            "tag": self._tag,
            "step": self.step_count,
            "parameters": {n: p.detach() for n, p in self._parameters.items()},
            "average": self._average,
            "start": self._start,
            "optimizer": self._optimizer.state_dict(),
            "check": [
                self.check.largest_clipped_norm,
                self.check.noise_squares,
                self.check.noise_count,
                sorted(self.check.never_reached),
            ],
        }
        with temporary.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)

    def restore(self, path: Path) -> None:
        """Take up a state written by `store` under the same run key; any other, or a damaged one, is ignored."""
        try:
            state = torch.load(path, weights_only=True)
        except (RuntimeError, EOFError, UnpicklingError, LookupError, ValueError):
            return
        if state["tag"] != self._tag:
            return
        self.step_count = state["step"]
        with torch.no_grad():
            for name, parameter in self._parameters.items():
                parameter.copy_(state["parameters"][name])
        self._average, self._start = state["average"], state["start"]
        self._optimizer.load_state_dict(state["optimizer"])
        norm, squares, count, never = state["check"]
        self.check = SelfCheck(norm, squares, count, set(never))

    def _summed_gradients(self, sampled: Mapping[str, Sequence[int]]) -> dict[str, Tensor]:
        sums = {name: torch.zeros_like(p) for name, p in self._parameters.items()}
        groups: dict[int, list[list[Sequence[int]]]] = {}
        for unit, indices in sampled.items():
            groups.setdefault(len(indices), []).append([self._units[unit][i] for i in indices])
        for records, members in sorted(groups.items()):
            if records == 0:
                continue
            members.sort(key=lambda unit: max(len(r) for r in unit))
            for batch in self._micro_batches(members, records):
                self._add(sums, batch)
        return sums

    def _micro_batches(self, members: list[list[Sequence[int]]], records: int) -> list[list[list[Sequence[int]]]]:
        batches: list[list[list[Sequence[int]]]] = []
        for unit in members:
            tokens = records * max(len(r) for r in unit)
            if not batches or tokens * (len(batches[-1]) + 1) > self._micro_batch_tokens:
                batches.append([])
            batches[-1].append(unit)
        return batches

    def _add(self, sums: dict[str, Tensor], batch: list[list[Sequence[int]]]) -> None:
        ids, targets = pad([record for unit in batch for record in unit])
        if not self.protected:
            found = torch.autograd.grad(self._loss(ids, targets), list(self._parameters.values()))
            for name, gradient in zip(self._parameters, found, strict=True):
                self._add_one(sums, name, gradient)
            return
        with self._gradients.collecting(len(batch)):
            torch.autograd.backward(self._loss(ids, targets))
        clipped, norms = self._gradients.clip_and_sum(self.plan.max_grad_norm)
        largest = float(norms.max())
        if largest > self.plan.max_grad_norm:
            raise SelfCheckFailed(f"a clipped norm exceeds max_grad_norm={self.plan.max_grad_norm}")
        self.check.largest_clipped_norm = max(self.check.largest_clipped_norm, largest)
        for name, gradient in clipped.items():
            self._add_one(sums, name, gradient)

    def _loss(self, ids: Tensor, targets: Tensor) -> Tensor:
        """Sum over records of the mean over a record's own tokens, so that no record's weight depends on another's."""
        losses = token_losses(self.model, ids, targets)
        return (losses.sum(1) / (targets >= 0).sum(1).clamp(min=1)).sum()

    def _add_one(self, sums: dict[str, Tensor], name: str, gradient: Tensor) -> None:
        sums[name] += gradient
        if name in self.check.never_reached and bool(gradient.any()):
            self.check.never_reached.discard(name)


def learning_rate_factor(step: int, steps: int) -> float:
    """Return the share of the peak learning rate: a short warm-up, flat, then a linear fall over the last 30%."""
    warm_up = max(1, steps // 20)
    fall = max(1, int(steps * 0.3))
    return min(1.0, (step + 1) / warm_up, (steps - step) / fall + 0.05)
