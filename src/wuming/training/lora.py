"""Low-rank adapters (Hu et al. 2021, arXiv 2106.09685) by the PEFT library, put on before the trainer is built.

Few trained parameters mean little noise: its norm grows with the root of their number, the clipped gradient's does not.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

import torch
from torch import nn

from wuming.core.errors import MissingExtra, PrivacyParameterError

Task = Literal["causal-lm", "sequence-classification"]


@dataclass(frozen=True)
class Lora:
    """Adapters of rank r on linear layers; weights B·A·alpha/r are added to the frozen ones.

    Attributes:
        rank: r, ≥ 1.
        alpha: scale, > 0.
        targets: names of layers (as PEFT takes them), or `all-linear`: every linear layer but the output head.
        dropout: 0. Random masks from outside the run key would make a replayed step another one with the same noise.
        seed: initialisation of A; public, protects nobody.
    """

    rank: int = 16
    alpha: float = 32.0
    targets: tuple[str, ...] | Literal["all-linear"] = "all-linear"
    dropout: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if isinstance(self.rank, bool) or not isinstance(self.rank, int) or self.rank < 1:
            raise PrivacyParameterError(f"rank={self.rank!r} must be a whole number, at least 1", help="Usual is 16.")
        if not (math.isfinite(self.alpha) and self.alpha > 0):
            raise PrivacyParameterError(f"alpha={self.alpha} must be above 0", help="Usual is twice the rank.")
        if self.dropout != 0:
            raise PrivacyParameterError(
                f"dropout={self.dropout} must be 0 in private training",
                help="A replayed step would differ and repeat its noise; the noise regularises enough.",
            )
        if not self.targets:
            raise PrivacyParameterError("targets names no layer", help="Name layers, or use all-linear.")

    def as_json(self) -> dict[str, Any]:
        """Return all fields as a JSON object."""
        return asdict(self)


def attach(model: nn.Module, lora: Lora, task: Task) -> Any:
    """Return the model with adapters; all else is frozen, but a classification head, which is trained too.

    PEFT keeps the untrained head beside the copy that is trained and read; the trainer's self-check makes sure that
    the copy which the forward pass reads is the one that moves.

    Args:
        model: a transformers model; changed in place.
        lora: the adapters.
        task: decides whether there is a head to train.

    Raises:
        MissingExtra: PEFT is not installed.
        PrivacyParameterError: no layer has one of the target names.
    """
    try:
        from peft import LoraConfig, TaskType, get_peft_model
    except ImportError as error:
        raise MissingExtra("peft is not installed", help="pip install 'wuming[train]'") from error
    targets = lora.targets if isinstance(lora.targets, str) else list(lora.targets)
    config = LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        target_modules=targets,
        lora_dropout=0.0,
        bias="none",
        task_type=TaskType.CAUSAL_LM if task == "causal-lm" else TaskType.SEQ_CLS,
        fan_in_fan_out=any(type(module).__name__ == "Conv1D" for module in model.modules()),
    )
    state = torch.random.get_rng_state()
    torch.manual_seed(lora.seed)  # initialisation only
    problem = ""
    try:
        return get_peft_model(model, config)
    except ValueError as error:
        problem = "targets" if "target modules" in str(error).lower() else str(error)
    finally:
        torch.random.set_rng_state(state)
    raise PrivacyParameterError(
        f"adapters cannot be put on targets={lora.targets}: {problem}",
        help="Name layers as they end in model.named_modules(), or use all-linear.",
    )


def is_adapted(model: nn.Module) -> bool:
    """Say whether a model is one with adapters of the PEFT library."""
    return hasattr(model, "peft_config") and hasattr(model, "save_pretrained")
