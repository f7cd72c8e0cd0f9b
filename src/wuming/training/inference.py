"""A trained model as others need it: continue a text, score a text, score candidates after a prompt.

`LocalModel` has the shape of the protocol that the audit takes; it does not import it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from wuming.training.fine_tuning import language_loss
from wuming.training.language_model import encode, pad, summed_losses
from wuming.training.text.encoding import Coder, encode_text
from wuming.training.text.packing import Packed, collate
from wuming.training.text.tokenizer import Tokenizer


class LocalModel:
    """A causal language model with its tokenizer.

    Args:
        model: in evaluation mode.
        tokenizer: the one it was trained with.
        max_tokens: longest sequence.
        seed: of the sampling of continuations; an attack's randomness protects nobody.
    """

    def __init__(self, model: Any, tokenizer: Tokenizer, *, max_tokens: int, seed: int = 0) -> None:
        self._model, self._tokenizer, self._max_tokens = model, tokenizer, max_tokens
        self._generator = torch.Generator().manual_seed(seed)

    def token_losses(self, texts: Sequence[str]) -> list[float]:
        """Return the mean loss per token of each text, in nats."""
        totals, counts = summed_losses(self._model, encode(self._tokenizer, texts, self._max_tokens))
        return [total / max(count, 1) for total, count in zip(totals, counts, strict=True)]

    @torch.inference_mode()
    def continue_text(
        self, prompts: Sequence[str], max_new_tokens: int, samples: int, temperature: float
    ) -> list[list[str]]:
        """Return `samples` continuations of each prompt, without the prompt.

        Args:
            prompts: beginnings of documents.
            max_new_tokens: a continuation ends there or where the document ends.
            samples: how many for each prompt.
            temperature: 0 takes the most likely token each time.
        """
        encoded = [self._prompt_ids(prompt) for prompt in prompts]
        results: list[list[str]] = [[] for _ in prompts]
        lengths: dict[int, list[int]] = {}
        for index, ids in enumerate(encoded):
            lengths.setdefault(len(ids), []).append(index)
        for members in lengths.values():
            start = torch.tensor([encoded[i] for i in members]).repeat_interleave(samples, 0)
            rows = self._generate(start, max_new_tokens, temperature)
            for place, index in enumerate(members):
                results[index] = [self._tokenizer.decode(row) for row in rows[place * samples : (place + 1) * samples]]
        return results

    def encode(self, text: str) -> list[int]:
        """Return the token ids of a document, between end tokens, cut to the longest sequence."""
        return encode(self._tokenizer, [text], self._max_tokens)[0]

    def holds(self, text: str) -> bool:
        """Tell whether a text is within the longest sequence; what lies behind that was never trained on."""
        return len(self._tokenizer.encode(text)) + 1 <= self._max_tokens  # the end token stands before it

    @torch.inference_mode()
    def logits(self, sequences: Sequence[Sequence[int]], last: int) -> list[NDArray[Any]]:
        """Return, for each sequence of token ids, the next token's logits at each of its `last` positions."""
        ids, _ = pad(sequences)
        found = self._model(input_ids=ids, use_cache=False).logits
        return [found[row, len(ids) - last : len(ids)].double().numpy() for row, ids in enumerate(sequences)]

    @torch.inference_mode()
    def candidate_losses(self, prompt: str, candidates: Sequence[str]) -> list[float]:
        """Return the summed loss in nats of each candidate behind `prompt`.

        Prompt and candidate are tokenised together, as in training; what all candidates share is computed once.
        """
        encoded = self._tokenizer.encode_all([prompt + candidate for candidate in candidates])
        sequences = [[self._tokenizer.end_id, *ids] for ids in encoded]
        shortest = min(len(s) for s in sequences)
        shared = 0
        while shared < shortest - 1 and len({s[shared] for s in sequences}) == 1:
            shared += 1
        shared = max(shared, 1)
        prefix = torch.tensor([sequences[0][:shared]])
        start = self._model(input_ids=prefix, use_cache=True)
        cache = start.past_key_values
        cache.batch_repeat_interleave(len(sequences))
        tails = [s[shared:] for s in sequences]
        ids, targets = pad(tails)
        logits = self._model(input_ids=ids, past_key_values=cache, use_cache=True).logits
        losses = functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-100, reduction="none")
        first = functional.log_softmax(start.logits[0, -1], dim=-1)[ids[:, 0]]
        return [float(x) for x in losses.view(ids.shape).sum(1) - first]

    def _prompt_ids(self, prompt: str) -> list[int]:
        ids = [self._tokenizer.end_id, *self._tokenizer.encode(prompt)]
        return ids[-self._max_tokens :]

    def _generate(self, ids: Tensor, max_new_tokens: int, temperature: float) -> list[list[int]]:
        end = self._tokenizer.end_id
        found: list[list[int]] = [[] for _ in range(len(ids))]
        running = torch.ones(len(ids), dtype=torch.bool)
        cache = None
        for _ in range(max_new_tokens):
            output = self._model(input_ids=ids, past_key_values=cache, use_cache=True)
            cache, logits = output.past_key_values, output.logits[:, -1]
            logits[:, self._tokenizer.pad_id] = -torch.inf
            if temperature > 0:
                chances = torch.softmax(logits / temperature, dim=-1)
                chosen = torch.multinomial(chances, 1, generator=self._generator).squeeze(1)
            else:
                chosen = logits.argmax(-1)
            running &= chosen != end
            if not bool(running.any()):
                break
            for row, (token, go) in enumerate(zip(chosen.tolist(), running.tolist(), strict=True)):
                if go:
                    found[row].append(token)
            ids = chosen.unsqueeze(1)
        return found


@torch.inference_mode()
def text_losses(model: Any, tokens: Coder, texts: Sequence[str], *, batch: int = 32) -> list[float]:
    """Return the mean loss of each text under a language model with a tokenizer of either kind, in nats.

    Args:
        model: causal, in evaluation mode.
        tokens: its tokenizer.
        texts: each whole, from its begin to its end token.
        batch: texts that are computed together.
    """
    found: list[float] = []
    for start in range(0, len(texts), batch):
        rows = [Packed.of([encode_text(tokens, text)]) for text in texts[start : start + batch]]
        found += language_loss(model, collate(rows, tokens.pad_id), numbered=False).tolist()
    return found
