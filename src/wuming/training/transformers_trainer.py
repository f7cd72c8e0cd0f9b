"""A `transformers.Trainer` whose gradients are private: one plan, one claim, the usual arguments and callbacks.

Each of Trainer's steps is one logical step of the plan: the private trainer draws the units, clips, adds noise once and
leaves the result in `p.grad`; Trainer's own optimiser and learning-rate schedule go on from there (post-processing).
"""

from __future__ import annotations

import copy
import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from wuming.core.errors import MissingExtra, PrivacyParameterError, SelfCheckFailed
from wuming.core.ports import Budget
from wuming.training.checks import check_identity
from wuming.training.data import UnitData
from wuming.training.execution import Execution
from wuming.training.fine_tuning import quiet
from wuming.training.plan import TrainingPlan
from wuming.training.private import PrivateTrainer
from wuming.training.transformers_arguments import check_arguments

try:
    from transformers import Trainer, TrainingArguments, default_data_collator
except ImportError as error:  # pragma: no cover
    raise MissingExtra("transformers is not installed", help="pip install 'wuming[train]'") from error

STATE = "private.state"
_PRIVATE_FIGURES = ("loss", "train_loss", "total_flos", "train_samples_per_second")


class PrivateTransformersTrainer(Trainer):  # type: ignore[misc]
    """Trainer under a `TrainingPlan`.

    Formal guarantee: that of `PrivateTrainer`, for the weights at every step, and for what callbacks and logs see as
    long as `internal_logging` is off. Evaluation on private data is not covered: use public data there.

    Of the arguments, `max_steps` is set to the plan's steps and `max_grad_norm` to 0 (clipping is done by unit);
    `per_device_train_batch_size` is the micro-batch, which touches memory and speed alone.

    Args:
        model: with its adapters, on any one device; dropout is switched off.
        args: refused are gradient accumulation, fp16 loss scaling (it skips steps by looking at the data), choosing
            the best model, batches by length, a batch size found by trying, NEFTune, label smoothing, compilation,
            several processes.
        plan: the claim.
        train_dataset: of known length; rows are mappings.
        unit_column: column that names each row's unit of privacy; None: every row is one.
        data_collator: stacks rows; must treat each by itself.
        run_key: 32 secret bytes; needed to take up a killed run.
        budget: reserves the plan's event before anything is drawn.
        schedule: digest that names the run in the budget.
        internal_logging: show the private training loss to logs and callbacks. They are then as secret as the data.
        public_evaluation: says that the evaluation data is public, which choosing the best model by it needs.

    Raises:
        PrivacyParameterError: for an argument that would void the claim.
    """

    def __init__(
        self,
        model: nn.Module,
        args: TrainingArguments,
        *,
        plan: TrainingPlan,
        train_dataset: Any,
        unit_column: str | None = None,
        data_collator: Any = None,
        run_key: bytes | None = None,
        budget: Budget | None = None,
        schedule: str = "",
        internal_logging: bool = False,
        public_evaluation: bool = False,
        **options: Any,
    ) -> None:
        check_arguments(args, plan, public_evaluation=public_evaluation)
        if options.get("model_init") is not None or options.get("compute_loss_func") is not None:
            raise PrivacyParameterError(
                "model_init and compute_loss_func are not supported",
                help="Pass the model; override example_losses for another loss.",
            )
        if getattr(data_collator, "mlm", False):
            raise PrivacyParameterError(
                "a collator that masks at random makes a replayed step another one", help="Mask in the data set."
            )
        args = copy.copy(args)
        args.max_steps, args.max_grad_norm = plan.steps, 0.0
        self.plan, self.internal_logging = plan, internal_logging
        self._unit_column, self._stack = unit_column, data_collator or default_data_collator
        self._run_key, self._budget, self._schedule = run_key, budget, schedule
        self._private: PrivateTrainer | None = None
        self._state_file: Path | None = None
        self.report: dict[str, Any] = {}
        quiet(model)
        super().__init__(model=model, args=args, data_collator=data_collator, train_dataset=train_dataset, **options)

    def example_losses(self, model: Any, inputs: Mapping[str, Any]) -> Tensor:
        """Return one loss for each example, [n], each of its own example alone; override for another loss.

        Default: with `labels` [n, T], the mean over each row's next tokens (-100 is left out); with `labels` [n], the
        cross-entropy.
        """
        rest = dict(inputs)
        labels = rest.pop("labels")
        logits = model(**rest).logits.float()
        if labels.ndim == 1:
            return functional.cross_entropy(logits, labels, reduction="none")
        targets = labels[:, 1:]
        flat = functional.cross_entropy(logits[:, :-1].flatten(0, 1), targets.flatten(), reduction="none")
        losses: Tensor = flat.view(targets.shape).sum(1) / (targets != -100).sum(1).clamp(min=1)
        return losses

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Return the plan's steps, one item each; who takes part is drawn when a step is done."""
        return DataLoader(_Steps(self.plan.steps), batch_size=1, shuffle=False, collate_fn=_alone)

    def train(self, resume_from_checkpoint: Any = None, **options: Any) -> Any:
        """Train the whole schedule; see `Trainer.train`. The loss that is returned is NaN, unless logging is internal.

        Raises:
            PrivacyParameterError: a checkpoint to resume from that holds no state of ours.
            SelfCheckFailed: when clipping, noise, sampling or movement were not as claimed.
        """
        self._state_file = None
        if resume_from_checkpoint not in (None, False):
            folder = self._last() if resume_from_checkpoint is True else Path(str(resume_from_checkpoint))
            self._state_file = folder / STATE
            if self._run_key is None or not self._state_file.exists():
                raise PrivacyParameterError(
                    f"no private state to resume from: run_key given={self._run_key is not None}, {STATE} there="
                    f"{self._state_file.exists()}",
                    help="Resume a checkpoint of this trainer, with the same plan, data and run key.",
                )
        self._private = None
        output = super().train(resume_from_checkpoint=resume_from_checkpoint or None, **options)
        self.report = self._finish()
        if self.internal_logging:
            return output
        metrics = {name: value for name, value in output.metrics.items() if name not in _PRIVATE_FIGURES}
        return output._replace(training_loss=math.nan, metrics=metrics)

    def training_step(self, model: nn.Module, inputs: Any, num_items_in_batch: Any = None) -> Tensor:  # noqa: ARG002
        """Leave the private gradient of one logical step in `p.grad`; return 0, or the internal loss.

        Raises:
            SelfCheckFailed: when Trainer's optimiser holds other tensors, or its steps and ours differ.
        """
        private = self._private or self._build(model)
        if int(inputs["step"]) != private.step_count:
            raise SelfCheckFailed(
                f"Trainer is at step {int(inputs['step'])}, the private schedule at {private.step_count}",
                help="Resume from a checkpoint of this trainer, or start anew.",
            )
        check_identity(self._plain_model(model), private._parameters, _inner(self.optimizer))
        total = torch.zeros((), device=self.args.device)
        units = 0
        # The schedule ends, for one moment, with this step: the next one is drawn when Trainer asks for it.
        private.plan = dataclasses.replace(self.plan, steps=private.step_count + 1)
        try:
            for batch in private.micro_batches():
                if not private.checks.compared:
                    with _in_float32(private.model):
                        private._compare_with_plain(self.example_losses, batch)
                with self.compute_loss_context_manager():
                    losses = self.example_losses(model, batch.inputs)
                private.backward(losses)
                if self.internal_logging:
                    total += (losses.detach() * batch.present.repeat_interleave(batch.records).to(losses)).sum()
                    units += int(batch.present.sum()) * batch.records
        finally:
            private.plan = self.plan
        return total / max(units, 1)

    def log(self, logs: dict[str, float], *arguments: Any, **options: Any) -> None:
        """Log without what was computed on private data and not noised."""
        if not self.internal_logging:
            logs = {name: value for name, value in logs.items() if name not in _PRIVATE_FIGURES}
        super().log(logs, *arguments, **options)

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        super()._save_checkpoint(model, trial)
        if self._private is not None and self._run_key is not None:
            folder = Path(self._get_output_dir(trial=trial)) / f"checkpoint-{self.state.global_step}"
            if folder.is_dir():
                self._private.store(folder / STATE)

    def _finish(self) -> dict[str, Any]:
        if self._private is None:
            raise SelfCheckFailed("no step was done", help="The model gives no guarantee by this call.")
        return self._private.finish()

    def _build(self, model: nn.Module) -> PrivateTrainer:
        """Build the private trainer when the model lies where it is trained, and take up a stored state."""
        plain = self._plain_model(model)
        self._private = PrivateTrainer(
            plain,
            self._unit_data(plain),
            self.plan,
            optimisation=_Handover([p for p in plain.parameters() if p.requires_grad]),
            run_key=self._run_key,
            execution=Execution(micro_batch=self.args.per_device_train_batch_size, device=str(self.args.device)),
            budget=self._budget,
            schedule=self._schedule,
        )
        if self._state_file is not None:
            self._private.restore(self._state_file)
        return self._private

    def _unit_data(self, model: nn.Module) -> UnitData:
        rows = self.train_dataset
        columns = _columns(self._plain_model(model)) if self.args.remove_unused_columns else None

        def fetch(indices: Sequence[int]) -> Any:
            chosen = [_without(rows[int(i)], self._unit_column, columns) for i in indices]
            return dict(self._stack(chosen))

        units = None
        if self._unit_column is not None:
            units = [str(rows[i][self._unit_column]) for i in range(len(rows))]
        return UnitData(len(rows), fetch, units=units)

    def _plain_model(self, model: nn.Module) -> nn.Module:
        unwrapped: nn.Module = self.accelerator.unwrap_model(model, keep_fp32_wrapper=True)
        return unwrapped

    def _last(self) -> Path:
        from transformers.trainer_utils import get_last_checkpoint

        return Path(get_last_checkpoint(self.args.output_dir) or self.args.output_dir)


