"""Text sampled from a privately trained model, and two questions about it: does it copy, and is it of use?

Sampling is post-processing: any number of samples has the model's guarantee, and no ε beyond it. The two answers are
not: they are computed on real text without noise, and stay internal.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wuming.core.errors import EmptyData, PrivacyParameterError
from wuming.core.overlap import copying
from wuming.training.inference import LocalModel
from wuming.training.text.encoding import Coder, begin_id

COPY_WINDOW = 50
"""Characters of which none may stand word for word in the training text, by default."""
_ORDER = 3
_BATCH = 64


class Sampler(LocalModel):
    """A causal model with a tokenizer of either kind, to sample whole documents from."""

    def __init__(self, model: Any, tokens: Coder, *, max_tokens: int, seed: int) -> None:
        super().__init__(model, tokens, max_tokens=max_tokens, seed=seed)  # type: ignore[arg-type]
        self._begin, self._longest = begin_id(tokens), max_tokens

    def _prompt_ids(self, prompt: str) -> list[int]:
        ids = self._tokenizer.encode(prompt)
        return [self._begin, *ids[-(self._longest - 1) :]] if ids else [self._begin]


def synthesize(
    model: Any,
    tokens: Coder,
    number: int,
    *,
    prompts: Sequence[str] = ("",),
    max_new_tokens: int = 128,
    temperature: float = 1.0,
    seed: int,
) -> list[str]:
    """Return `number` texts, by turns from each prompt; the prompt is part of the text.

    Args:
        model: in evaluation mode.
        tokens: its tokenizer.
        number: ≥ 1.
        prompts: how texts begin; they must be public.
        max_new_tokens: a text ends there, or where the model ends it.
        temperature: 1 samples as the model learnt it; 0 takes the likeliest token, and so one text a prompt.
        seed: of the sampling; protects nobody.

    Raises:
        PrivacyParameterError: a number or length out of range, or no prompt.
    """
    if number < 1 or max_new_tokens < 1 or not prompts or not temperature >= 0:
        raise PrivacyParameterError(
            f"number={number}, max_new_tokens={max_new_tokens}, prompts={len(prompts)}, temperature={temperature}",
            help="Each must be at least 1, the temperature at least 0.",
        )
    longest = int(getattr(model.config, "max_position_embeddings", max_new_tokens + 1))
    room = min(max_new_tokens, longest - 1)
    sampler = Sampler(model, tokens, max_tokens=max(longest - room, 1), seed=seed)
    texts: list[list[str]] = []
    for place, prompt in enumerate(prompts):
        wanted = number // len(prompts) + (place < number % len(prompts))
        made: list[str] = []
        while len(made) < wanted:
            [rows] = sampler.continue_text([prompt], room, min(_BATCH, wanted - len(made)), temperature)
            made += [prompt + row for row in rows]
        texts.append(made)
    longest_list = max(len(made) for made in texts)
    return [made[turn] for turn in range(longest_list) for made in texts if turn < len(made)]


@dataclass(frozen=True)
class CopyRate:
    """How much of the samples stands word for word in real text. Internal: computed on real text without noise.

    Attributes:
        samples: number of samples looked at.
        copies: samples that hold a whole window of the real text.
        too_short: samples with fewer characters than a window, which can hold none.
        window: characters.
    """

    samples: int
    copies: int
    too_short: int
    window: int

    @property
    def rate(self) -> float:
        """Share of the samples that hold a copied window."""
        return self.copies / self.samples

    def as_json(self) -> dict[str, Any]:
        """Return all figures as a JSON object."""
        return {
            "samples": self.samples,
            "copies": self.copies,
            "rate": round(self.rate, 6),
            "too_short": self.too_short,
            "window_characters": self.window,
            "internal": True,
        }


def copy_rate(samples: Sequence[str], real: Sequence[str], *, window: int = COPY_WINDOW) -> CopyRate:
    """Count samples that hold `window` characters in a row of one real text; see `wuming.core.overlap.copying`.

    Raises:
        EmptyData: no sample.
        PrivacyParameterError: a window below 1.
    """
    copied = copying(samples, real, window)
    return CopyRate(len(samples), len(copied), sum(len(sample) < window for sample in samples), window)


@dataclass(frozen=True)
class Utility:
    """How well samples stand for real text. Internal: computed on real text without noise.

    Attributes:
        bits: bits a character that a trigram model learnt from the samples needs for the held-out text.
        bits_of_real: the same, learnt from equally much real text: what could be reached.
        bits_of_nothing: the same without any text to learn from: what is reached for nothing.
        distance: Jensen-Shannon distance of the two character-pair frequencies, in [0, 1]; 0 is alike.
        distance_of_real: the same between real and held-out text.
    """

    bits: float
    bits_of_real: float | None
    bits_of_nothing: float
    distance: float
    distance_of_real: float | None

    def as_json(self) -> dict[str, Any]:
        """Return all figures as a JSON object."""
        rounded = {n: None if v is None else round(v, 4) for n, v in vars(self).items()}
        return {**rounded, "internal": True}


def utility(samples: Sequence[str], held_out: Sequence[str], real: Sequence[str] = ()) -> Utility:
    """Train a small model on the samples and test it on real held-out text.

    The model is an interpolated trigram model over characters (Witten and Bell 1991): it needs no tuning, and is the
    same for samples and real text. It says whether spelling, words and phrases are right, not whether facts are.

    Args:
        samples: synthetic texts.
        held_out: real texts that the model was not trained on.
        real: real texts to compare with; as many characters as the samples have are used.

    Raises:
        EmptyData: nothing in one of the first two.
    """
    if not any(samples) or not any(held_out):
        raise EmptyData("utility needs samples and held-out text", help="Give texts that are not empty.")
    size = sum(map(len, samples))
    same: list[str] = []
    for text in real:
        if size <= 0:
            break
        same.append(text[:size])
        size -= len(text)
    pairs = _frequencies(held_out)
    return Utility(
        bits=_Trigrams(samples).bits(held_out),
        bits_of_real=_Trigrams(same).bits(held_out) if same else None,
        bits_of_nothing=math.log2(_ALPHABET),
        distance=_distance(_frequencies(samples), pairs),
        distance_of_real=_distance(_frequencies(same), pairs) if same else None,
    )


_ALPHABET = 0x110000  # Unicode code points: a model that knows nothing takes them for equally likely


class _Trigrams:
    """Witten-Bell interpolation: λ(context) = n / (n + kinds); the rest goes to the next shorter context."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._followers: dict[str, Counter[str]] = {}
        for text in texts:
            line = "\x02" * (_ORDER - 1) + text + "\x03"
            for place in range(_ORDER - 1, len(line)):
                for length in range(_ORDER):
                    self._followers.setdefault(line[place - length : place], Counter())[line[place]] += 1
        self._totals = {context: sum(found.values()) for context, found in self._followers.items()}

    def bits(self, texts: Sequence[str]) -> float:
        """Return the mean number of bits a character, ends of texts included."""
        total, count = 0.0, 0
        for text in texts:
            line = "\x02" * (_ORDER - 1) + text + "\x03"
            for place in range(_ORDER - 1, len(line)):
                chance = 1.0 / _ALPHABET
                for length in range(_ORDER):
                    followers = self._followers.get(line[place - length : place])
                    if followers is None:
                        break
                    seen = self._totals[line[place - length : place]]
                    chance = (followers[line[place]] + len(followers) * chance) / (seen + len(followers))
                total -= math.log2(chance)
                count += 1
        return total / count


def _frequencies(texts: Sequence[str]) -> dict[str, float]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text[place : place + 2] for place in range(len(text) - 1))
    total = counts.total() or 1
    return {pair: count / total for pair, count in counts.items()}


def _distance(first: dict[str, float], second: dict[str, float]) -> float:
    """Return the square root of the Jensen-Shannon divergence in bits (Endres and Schindelin 2003)."""
    divergence = 0.0
    for pair in {*first, *second}:
        p, q = first.get(pair, 0.0), second.get(pair, 0.0)
        middle = (p + q) / 2
        divergence += sum(x / 2 * math.log2(x / middle) for x in (p, q) if x > 0)
    return math.sqrt(min(max(divergence, 0.0), 1.0))
