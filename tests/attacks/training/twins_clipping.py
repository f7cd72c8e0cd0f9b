"""Broken twins of clipping and of the divisor."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import plain_engine
import torch
from torch import nn
from torch.nn import functional
from twin_parts import Engine, twin, with_engine, with_finish

from wuming.training import language_model as lm
from wuming.training import participants, private
from wuming.training.clipping.engine import ClippedGradients
from wuming.training.private import PrivateTrainer

# Clipping


@twin("influence", smoke=True)
def no_clipping(patch):
    """Gradients are summed as they are."""

    class Other(ClippedGradients):
        def end(self, present=None, scale=None):
            bound, self.bound = self.bound, 1e30
            norms = super().end(present, scale)
            self.bound, self.largest_clipped_norm = bound, bound
            return norms

    return with_engine(patch, Other)


@twin("influence")
def clip_after_averaging(patch):
    """The step's summed gradient is clipped once, as ordinary training clips."""
    no_clipping(patch)

    def before(trainer):
        sums = trainer._gradients.sums
        norm = float(sum(t.double().square().sum() for t in sums.values())) ** 0.5
        for total in sums.values():
            total.mul_(min(1.0, trainer._gradients.bound / max(norm, 1e-30)))

    return with_finish(before)


@twin("influence")
def clip_per_micro_batch(patch):
    """Each micro-batch's summed gradient is clipped, not each unit's."""
    no_clipping(patch)
    base = private.ClippedGradients

    class Other(base):
        def end(self, present=None, scale=None):
            before = {name: total.clone() for name, total in self.sums.items()}
            norms = super().end(present, scale)
            added = {name: total - before[name] for name, total in self.sums.items()}
            norm = float(sum(t.double().square().sum() for t in added.values())) ** 0.5
            for name, total in self.sums.items():
                total.copy_(before[name] + added[name] * min(1.0, self.bound / max(norm, 1e-30)))
            return norms

    return with_engine(patch, Other)


@twin("influence", smoke=True)
def per_record_clip_labelled_user(patch):
    """Each record is clipped by itself, and the plan says subject."""

    class Other(ClippedGradients):
        def begin(self, units, records=1, *, present=None, scale=None):
            present = None if present is None else present.repeat_interleave(records)
            super().begin(units * records, 1, present=present, scale=scale)

    return with_engine(patch, Other)


@twin("influence")
def more_than_k_records(patch):
    """All records of a unit take part."""
    patch.setattr(participants.RecordChooser, "choose", lambda self, step, unit: list(range(self._sizes[unit])))
    return {}


@twin("influence")
def more_than_k_records_each_clipped(patch):
    """All records of a subject take part, each clipped by itself, where K of them are accounted for."""
    patch.setattr(participants.RecordChooser, "choose", lambda self, step, unit: list(range(self._sizes[unit])))
    return {"plan": {"sampled": "records"}}


@twin("influence", "tied")
def tied_cross_term_left_out(patch):
    """The norm of a tied weight is taken as if its two uses were two weights."""

    class Other(plain_engine.PlainEngine):
        def norms(self, parts, names):
            squares = torch.zeros(self.units, dtype=torch.float64)
            for name, _, gradient in parts:
                if name in names:
                    squares += gradient.flatten(1).double().square().sum(1)
            return squares.sqrt()

    return with_engine(patch, Other)


@twin("influence")
def bias_forgotten_in_the_norm(patch):
    """Biases are summed with the factor of a norm without them."""

    class Other(plain_engine.PlainEngine):
        def norms(self, parts, names):
            return super().norms(parts, [name for name in names if not name.endswith("bias")])

    return with_engine(patch, Other)


@twin("influence", "tied")
def embedding_rows_counted_once(patch):
    """A token that stands twice in a sequence counts once in the embedding's gradient."""

    class Other(plain_engine.PlainEngine):
        def _alone(self, module, parameter, inputs, gradient, u):
            if not isinstance(module, nn.Embedding):
                return super()._alone(module, parameter, inputs, gradient, u)
            found = torch.zeros_like(parameter)
            found[self.rows(inputs, u)] = self.rows(gradient, u)
            return found

    return with_engine(patch, Other)


@twin("influence", "tied")
def broadcast_position_ids(patch):
    """Position ids that the batch shares: the batch's gradient is handed to its units in equal parts."""

    class Other(plain_engine.PlainEngine):
        def _hook(self, path):
            def hook(module, inputs, output):
                if not output.requires_grad:
                    output = output.requires_grad_(True)
                call = [path, module, inputs[0].detach(), None]
                output.register_hook(lambda gradient: self._keep(call, gradient))
                return output

            return hook

        def rows(self, tensor, unit):
            if len(tensor) == 1 and tensor.is_floating_point():
                tensor = tensor / self.units
            return super().rows(tensor, unit)

    return with_engine(patch, Other)


@twin("influence")
def norm_in_float16(patch):
    """Norms overflow to infinity in float16."""

    class Other(plain_engine.PlainEngine):
        def norms(self, parts, names):
            squares = torch.zeros(self.units, dtype=torch.float16)
            for name, _, gradient in parts:
                if name in names:
                    squares += gradient.flatten(1).half().square().sum(1)
            return squares.sqrt().double()

    return with_engine(patch, Other)


@twin("influence", "tied")
def ignore_index_counted(patch):
    """The mean divides by all positions, so that an example's gradient depends on its neighbours' padding."""
    return {"loss": lambda model, inputs: lm.token_losses(model, *inputs).mean(1)}


@twin("influence")
def loss_over_batch_statistics(patch):
    """Inputs are centred by the micro-batch."""

    def loss(model, inputs):
        rows, labels = inputs
        return functional.cross_entropy(model(rows - rows.mean(0)), labels, reduction="none")

    return {"loss": loss}


@twin("influence")
def mean_loss_by_actual_batch(patch):
    """The loss is divided by the size of the micro-batch before clipping."""

    class Other(PrivateTrainer):
        def backward(self, losses):
            super().backward(losses / len(losses))

    return {"trainer": Other}


@twin("influence")
def nan_unit_poisons_the_sum(patch):
    """Zero times NaN is NaN."""

    class Other(Engine):
        def spoil(self, before, norms):
            if self.not_finite:
                for total in self.sums.values():
                    total += float("nan")

    return with_engine(patch, Other)


@twin("influence")
def nan_unit_empties_the_batch(patch):
    """One unit that is not finite makes the whole batch count nothing, as loss scaling does."""

    class Other(Engine):
        def spoil(self, before, norms):
            if self.not_finite:
                for total in self.sums.values():
                    total.zero_()

    return with_engine(patch, Other)


@twin("influence")
def padding_counted(patch):
    """The masked copies that fill a micro-batch up are counted."""

    class Other(ClippedGradients):
        def begin(self, units, records=1, *, present=None, scale=None):
            super().begin(units, records, scale=scale)

    return with_engine(patch, Other)


# Divisor


def _divided(number: Callable[[Any], int]) -> dict[str, Any]:
    class Other(PrivateTrainer):
        def _finish_step(self) -> None:
            said, wrong = self.plan, max(number(self), 1)
            self._step._plan = dataclasses.replace(
                said, population=max(said.population, wrong), expected_batch_size=wrong
            )
            super()._finish_step()

    return {"trainer": Other}


@twin("influence", smoke=True)
def divisor_from_the_data(patch):
    """The divisor comes from the number of units that the data hold."""
    return _divided(lambda trainer: len(trainer._data.members))


@twin("influence")
def divisor_is_the_actual_batch(patch):
    """The gradient is divided by the number of units that were drawn."""
    return _divided(lambda trainer: trainer._present)
