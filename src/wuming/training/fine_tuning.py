"""Private fine-tuning of language models and classifiers in one call.

    result = fine_tune(model, tokenizer, records, plan, optimisation=Optimisation(1e-3), lora=Lora(rank=16))
    result.save(folder)

Formal guarantee: the plan's, for everything that `FineTuned.model` was trained to. What is not part of it: the base
model and the tokenizer, which must come from public text alone, and the report, which is internal.
"""

from __future__ import annotations

import functools
import importlib.metadata
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor, nn
from torch.nn import functional

from wuming.core.errors import PrivacyParameterError
from wuming.core.ports import Budget
from wuming.core.storage import private_folder, write_json
from wuming.training.data import UnitData
from wuming.training.execution import Execution
from wuming.training.language_model import IGNORE
from wuming.training.lora import Lora, Task, attach
from wuming.training.optimisation import Optimisation
from wuming.training.plan import TrainingPlan
from wuming.training.private import Loss, PrivateTrainer
from wuming.training.probe import GradientCanaries
from wuming.training.text.encoding import Coder, coder, save_tokenizer
from wuming.training.text.units import Given, as_documents, classification_units, language_units

_LIBRARIES = ("torch", "transformers", "tokenizers", "peft", "numpy", "dp-accounting")


@dataclass(frozen=True)
class FineTuned:
    """A privately trained model and what may be said about it.

    Attributes:
        model: in evaluation mode; with adapters where some were asked for.
        tokens: its tokenizer.
        plan: the claim.
        report: what the self-check measured; internal, never to be released.
        task: what it was trained for.
        labels: of a classifier, in the order of its outputs.
        lora: its adapters, or None where all weights were trained.
        probe: canaries among the gradients with their coins and scores, where there were any; internal.
    """

    model: Any
    tokens: Coder
    plan: TrainingPlan
    report: dict[str, Any]
    task: Task
    labels: tuple[str, ...]
    lora: Lora | None
    probe: GradientCanaries | None = None

    def claim(self, delta: float) -> dict[str, Any]:
        """Return what may be published about the privacy of the model; no figure in it was computed from the data."""
        return {
            **claim_of(self.plan, delta),
            "task": self.task,
            "labels": list(self.labels),
            "lora": None if self.lora is None else self.lora.as_json(),
            "self_check": {"passed": bool(self.report["passed"])},
            "versions": versions(),
        }

    def save(self, folder: Path, **claim: Any) -> None:
        """Write weights (or adapters alone), tokenizer and, where a claim is given, `claim.json`."""
        private_folder(folder)
        options = {"save_embedding_layers": False} if self.lora is not None else {}
        self.model.save_pretrained(folder, **options)
        save_tokenizer(self.tokens, folder)
        if claim:
            write_json(folder / "claim.json", claim)


def fine_tune(
    model: Any,
    tokenizer: Any,
    data: Given | UnitData,
    plan: TrainingPlan,
    *,
    optimisation: Optimisation,
    task: Task = "causal-lm",
    labels: Sequence[str] = (),
    lora: Lora | None = None,
    max_tokens: int = 512,
    join: bool = True,
    execution: Execution | None = None,
    run_key: bytes | None = None,
    budget: Budget | None = None,
    schedule: str = "",
    canaries: int = 0,
    checkpoint: Path | None = None,
    checkpoint_every: int = 10,
    on_step: Callable[[int, int], None] = lambda _done, _total: None,
) -> FineTuned:
    """Train a model on private records under a plan.

    Args:
        model: a transformers model (or one whose forward takes `input_ids` and returns `.logits`); changed in place.
            Its parameters that require no gradient stay frozen.
        tokenizer: the project's, or one of transformers; learnt from public text alone.
        data: records with text (or messages, or text and label) and subject; documents, streamed ones, or mappings.
        plan: the claim. Its unit must be what the documents' `subject` names.
        optimisation: what is done with the noised gradient.
        task: `causal-lm` or `sequence-classification`.
        labels: of a classifier, in the order of its outputs; public.
        lora: adapters to train in place of the model's own weights.
        max_tokens: longest sequence.
        join: whether several records of one unit may share a sequence (`packing`); not done for models that cannot be
            told where a text begins.
        execution: knobs that cannot touch privacy.
        run_key: 32 secret bytes; needed to take up a killed run.
        budget: reserves the plan's event before anything is drawn.
        schedule: digest that names the run in the budget.
        canaries: units to invent among the gradients for an audit; the plan's population counts them.
        checkpoint: file whose state is taken up, and where the state is stored; as secret as the data.
        checkpoint_every: steps between two stored states.
        on_step: called with (steps done, steps in all).

    Raises:
        PrivacyParameterError: an unknown task, wrong labels, or adapters that fit no layer.
        SelfCheckFailed: when clipping, noise, sampling or movement were not as claimed.
        BudgetExceeded: when the account cannot bear the plan.
    """
    if task not in ("causal-lm", "sequence-classification"):
        raise PrivacyParameterError(f"unknown task={task!r}", help="causal-lm or sequence-classification.")
    tokens = coder(tokenizer)
    if lora is not None:
        model = attach(model, lora, task)
    quiet(model)
    # A model that cannot be told where a text begins would read on across the border.
    join = join and _counts_from_zero(model)
    units = data if isinstance(data, UnitData) else _units(data, tokens, plan, task, labels, max_tokens, join=join)
    trainer = PrivateTrainer(
        model,
        units,
        plan,
        optimisation=optimisation,
        run_key=run_key,
        execution=execution or Execution(micro_batch_tokens=8192),
        budget=budget,
        schedule=schedule,
        canaries=canaries,
    )
    trainer.run(
        loss_for(model, task, tokens), on_step=on_step, checkpoint=checkpoint, checkpoint_every=checkpoint_every
    )
    report = trainer.finish()
    model.eval()
    return FineTuned(model, tokens, plan, report, task, tuple(labels), lora, trainer.probe)


