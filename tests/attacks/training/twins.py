"""Broken twins of the private trainer: each is one bug that someone has made, and a check must reject it.

A twin is a function of pytest's `MonkeyPatch`; it may patch the real parts, and returns what is put in place of the
example's parts: `trainer`, `loss` or `plan`. `family` names the example it shows on, `groups` the groups of checks.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import plain_engine
import torch
import two_ranks
from torch import nn
from torch.nn import functional

from wuming.training import language_model as lm
from wuming.training import noise as noise_module
from wuming.training import participants, private
from wuming.training import plan as plan_module
from wuming.training import step as step_module
from wuming.training.clipping.engine import ClippedGradients
from wuming.training.noise import NoiseStatistics, add_noise
from wuming.training.participants import Participants
from wuming.training.plan import TrainingPlan
from wuming.training.private import PrivateTrainer
from wuming.training.step import PrivateStep


@dataclass(frozen=True)
class Twin:
    """A bug and where it shows."""

    name: str
    build: Callable[[Any], dict[str, Any]]
    family: str
    groups: tuple[str, ...]
    smoke: bool


TWINS: dict[str, Twin] = {}


def twin(groups: str, family: str = "classifier", *, smoke: bool = False) -> Callable[[Any], Any]:
    """Take a function up as a twin."""

    def register(build: Callable[[Any], dict[str, Any]]) -> Any:
        TWINS[build.__name__] = Twin(build.__name__, build, family, tuple(groups.split()), smoke)
        return build

    return register


def with_engine(patch: Any, engine: type) -> dict[str, Any]:
    """Let the trainer clip with another engine."""
    patch.setattr(private, "ClippedGradients", engine)
    return {}


def with_participants(patch: Any, of_step: Callable[[Any, int], list[list[int]]]) -> dict[str, Any]:
    """Let the trainer draw otherwise."""
    patch.setattr(private, "Participants", type("Other", (Participants,), {"of_step": of_step}))
    return {}


def with_finish(before: Callable[[Any], None]) -> dict[str, Any]:
    """Let the trainer do something between the sum and the noise."""

    class Other(PrivateTrainer):
        def _finish_step(self) -> None:
            before(self)
            super()._finish_step()

    return {"trainer": Other}


class Engine(ClippedGradients):
    """The true engine, with a place to change what a micro-batch adds."""

    def end(self, present: Any = None, scale: Any = None) -> Any:
        before = {name: total.clone() for name, total in self.sums.items()}
        norms = super().end(present, scale)
        self.spoil(before, norms)
        self.largest_clipped_norm = 0.0  # and hide it
        return norms

    def spoil(self, before: Any, norms: Any) -> None:
        raise NotImplementedError


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


# Noise


@twin("noise", smoke=True)
def no_noise(patch):
    """Noise is drawn, counted, and not added."""

    def other(sums, **claim):
        return add_noise({name: total.clone() for name, total in sums.items()}, **claim)

    patch.setattr(step_module, "add_noise", other)
    return {}


@twin("noise influence")
def noise_per_micro_batch(patch):
    """Noise is added in every micro-batch."""

    class Other(ClippedGradients):
        def end(self, present=None, scale=None):
            norms = super().end(present, scale)
            add_noise(self.sums, key=bytes(32), step=self.counted, standard_deviation=0.8 * self.bound)
            return norms

    return with_engine(patch, Other)


def _scaled(patch: Any, deviation: Callable[[float], float]) -> dict[str, Any]:
    def other(sums, *, standard_deviation, **claim):
        return add_noise(sums, standard_deviation=deviation(standard_deviation), **claim)

    patch.setattr(step_module, "add_noise", other)
    return {}


@twin("noise")
def noise_divided_by_the_batch_twice(patch):
    """σC/B is added to the sum, which is then divided by B."""
    return _scaled(patch, lambda sd: sd / 6)


@twin("noise")
def sigma_used_as_variance(patch):
    """The noise has variance σC in place of standard deviation σC."""
    return _scaled(patch, lambda sd: sd**0.5)


@twin("noise", smoke=True)
def noise_three_percent_small(patch):
    """A scale that is only just wrong."""
    return _scaled(patch, lambda sd: 0.97 * sd)


@twin("noise")
def noise_of_one_step_everywhere(patch):
    """The step is left out of the noise's context, so every step has the same noise."""

    def other(sums, *, step, **claim):
        return add_noise(sums, step=0, **claim)

    patch.setattr(step_module, "add_noise", other)
    return {}


