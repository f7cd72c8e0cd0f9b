"""Broken twins of the loop: steps, states, and what moves."""

from __future__ import annotations

import copy
from typing import Any

import torch
from twin_parts import twin, with_finish

from wuming.training import private, state
from wuming.training import step as step_module
from wuming.training.noise import add_noise
from wuming.training.private import PrivateTrainer

# Steps


@twin("length", smoke=True)
def empty_batch_skipped(patch):
    """A step that draws nobody does nothing."""

    class Other(PrivateTrainer):
        def _finish_step(self) -> None:
            if self._present:
                super()._finish_step()
            else:
                self.step_count += 1

    return {"trainer": Other}


@twin("noise")
def empty_batch_is_not_a_number(patch):
    """A mean over nobody."""

    def before(trainer):
        if not trainer._present:
            for total in trainer._gradients.sums.values():
                total.div_(0)

    return with_finish(before)


@twin("length")
def early_stop_by_the_data(patch):
    """Training ends when the gradient without noise is small."""

    class Other(PrivateTrainer):
        def _finish_step(self) -> None:
            small = not any(bool(total.any()) for total in self._gradients.sums.values())
            super()._finish_step()
            if small and self._present and self.step_count > 2:
                self.step_count = self.plan.steps

    return {"trainer": Other}


@twin("refusals")
def double_backward_counted(patch):
    """A second backward for the same micro-batch counts again."""

    class Other(PrivateTrainer):
        def backward(self, losses):
            if self._open is None:
                for total in self._gradients.sums.values():
                    total.mul_(2)
                return
            super().backward(losses)

    return {"trainer": Other}


@twin("refusals")
def missing_backward_let_through(patch):
    """A micro-batch without backward is forgotten."""

    class Other(PrivateTrainer):
        def micro_batches(self):
            for batch in super().micro_batches():
                yield batch
                self._open = None
                self._gradients.abandon()

    return {"trainer": Other}


@twin("replay", smoke=True)
def resume_begins_the_noise_anew(patch):
    """The step is not taken up with the state, so a resumed run uses the first steps' noise again."""

    class Other(PrivateTrainer):
        def restore(self, path):
            super().restore(path)
            self.step_count = 0

    return {"trainer": Other}


@twin("replay")
def state_of_another_run_taken_up(patch):
    """A state is taken up under any key and plan: the same noise meets other sums."""
    patch.setattr(state, "tag", lambda trainer: "same")
    return {}


@twin("replay")
def coins_from_the_clock(patch):
    """Noise that cannot be replayed: a step done twice is released twice."""

    def other(sums, *, key, **claim):
        return add_noise(sums, key=private.new_key(), **claim)

    patch.setattr(step_module, "add_noise", other)
    return {}


# Movement


def _trains_a_copy(model: Any, *arguments: Any, **options: Any) -> Any:
    return PrivateTrainer(copy.deepcopy(model), *arguments, **options)


@twin("movement", "lora")
def lora_that_never_moves(patch):
    """The trainer works on a copy of the adapters; those that the caller stores stay as they were."""
    return {"trainer": _trains_a_copy}


@twin("movement", "lora")
def frozen_base_moved_by_weight_decay(patch):
    """Weight decay shrinks every tensor of the model."""

    class Other(PrivateTrainer):
        def _finish_step(self) -> None:
            super()._finish_step()
            with torch.no_grad():
                for parameter in self.model.parameters():
                    parameter.mul_(1 - 1e-3)

    return {"trainer": Other}


@twin("movement", "lora")
def adapter_without_gradient(patch):
    """One adapter gets noise alone: its clipped sum is lost before the noise."""

    def before(trainer):
        next(iter(trainer._gradients.sums.values())).zero_()

    return with_finish(before)


@twin("movement")
def raw_gradient_beside_the_optimiser(patch):
    """The clipped sum moves the weights once more, without noise."""

    class Other(PrivateTrainer):
        def _finish_step(self) -> None:
            raw = {name: total.clone() for name, total in self._gradients.sums.items()}
            super()._finish_step()
            with torch.no_grad():
                for name, parameter in self._parameters.items():
                    parameter.sub_(1e-4 * raw[name])

    return {"trainer": Other}
