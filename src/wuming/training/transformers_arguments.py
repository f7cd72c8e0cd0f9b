"""Which of Trainer's arguments would void a plan's claim."""

from __future__ import annotations

from typing import Any

from wuming.core.errors import PrivacyParameterError
from wuming.training.plan import TrainingPlan


def check_arguments(args: Any, plan: TrainingPlan, *, public_evaluation: bool) -> None:
    """Refuse Trainer's arguments that would void the plan's claim.

    Raises:
        PrivacyParameterError: with the argument and the reason.
    """
    refused = {
        f"gradient_accumulation_steps={args.gradient_accumulation_steps}": args.gradient_accumulation_steps != 1,
        "fp16=True (its loss scaler skips steps by looking at the data; use bf16)": args.fp16,
        "auto_find_batch_size=True (a retried step is another one with the same noise)": args.auto_find_batch_size,
        "train_sampling_strategy='group_by_length' (the plan's sampler draws)": _by_length(args),
        "load_best_model_at_end=True (a choice by data that is not said to be public)": args.load_best_model_at_end
        and not public_evaluation,
        "save_strategy='best' (a choice by data that is not said to be public)": str(args.save_strategy).endswith(
            ("best", "BEST")
        )
        and not public_evaluation,
        f"max_steps={args.max_steps} (the plan has {plan.steps})": args.max_steps not in (-1, plan.steps),
        "neftune_noise_alpha (noise from outside the run key)": getattr(args, "neftune_noise_alpha", None) is not None,
        f"label_smoothing_factor={args.label_smoothing_factor}": args.label_smoothing_factor != 0,
        "torch_compile=True (hooks would not run)": args.torch_compile,
        "push_to_hub=True (publish when the self-check has passed)": args.push_to_hub,
        f"world_size={args.world_size}, n_gpu={args.n_gpu} (use PrivateTrainer under torchrun)": args.world_size > 1
        or args.n_gpu > 1,
    }
    for what, found in refused.items():
        if found:
            raise PrivacyParameterError(
                f"not allowed in private training: {what}", help="Change the argument; the plan fixes the rest."
            )


def _by_length(args: Any) -> bool:
    return bool(getattr(args, "group_by_length", False)) or "length" in str(
        getattr(args, "train_sampling_strategy", "")
    )