class _Handover(torch.optim.Optimizer):
    """Stands where the private trainer expects an optimiser, and leaves the gradients for Trainer's own."""

    def __init__(self, parameters: list[nn.Parameter]) -> None:
        super().__init__(parameters, {})

    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Leave everything as it is."""

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Leave the gradients: they are noised, and wait for Trainer's optimiser."""


class _Steps(Dataset[dict[str, Tensor]]):
    """The numbers of the steps."""

    def __init__(self, steps: int) -> None:
        self._steps = steps

    def __len__(self) -> int:
        return self._steps

    def __getitem__(self, step: int) -> dict[str, Tensor]:
        return {"step": torch.tensor(step)}


@contextmanager
def _in_float32(model: nn.Module) -> Iterator[None]:
    """Run the model as it was before accelerate put its autocast around it: rounding would hide a wrong gradient."""
    wrapped, plain = model.__dict__.get("forward"), model.__dict__.get("_original_forward")
    if plain is not None:
        model.forward = plain
    try:
        yield
    finally:
        if plain is not None and wrapped is not None:
            model.forward = wrapped


def _alone(items: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    return items[0]


def _inner(optimizer: Any) -> torch.optim.Optimizer:
    """Return the optimiser that accelerate has wrapped."""
    inner: torch.optim.Optimizer = getattr(optimizer, "optimizer", optimizer)
    return inner


def _columns(model: nn.Module) -> set[str]:
    import inspect

    inner: Any = model
    if hasattr(inner, "get_base_model"):
        inner = inner.get_base_model()
    return {*inspect.signature(inner.forward).parameters, "labels", "label", "label_ids"}


def _without(row: Mapping[str, Any], unit_column: str | None, columns: set[str] | None) -> dict[str, Any]:
    return {n: v for n, v in row.items() if n != unit_column and (columns is None or n in columns)}
