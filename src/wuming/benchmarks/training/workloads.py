"""The models and batches that all contestants train: the same shape, weights and tokens for each.

Imports torch and, inside functions, transformers and peft: this file also runs in the environments of peers.

Shapes: B sequences in a micro-batch, T tokens in a sequence, V words.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn

_SEED = 20_240_229  # initialisation and tokens; nothing here protects anybody
_LEARNING_RATE = 1e-5


@dataclass(frozen=True)
class Workload:
    """What one logical step computes.

    Attributes:
        model: `gpt2`: GPT-2-small-shaped, 124 M parameters, tied embedding. `qwen2`: Qwen2-shaped, 8 layers of width
            512 with grouped queries and a tied embedding of 8,192 words, 30 M parameters.
        tokens: T.
        micro_batch: B.
        micro_batches: in a logical step, at least 1.
        lora_rank: None for full fine-tuning; else all linear layers but the head get LoRA factors of this rank, and
            everything else is frozen.
        threads: of torch.
        quick: shrink the model to two narrow layers; the figures then say nothing about the real one.
    """

    model: Literal["gpt2", "qwen2"]
    tokens: int
    micro_batch: int
    micro_batches: int = 1
    lora_rank: int | None = None
    threads: int = 1
    quick: bool = False

    @property
    def step_tokens(self) -> int:
        """Tokens of one logical step."""
        return self.tokens * self.micro_batch * self.micro_batches

    def as_json(self) -> dict[str, Any]:
        """Return the fields; `Workload(**fields)` is the workload again."""
        return asdict(self)


def preload() -> None:
    """Import what `build` imports; a server does so before it forks, so that no contestant waits or pays for it."""
    import peft  # noqa: F401
    import transformers

    for name in ("GPT2LMHeadModel", "Qwen2ForCausalLM"):
        getattr(transformers, name)  # imported when it is first looked at


def build(workload: Workload) -> nn.Module:
    """Return the model in training mode, with weights that are the same in every process and environment.

    Dropout is off: contestants must compute the same, and masks would differ.
    """
    torch.set_num_threads(workload.threads)
    torch.manual_seed(_SEED)
    model = _gpt2(workload.quick) if workload.model == "gpt2" else _qwen2(workload.quick)
    if workload.lora_rank is not None:
        model = _with_lora(model, workload.model, workload.lora_rank)
    return model.train()


def batches(workload: Workload, words: int) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Return the micro-batches of a logical step: inputs, targets and position ids, each [B, T].

    Position ids are given at full batch shape: some contestants cannot bear broadcast ones.
    """
    generator = torch.Generator().manual_seed(_SEED)
    shape = (workload.micro_batches, workload.micro_batch, workload.tokens + 1)
    drawn = torch.randint(0, words, shape, generator=generator)
    positions = torch.arange(workload.tokens).expand(workload.micro_batch, -1).contiguous()
    return [(one[:, :-1].contiguous(), one[:, 1:].contiguous(), positions) for one in drawn]


def sequence_losses(model: nn.Module, batch: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    """Return each sequence's mean loss over its own tokens, [B]."""
    inputs, targets, positions = batch
    logits = model(input_ids=inputs, position_ids=positions, use_cache=False).logits
    losses = nn.functional.cross_entropy(logits.view(-1, logits.shape[-1]), targets.view(-1), reduction="none")
    return losses.view(targets.shape).mean(1)


def optimiser(model: nn.Module) -> torch.optim.Optimizer:
    """Return what all contestants step with: AdamW, fused, over what is trainable.

    Its state is there already, so that the first step takes as much memory as any other; no weight has changed.
    """
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    made = torch.optim.AdamW(trainable, lr=_LEARNING_RATE, weight_decay=0.0, fused=True)
    for parameter in trainable:
        parameter.grad = torch.zeros_like(parameter)
    made.step()
    made.zero_grad()
    return made


def words_of(model: Any) -> int:
    """Return V."""
    return int(model.config.vocab_size)


def trainable_count(model: nn.Module) -> int:
    """Return the number of trainable parameters; tied ones count once."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def untie(model: Any) -> None:
    """Give the head a copy of the embedding's weights, for contestants that cannot bear a shared parameter."""
    head = model.get_output_embeddings()
    head.weight = nn.Parameter(head.weight.detach().clone())
    model.config.tie_word_embeddings = False


def _gpt2(quick: bool) -> nn.Module:
    from transformers import GPT2Config, GPT2LMHeadModel

    small = {"vocab_size": 512, "n_positions": 128, "n_embd": 64, "n_layer": 2, "n_head": 2} if quick else {}
    model: nn.Module = GPT2LMHeadModel(GPT2Config(**small, resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0))
    return model


def _qwen2(quick: bool) -> nn.Module:
    from transformers import Qwen2Config, Qwen2ForCausalLM

    size = {
        "vocab_size": 512 if quick else 8192,
        "hidden_size": 64 if quick else 512,
        "intermediate_size": 128 if quick else 1664,
        "num_hidden_layers": 2 if quick else 8,
        "num_attention_heads": 2 if quick else 8,
        "num_key_value_heads": 1 if quick else 2,
    }
    settings = Qwen2Config(**size, tie_word_embeddings=True, max_position_embeddings=1024)
    model: nn.Module = Qwen2ForCausalLM(settings)
    return model


def _with_lora(model: nn.Module, kind: str, rank: int) -> nn.Module:
    from peft import LoraConfig, get_peft_model

    gpt2 = kind == "gpt2"
    layers = ["c_attn", "c_proj", "c_fc"] if gpt2 else ["q_proj", "k_proj", "v_proj", "o_proj"]
    if not gpt2:
        layers += ["gate_proj", "up_proj", "down_proj"]
    settings = LoraConfig(r=rank, lora_alpha=32, lora_dropout=0.0, target_modules=layers, fan_in_fan_out=gpt2)
    adapted: nn.Module = get_peft_model(model, settings)
    with torch.no_grad():  # B starts at zero, which would leave A without a gradient and the norms too easy
        for name, parameter in adapted.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.02)
    return adapted