@twin("noise")
def noise_alike_in_every_tensor(patch):
    """Each tensor's generator starts at the same seed."""

    def other(sums, **claim):
        drawn = [add_noise({name: total}, **claim) for name, total in sums.items()]
        return sum(drawn[1:], drawn[0])

    patch.setattr(step_module, "add_noise", other)
    return {}


@twin("noise")
def uniform_noise(patch):
    """Noise of the right spread and the wrong shape."""

    def other(sums, *, key, step, standard_deviation, **_ranks):
        generator = torch.Generator().manual_seed(int.from_bytes(key[:4], "big") + step)
        for total in sums.values():
            drawn = torch.rand(total.shape, generator=generator) - 0.5
            total += (12**0.5 * standard_deviation * drawn).to(total)
        size = sum(total.numel() for total in sums.values())
        return NoiseStatistics(count=size, squares=float(size))

    patch.setattr(step_module, "add_noise", other)
    return {}


@twin("replay")
def noise_from_a_known_seed(patch):
    """The noise is seeded by the step alone: whoever reads the code can take it off."""

    def other(sums, *, key, **claim):
        return add_noise(sums, key=bytes(32), **claim)

    patch.setattr(step_module, "add_noise", other)
    return {}


@twin("noise")
def noise_scaled_by_the_batch(patch):
    """Steps that drew few units get less noise."""

    class Other(PrivateTrainer):
        def _finish_step(self) -> None:
            plan, size = self.plan, min(1.0, max(self._present, 1) / self.plan.expected_batch_size)
            self._step._plan = dataclasses.replace(plan, noise_multiplier=plan.noise_multiplier * size)
            super()._finish_step()

    return {"trainer": Other}


# Sampling


