"""Canaries for language models: words at random, tokens that nothing else has, or what a public model says itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wuming.auditing.canaries.coins import Stream, uniform_below
from wuming.core.errors import PrivacyParameterError

_LEAST_BITS = 32.0
_ROUNDS = 20  # of asking a sampler again for texts that it has not said yet


@dataclass(frozen=True, slots=True)
class CanaryUser:
    """One invented unit of privacy.

    Attributes:
        subject: ` canary-0000001`, …; no real subject begins with a blank, since readers strip ids.
        texts: its records.
    """

    subject: str
    texts: tuple[str, ...]


def canary_texts(count: int, vocabulary: Sequence[str], length: int, stream: Stream) -> list[str]:
    """Return canaries of independent random words, which nothing but training can have taught a model.

    Args:
        count: ≥ 0.
        vocabulary: public words, distinct; the words are joined by blanks.
        length: words a canary; ≥ 1. All together must carry at least 32 bits, so that no two canaries are likely alike.
        stream: CSPRNG, used for nothing else.

    Raises:
        PrivacyParameterError: for an argument out of range.
    """
    words = list(vocabulary)
    if count < 0 or length < 1:
        raise PrivacyParameterError(
            f"count={count}, length={length} is out of range", help="Use length=12, for example."
        )
    if len(set(words)) != len(words) or length * math.log2(max(1, len(words))) < _LEAST_BITS:
        raise PrivacyParameterError(
            f"{length} words out of {len(words)} ({len(set(words))} distinct) carry less than {_LEAST_BITS:.0f} bits",
            help="Use more words a canary, or a larger vocabulary without repetitions.",
        )
    choices = uniform_below(len(words), count * length, stream)
    return [" ".join(words[index] for index in choices[at : at + length]) for at in range(0, count * length, length)]


def canary_users(count: int, records: int, vocabulary: Sequence[str], length: int, stream: Stream) -> list[CanaryUser]:
    """Return invented users, each of whom repeats one canary of its own in all of its records.

    Repetition gives the strongest signal that a unit bounded by one clipping can give.

    Args:
        count: ≥ 0.
        records: records a user, ≥ 1: as many as training takes of one unit.
        vocabulary: see `canary_texts`.
        length: words a record; see `canary_texts`.
        stream: CSPRNG, used for nothing else.

    Raises:
        PrivacyParameterError: for an argument out of range.
    """
    if records < 1:
        raise PrivacyParameterError(f"records={records} is below 1", help="Give each canary at least one record.")
    texts = canary_texts(count, vocabulary, length, stream)
    return [CanaryUser(f" canary-{number:07d}", (text,) * records) for number, text in enumerate(texts, start=1)]


def new_token_canaries(
    count: int, first_token: int, *, each: int = 2, prefixes: Sequence[Sequence[int]] | None = None
) -> list[list[int]]:
    """Return token sequences that end in tokens of their own, which stand in no other text.

    What a canary teaches of its own tokens, no other record teaches: its signal is mixed with little else. The tokens
    are added to the vocabulary behind all others; embeddings that stay frozen should be random, with the usual norm.

    Args:
        count: ≥ 0.
        first_token: id of the first added token, which is the size of the vocabulary before.
        each: tokens of one canary, ≥ 1; without a prefix ≥ 2, since the first is not predicted.
        prefixes: ids of public text before the own tokens, one a canary; None: nothing.

    Source: Panda et al., "Privacy auditing of large language models" (ICLR 2025).

    Raises:
        PrivacyParameterError: for an argument out of range.
    """
    before = [()] * count if prefixes is None else [tuple(prefix) for prefix in prefixes]
    if count < 0 or first_token < 0 or each < 1 or len(before) != max(count, 0):
        raise PrivacyParameterError(
            f"count={count}, first_token={first_token}, each={each}, {len(before)} prefixes do not go together",
            help="Give the vocabulary's size as first_token, and one prefix a canary or none at all.",
        )
    if any(len(prefix) + each < 2 for prefix in before) or any(max(p, default=-1) >= first_token for p in before):
        raise PrivacyParameterError(
            "a canary predicts nothing, or its prefix holds added tokens",
            help="Use each=2 without prefixes, and prefixes of the old vocabulary alone.",
        )
    return [
        [*prefix, *range(first_token + place * each, first_token + (place + 1) * each)]
        for place, prefix in enumerate(before)
    ]


def sampled_texts(count: int, sample: Callable[[int], Sequence[str]], *, least_characters: int = 30) -> list[str]:
    """Return distinct texts that a public model says itself: canaries that look like the data.

    They can be read and inspected, and no filter of odd text takes them out. Ask at a high temperature (0.8 or more):
    text that is likely anyway is little learnt, and soon repeated.

    Args:
        count: ≥ 0.
        sample: given n, returns n texts; of a model that never saw the private data, with randomness of its own.
        least_characters: shorter texts are asked for anew.

    Source: Mitchell et al. (arXiv 2606.10481).

    Raises:
        PrivacyParameterError: for an argument out of range, or a sampler that repeats itself or says too little.
    """
    if count < 0 or least_characters < 1:
        raise PrivacyParameterError(
            f"count={count}, least_characters={least_characters} is out of range", help="Leave least_characters out."
        )
    found: dict[str, None] = {}
    for _ in range(_ROUNDS):
        if len(found) >= count:
            break
        for text in sample(count - len(found)):
            if len(text.strip()) >= least_characters:
                found.setdefault(text.strip())
    if len(found) < count:
        raise PrivacyParameterError(
            f"{_ROUNDS} rounds of sampling gave {len(found)} of {count} texts of {least_characters} characters",
            help="Raise the temperature or the length of the texts.",
        )
    return list(found)[:count]
