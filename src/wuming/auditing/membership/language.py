"""Attacks on language models that look at single tokens: min-k% and min-k%++.

A text that was trained on has few tokens that surprise the model very much. Min-k% averages the log-probabilities of
the k% least likely tokens. Min-k%++ first compares each token with what the model expected at that place: it subtracts
the mean of the log-probability over the model's own distribution there, and divides by its standard deviation.

Sources: Shi et al., "Detecting pretraining data from large language models" (ICLR 2024); Zhang et al., "Min-K%++:
improved baseline for detecting pre-training data" (ICLR 2025), equation 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import EmptyData, PrivacyParameterError, SelfCheckFailed

_LEAST_DEVIATION = 1e-6  # where the model is sure of the next token, its log-probability does not spread


@dataclass(frozen=True)
class TokenStatistics:
    """What a model says of the tokens of one text. Holds no text.

    Attributes:
        log_probabilities: [t] of the tokens that stand there, in nats.
        means: [t], the mean of the log-probability over the model's distribution at each place: minus its entropy.
        deviations: [t], its standard deviation there; ≥ 0.
    """

    log_probabilities: NDArray[np.float64]
    means: NDArray[np.float64]
    deviations: NDArray[np.float64]

    def __post_init__(self) -> None:
        shapes = {np.shape(self.log_probabilities), np.shape(self.means), np.shape(self.deviations)}
        values = (self.log_probabilities, self.means, self.deviations)
        if (
            len(shapes) != 1
            or not all(np.isfinite(part).all() for part in values)
            or np.min(self.deviations, initial=0) < 0
        ):
            raise PrivacyParameterError(
                f"token statistics have shapes {sorted(shapes)}, or one is not finite, or a deviation is below 0",
                help="Give three finite arrays [tokens].",
            )
        if len(self.log_probabilities) == 0:
            raise EmptyData("a text without a token that was predicted", help="Leave it out, or merge it with others.")


class TokenModel(Protocol):
    """What these attacks need of a language model, wherever it was trained."""

    def token_statistics(self, texts: Sequence[str]) -> Sequence[TokenStatistics]:
        """Return the statistics of each text's tokens."""
        ...


def statistics_of_logits(logits: NDArray[np.float64], tokens: NDArray[np.int64]) -> TokenStatistics:
    """Return the statistics of one text from its logits.

    Args:
        logits: [t, v], before each token, over v words.
        tokens: [t], the tokens that stand there, in 0…v-1.

    Raises:
        PrivacyParameterError: for shapes or tokens that do not fit.
        EmptyData: there is no token.
    """
    values, right = np.asarray(logits, dtype=np.float64), np.asarray(tokens)
    if values.ndim != 2 or right.shape != values.shape[:1]:
        raise PrivacyParameterError(
            f"logits have shape {values.shape}, tokens {right.shape}", help="Give [tokens, words] and [tokens]."
        )
    if right.size and not (right.min() >= 0 and right.max() < values.shape[1]):
        raise PrivacyParameterError("a token is no word of the logits", help="Use the model's own tokenizer.")
    shifted = values - values.max(axis=1, keepdims=True, initial=-np.inf)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    shares = np.exp(logs)
    means = (shares * logs).sum(axis=1)
    deviations = np.sqrt((shares * (logs - means[:, None]) ** 2).sum(axis=1))
    return TokenStatistics(logs[np.arange(len(right)), right], means, deviations)


def min_k_scores(statistics: Sequence[TokenStatistics], share: float = 0.2) -> list[float]:
    """Return each text's mean log-probability over its least likely tokens.

    Args:
        statistics: of the texts.
        share: of the tokens that are averaged, in (0, 1], rounded down but at least one token.

    Raises:
        PrivacyParameterError: for a share out of range.
    """
    return [_mean_of_least(np.asarray(one.log_probabilities), share) for one in statistics]


def min_k_plus_plus_scores(statistics: Sequence[TokenStatistics], share: float = 0.2) -> list[float]:
    """Return the same over log-probabilities that are normalised at each place.

    Args:
        statistics: of the texts.
        share: of the tokens that are averaged, in (0, 1], rounded down but at least one token.

    Raises:
        PrivacyParameterError: for a share out of range.
    """
    return [
        _mean_of_least((one.log_probabilities - one.means) / np.maximum(one.deviations, _LEAST_DEVIATION), share)
        for one in statistics
    ]


def token_scores(model: TokenModel, texts: Sequence[str], share: float = 0.2) -> dict[str, list[float]]:
    """Ask a model about texts; return the scores of three attacks, by name: `loss`, `min-k%`, `min-k%++`.

    Raises:
        PrivacyParameterError: for a share out of range.
        SelfCheckFailed: the model answers about another number of texts.
    """
    statistics = model.token_statistics(texts)
    if len(statistics) != len(texts):
        raise SelfCheckFailed(
            f"the model gave the statistics of {len(statistics)} texts for {len(texts)}",
            help="Check its method token_statistics.",
        )
    return {
        "loss": [float(np.mean(one.log_probabilities)) for one in statistics],
        "min-k%": min_k_scores(statistics, share),
        "min-k%++": min_k_plus_plus_scores(statistics, share),
    }


def _mean_of_least(values: NDArray[np.float64], share: float) -> float:
    if not 0 < share <= 1:
        raise PrivacyParameterError(f"share={share} is not within (0, 1]", help="Use 0.2.")
    count = max(1, int(share * len(values) + 1e-9))
    return float(np.partition(values, count - 1)[:count].mean())