@twin("sampling", smoke=True)
def shuffle_accounted_as_poisson(patch):
    """Batches of a shuffled epoch."""

    def of_step(self, step):
        count = len(self._members)
        per_epoch = max(1, round(1 / self._sampler._plan.sampling_probability))
        order = np.random.default_rng(step // per_epoch).permutation(count)
        return [self._members[u] for u in np.array_split(order, per_epoch)[step % per_epoch]]

    return with_participants(patch, of_step)


@twin("sampling")
def fixed_batch_size_accounted_as_poisson(patch):
    """As many units as the divisor says, drawn without replacement."""

    def of_step(self, step):
        size = min(self._sampler._plan.expected_batch_size, len(self._members))
        chosen = np.random.default_rng(step).choice(len(self._members), size, replace=False)
        return [self._members[u] for u in chosen]

    return with_participants(patch, of_step)


@twin("sampling influence")
def last_micro_batch_dropped(patch):
    """drop_last: what does not fill a micro-batch is left out."""
    cut = private.cut
    patch.setattr(private, "cut", lambda *a: (batch for batch in cut(*a) if bool(batch.present.all())))
    return {}


@twin("sampling")
def one_coin_for_all(patch):
    """Neighbouring units share a coin."""

    def of_step(self, step):
        coins = np.random.default_rng(step).random(len(self._members) // 4 + 1)
        q = self._sampler._plan.sampling_probability
        return [members for u, members in enumerate(self._members) if coins[u // 4] < q]

    return with_participants(patch, of_step)


@twin("sampling")
def the_same_batch_every_step(patch):
    """The sampler is seeded once and begins anew each step."""
    true = Participants.of_step
    return with_participants(patch, lambda self, step: true(self, 0))


@twin("sampling")
def probability_doubled(patch):
    """Twice as many units take part as are accounted for."""

    def of_step(self, step):
        q = 2 * self._sampler._plan.sampling_probability
        coins = np.random.default_rng(step).random(len(self._members))
        return [members for u, members in enumerate(self._members) if coins[u] < q]

    return with_participants(patch, of_step)


@twin("sampling")
def allocation_by_coins(patch):
    """Random allocation is accounted for, and coins are thrown: some units take part more often."""

    def of_step(self, step):
        q = self._sampler._plan.sampling_probability
        coins = np.random.default_rng(step).random(len(self._members))
        return [members for u, members in enumerate(self._members) if coins[u] < q]

    return with_participants(patch, of_step) | {"plan": {"sampler": "random-allocation", "participations": 2}}


@twin("sampling")
def truncation_keeps_the_first(patch):
    """A batch that is too large loses its last units, always the same ones."""

    def of_step(self, step):
        plan = self._sampler._plan
        coins = np.random.default_rng(step).random(len(self._members))
        drawn = [m for u, m in enumerate(self._members) if coins[u] < plan.sampling_probability]
        return drawn[: plan.max_batch_size]

    return with_participants(patch, of_step) | {"plan": {"sampler": "truncated-poisson", "max_batch_size": 240}}


# Steps


@twin("noise length", smoke=True)
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
    from wuming.training import state

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


# Quantile


@twin("accounting noise", "quantile")
def quantile_unaccounted(patch):
    """The count is released, and the gradient's noise is not raised for it."""
    patch.setattr(TrainingPlan, "gradient_noise_multiplier", property(lambda self: self.noise_multiplier))
    return {}


@twin("count", "quantile")
def quantile_count_without_noise(patch):
    """The bound follows the true count."""
    patch.setattr(step_module, "gaussian_noise", lambda stream, n, sd: np.zeros(n))
    return {}


@twin("count", "quantile")
def quantile_count_not_centred(patch):
    """One unit changes the count by one, and one half is accounted for."""

    adapt = PrivateStep._adapt_bound
    patch.setattr(PrivateStep, "_adapt_bound", lambda self, rule, step, _present: adapt(self, rule, step, 0))
    return {}


# Several processes: see two_ranks.py


def _two_ranks(patch: Any) -> dict[str, Any]:
    patch.setattr(noise_module, "_CHUNK", 64)  # so that a small model has chunks for both
    patch.setattr(private, "Ranks", two_ranks.Seats)
    return {"trainer": two_ranks.TwoRanks}


@twin("noise", smoke=True)
def rank_noise_doubled(patch):
    """Each process adds a whole share of noise, the same one: twice the noise, half of what was asked of accuracy."""
    seats = _two_ranks(patch)

    def other(sums, *, rank, world, **claim):
        return add_noise(sums, **claim)

    patch.setattr(step_module, "add_noise", other)
    return seats


@twin("noise")
def rank_noise_of_the_first_alone(patch):
    """The work is shared, and the other process adds nothing: half the positions have no noise."""
    seats = _two_ranks(patch)

    def other(sums, *, rank, **claim):
        return add_noise({n: t if rank == 0 else t.clone() for n, t in sums.items()}, rank=rank, **claim)

    patch.setattr(step_module, "add_noise", other)
    return seats


@twin("noise")
def rank_noise_averaged(patch):
    """Sums are averaged over processes where a sum is meant, as some back ends do: half the noise."""
    seats = _two_ranks(patch)
    true = two_ranks.Seat.add_up

    def other(self, tensors):
        tensors = list(tensors)
        true(self, tensors)
        for tensor in tensors:
            tensor.div_(2)

    patch.setattr(two_ranks.Seat, "add_up", other)
    return seats


@twin("influence")
def units_of_other_ranks_lost(patch):
    """The noise is shared out, and the other process's sum is dropped."""
    seats = _two_ranks(patch)

    def before(trainer):
        if trainer._ranks.rank == 1:
            for total in trainer._gradients.sums.values():
                total.zero_()

    patch.setattr(two_ranks, "Trainer", with_finish(before)["trainer"])
    return seats


# Accounting


def _of_event(patch: Any, change: Callable[[Any], Any]) -> dict[str, Any]:
    true = TrainingPlan.event.fget
    assert true is not None
    patch.setattr(TrainingPlan, "event", property(lambda self: change(true(self))))
    return {}


@twin("accounting")
def event_with_fewer_steps(patch):
    """Half the steps are accounted for."""
    return _of_event(patch, lambda event: dataclasses.replace(event, steps=event.steps // 2))


@twin("accounting")
def event_with_more_noise(patch):
    """The event says more noise than is added."""
    return _of_event(patch, lambda event: dataclasses.replace(event, noise_multiplier=event.noise_multiplier * 1.1))


def _of_epsilon(patch: Any, change: Callable[[Any], Any]) -> dict[str, Any]:
    true = plan_module.epsilon
    patch.setattr(plan_module, "epsilon", lambda event, delta, **o: true(change(event), delta, **o))
    return {}


@twin("accounting")
def epsilon_at_half_the_probability(patch):
    """The loss distribution is taken at half the sampling probability."""
    return _of_epsilon(
        patch, lambda event: dataclasses.replace(event, sampling_probability=event.sampling_probability / 2)
    )


@twin("accounting")
def epsilon_of_fewer_steps(patch):
    """The accountant composes nine steps of ten."""
    return _of_epsilon(patch, lambda event: dataclasses.replace(event, steps=event.steps * 9 // 10))


@twin("one-step")
def epsilon_of_half_the_sensitivity(patch):
    """One unit is taken to move the sum by half the bound."""
    return _of_epsilon(patch, lambda event: dataclasses.replace(event, noise_multiplier=event.noise_multiplier * 2))