def loss_for(model: Any, task: Task, tokens: Coder) -> Loss:
    """Return the loss of each example: the mean over its own predicted tokens, or the cross-entropy of its label.

    A sequence without a token to predict has loss 0.
    """
    if task == "sequence-classification":
        if getattr(model, "config", None) is not None and model.config.pad_token_id is None:
            model.config.pad_token_id = tokens.pad_id  # tells decoder models which token is a text's last
        return classification_loss
    return functools.partial(language_loss, numbered=_counts_from_zero(model))


def language_loss(model: Any, inputs: dict[str, Tensor], *, numbered: bool = True) -> Tensor:
    """Return the mean cross-entropy over each sequence's own targets, [N], in nats."""
    places = {"position_ids": inputs["position_ids"]} if numbered else {}
    logits = model(input_ids=inputs["input_ids"], use_cache=False, **places).logits
    targets = inputs["targets"]
    losses = functional.cross_entropy(
        logits.flatten(0, 1).float(), targets.flatten(), ignore_index=IGNORE, reduction="none"
    ).view(targets.shape)
    return losses.sum(1) / (targets != IGNORE).sum(1).clamp(min=1)


def classification_loss(model: Any, inputs: dict[str, Tensor]) -> Tensor:
    """Return the cross-entropy of each example's label, [N], in nats."""
    logits = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]).logits
    return functional.cross_entropy(logits.float(), inputs["labels"], reduction="none")


def quiet(model: nn.Module) -> None:
    """Switch dropout off for good and put the model in evaluation mode (training mode where it recomputes activations).

    Random masks come from outside the run key: a replayed step would be another one, with the same noise.
    """
    for module in model.modules():
        if isinstance(module, nn.modules.dropout._DropoutNd):
            module.p = 0.0
        for name in ("dropout", "attention_dropout", "activation_dropout", "hidden_dropout"):
            if isinstance(getattr(module, name, None), float):
                setattr(module, name, 0.0)
    model.train(any(getattr(module, "gradient_checkpointing", False) for module in model.modules()))


def claim_of(plan: TrainingPlan, delta: float) -> dict[str, Any]:
    """Return the plan's claim: ε never without δ, unit, relation and sampler."""
    return {
        "epsilon": plan.epsilon(delta),
        "delta": delta,
        "unit_of_privacy": plan.unit_of_privacy,
        "neighbouring_relation": plan.neighbouring_relation,
        "sampler": f"{plan.sampler} over {plan.unit_of_privacy if plan.sampled == 'units' else 'record'}s",
        "sampling_probability": plan.sampling_probability,
        "noise_multiplier": plan.noise_multiplier,
        "steps": plan.steps,
        "max_grad_norm": plan.clipping.max_grad_norm,
        "records_per_unit": plan.records_per_unit,
        "expected_batch_size": plan.expected_batch_size,
        "population": plan.population,
        "plan": plan.as_json(),
    }


def versions() -> dict[str, str]:
    """Return the versions of the libraries that decide a result."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _units(
    data: Given, tokens: Coder, plan: TrainingPlan, task: Task, labels: Sequence[str], max_tokens: int, *, join: bool
) -> UnitData:
    documents = as_documents(data, plan.unit_of_privacy)
    if task == "sequence-classification":
        return classification_units(documents, tokens, labels, max_tokens=max_tokens)
    return language_units(documents, tokens, max_tokens=max_tokens, join=join)


def _counts_from_zero(model: nn.Module) -> bool:
    """Say whether the model takes position ids that count from 0 (RoBERTa and its kin begin behind the padding id)."""
    inner: Any = model
    if hasattr(inner, "get_base_model"):
        inner = inner.get_base_model()
    if "position_ids" not in inspect.signature(inner.forward).parameters:
        return False
    positions = [m for n, m in inner.named_modules() if "position" in n and isinstance(m, nn.Embedding)]
    return all(module.padding_idx is None for module in positions)
