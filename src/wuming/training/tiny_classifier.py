"""A small text classifier to train from nothing: the mean of a text's token vectors, then a linear layer.

Source: Joulin et al. 2017, "Bag of Tricks for Efficient Text Classification" (fastText), without word pairs. It has few
parameters and a short way from each to the loss, which is what noise forgives best.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import torch
from torch import Tensor, nn

from wuming.core.storage import private_folder, read_json, write_json

KIND = "mean-of-token-vectors"


@dataclass
class TinyConfig:
    """Shape of the classifier; with the fields that transformers' configurations have."""

    vocabulary: int
    width: int
    classes: int
    pad_token_id: int = 0


class TinyClassifier(nn.Module):
    """Token vectors, their mean over a text's real tokens, one linear layer.

    Args:
        config: the shape.
        seed: of the initialisation; public, protects nobody.
    """

    def __init__(self, config: TinyConfig, *, seed: int = 0) -> None:
        super().__init__()
        self.config = config
        generator = torch.Generator().manual_seed(seed)
        self.embedding = nn.Embedding(config.vocabulary, config.width)
        self.head = nn.Linear(config.width, config.classes)
        with torch.no_grad():
            self.embedding.weight.normal_(generator=generator)
            self.head.weight.normal_(std=config.width**-0.5, generator=generator)
            self.head.bias.zero_()

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> SimpleNamespace:
        """Return `.logits` [N, classes] for ids and mask, both [N, T]."""
        mask = attention_mask.unsqueeze(-1).to(self.embedding.weight.dtype)
        mean = (self.embedding(input_ids) * mask).sum(1) / mask.sum(1).clamp(min=1)
        return SimpleNamespace(logits=self.head(mean))

    def save_pretrained(self, folder: Path) -> None:
        """Write weights and shape."""
        from safetensors.torch import save_file

        private_folder(Path(folder))
        save_file({n: t.contiguous() for n, t in self.state_dict().items()}, Path(folder) / "model.safetensors")
        write_json(Path(folder) / "config.json", {"kind": KIND, **vars(self.config)})

    @classmethod
    def from_pretrained(cls, folder: Path) -> TinyClassifier:
        """Read what `save_pretrained` wrote."""
        from safetensors.torch import load_file

        stored = read_json(folder / "config.json")
        stored.pop("kind")
        model = cls(TinyConfig(**stored))
        model.load_state_dict(load_file(folder / "model.safetensors"))
        return model.eval()
