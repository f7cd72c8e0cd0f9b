"""Sampling from a language model as an attack needs it: exact probabilities of a scheme, and samples of it.

All in token ids and numpy, through one small method of the model. `check_by_sampling` holds the computed probabilities
against real samples, so that neither can be wrong alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import PrivacyParameterError, SelfCheckFailed
from wuming.core.intervals import binomial_lower_tail, binomial_upper_tail

_BATCH = 32
_Array = NDArray[np.float64]


class TokenModel(Protocol):
    """What these attacks need of a causal language model, wherever it was trained."""

    def logits(self, sequences: Sequence[Sequence[int]], last: int) -> Sequence[NDArray[Any]]:
        """Return, for each sequence of token ids, the next token's logits at each of its last positions.

        Args:
            sequences: token ids, each at least `last` long; they may differ in length.
            last: number of positions, ≥ 1.

        Returns:
            One array [last, vocabulary] a sequence; its row −1 predicts what follows the sequence.
        """
        ...


@dataclass(frozen=True, slots=True)
class Target:
    """A record in two pieces, in token ids. They never show in `repr`.

    Attributes:
        prefix: what the attacker knows; at least one token (the one that begins a text will do).
        suffix: what he wants; at least one token.
    """

    prefix: tuple[int, ...] = field(repr=False)
    suffix: tuple[int, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.prefix or not self.suffix:
            raise PrivacyParameterError(
                f"a target has {len(self.prefix)} tokens of prefix and {len(self.suffix)} of suffix",
                help="Each needs at least one; leave shorter records out.",
            )
        if min(*self.prefix, *self.suffix) < 0:
            raise PrivacyParameterError("a target has a token below 0", help="Tokens are numbered from 0 on.")


@dataclass(frozen=True, slots=True)
class SamplingScheme:
    """How the next token is drawn: logits over temperature, then the largest `top_k`, then `top_p` of what is left.

    Attributes:
        temperature: > 0.
        top_k: number of tokens that are kept, with all that tie with the last of them; None keeps all.
        top_p: the likeliest tokens are kept until they reach this probability, in (0, 1]; None keeps all.
    """

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.temperature) and self.temperature > 0):
            raise PrivacyParameterError(
                f"temperature={self.temperature} is no finite number above 0", help="For greedy text use top_k=1."
            )
        if self.top_k is not None and self.top_k < 1:
            raise PrivacyParameterError(f"top_k={self.top_k} is below 1", help="Keep at least one token.")
        if self.top_p is not None and not 0 < self.top_p <= 1:
            raise PrivacyParameterError(f"top_p={self.top_p} is not within (0, 1]", help="Use 0.9, for example.")

    def as_json(self) -> dict[str, Any]:
        """Return the scheme as a JSON object."""
        return {"temperature": self.temperature, "top_k": self.top_k, "top_p": self.top_p}


GREEDY = SamplingScheme(top_k=1)
"""The likeliest token each time; tied ones are equally likely."""


def log_probabilities(logits: NDArray[Any], scheme: SamplingScheme) -> _Array:
    """Return the logarithm of each token's probability under a scheme, [positions, vocabulary]; −∞ where cut off.

    Raises:
        SelfCheckFailed: a logit is not a number or +∞, or a whole row is −∞.
    """
    values = np.asarray(logits, dtype=np.float64) / scheme.temperature
    if (
        values.ndim != 2
        or not values.shape[1]
        or np.isnan(values).any()
        or (values == np.inf).any()
        or (values.max(axis=1) == -np.inf).any()
    ):
        raise SelfCheckFailed(
            f"the model gave logits of shape {values.shape}, some of them no numbers",
            help="Check its method logits: one finite number for each token at each position.",
        )
    if scheme.top_k is not None and scheme.top_k < values.shape[1]:
        least = np.partition(values, -scheme.top_k, axis=1)[:, -scheme.top_k]
        values = np.where(values >= least[:, None], values, -np.inf)
    if scheme.top_p is not None and scheme.top_p < 1:
        order = np.argsort(-values, axis=1, kind="stable")
        sizes = np.exp(np.take_along_axis(_normalised(values), order, axis=1))
        # A token stays when those before it have not yet reached top_p: so the first always stays.
        stays = np.cumsum(sizes, axis=1) - sizes < scheme.top_p
        kept = np.zeros_like(stays)
        np.put_along_axis(kept, order, stays, axis=1)
        values = np.where(kept, values, -np.inf)
    return _normalised(values)


def suffix_log_probabilities(model: TokenModel, targets: Sequence[Target], scheme: SamplingScheme) -> list[float]:
    """Return log π of each target: the probability that sampling after its prefix says exactly its suffix.

    Raises:
        SelfCheckFailed: the model returned other numbers of logits than it was asked for, or has none for a token.
    """
    found = [0.0] * len(targets)
    order = sorted(range(len(targets)), key=lambda i: (len(targets[i].suffix), len(targets[i].prefix)))
    while order:
        length = len(targets[order[0]].suffix)
        batch = [i for i in order[:_BATCH] if len(targets[i].suffix) == length]
        order = order[len(batch) :]
        rows = _logits(model, [(*targets[i].prefix, *targets[i].suffix[:-1]) for i in batch], length)
        for index, row in zip(batch, rows, strict=True):
            if max(targets[index].suffix) >= np.shape(row)[1]:
                raise SelfCheckFailed(
                    f"target {index} has a token that the model has no logit for", help="Use the model's own tokenizer."
                )
            steps = log_probabilities(row, scheme)[np.arange(length), targets[index].suffix]
            found[index] = float(steps.sum())
    return found


def continuations(
    model: TokenModel, prefixes: Sequence[Sequence[int]], length: int, scheme: SamplingScheme, *, seed: int = 0
) -> list[tuple[int, ...]]:
    """Sample one continuation of each prefix; a prefix that is given twice is sampled twice.

    Args:
        model: to sample from.
        prefixes: token ids, each at least one.
        length: tokens of each continuation, ≥ 1; the model's end token is one like any other.
        scheme: how tokens are drawn.
        seed: an attack's randomness protects nobody.
    """
    if length < 1:
        raise PrivacyParameterError(f"length={length} is below 1", help="Ask for at least one token.")
    generator = np.random.default_rng(seed)
    texts = [tuple(prefix) for prefix in prefixes]
    for _ in range(length):
        for start in range(0, len(texts), _BATCH):
            rows = _logits(model, texts[start : start + _BATCH], 1)
            chances = np.exp(log_probabilities(np.concatenate(rows), scheme))
            places = np.cumsum(chances, axis=1)
            drawn = generator.random(len(rows))[:, None] * places[:, -1:]
            # The first place that exceeds the draw: a token of probability 0 adds no room and is never chosen.
            for offset, token in enumerate((places > drawn).argmax(axis=1).tolist()):
                texts[start + offset] = (*texts[start + offset], token)
    return [text[len(prefix) :] for text, prefix in zip(texts, prefixes, strict=True)]


def check_by_sampling(
    model: TokenModel,
    targets: Sequence[Target],
    log_probabilities_of_suffixes: Sequence[float],
    scheme: SamplingScheme,
    *,
    samples: int,
    seed: int = 0,
    alpha: float = 1e-6,
) -> list[int]:
    """Hold computed probabilities against real samples; return how often each suffix was said.

    Args:
        model: the same.
        targets: the same, in the same order.
        log_probabilities_of_suffixes: log π as computed.
        scheme: the same.
        samples: continuations of each target, ≥ 1.
        seed: of the sampling.
        alpha: chance, at most, of a false alarm over all targets.

    Raises:
        SelfCheckFailed: one count is too high or too low for its π (exact binomial tails, Bonferroni).
    """
    if samples < 1:
        raise PrivacyParameterError(f"samples={samples} is below 1", help="Without samples nothing is checked.")
    limit = alpha / (2 * max(1, len(targets)))
    counts = []
    for number, (target, log_chance) in enumerate(zip(targets, log_probabilities_of_suffixes, strict=True)):
        said = continuations(
            model, [target.prefix] * samples, len(target.suffix), scheme, seed=seed + 1_000_003 * number
        )
        count = sum(one == target.suffix for one in said)
        chance = math.exp(min(0.0, log_chance))
        if binomial_upper_tail(count, samples, chance) < limit or binomial_lower_tail(count, samples, chance) < limit:
            raise SelfCheckFailed(
                f"target {number} was said {count} times in {samples} samples, where its probability is {chance:.3g}",
                help="Check that the model's logits and its sampling are of the same weights, tokens and scheme.",
            )
        counts.append(count)
    return counts


def _logits(model: TokenModel, sequences: Sequence[tuple[int, ...]], last: int) -> list[NDArray[Any]]:
    rows = list(model.logits(sequences, last))
    if [len(row) for row in rows] != [last] * len(sequences):
        raise SelfCheckFailed(
            f"the model did not return logits at {last} positions of each of {len(sequences)} sequences",
            help="Check its method logits.",
        )
    return rows


def _normalised(values: _Array) -> _Array:
    highest = values.max(axis=1, keepdims=True)
    shifted: _Array = values - highest
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), dtype=np.float64)
