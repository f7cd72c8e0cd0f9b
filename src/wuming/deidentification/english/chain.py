"""What a linear chain of tags makes of a group of words: the probability of each tag at each word.

    P(tags | words) is proportional to exp(sum over i of emission_i(tag_i) + transition(tag_(i-1), tag_i))

with the tag before the first word that of no name (J. Lafferty, A. McCallum and F. Pereira, Conditional Random Fields,
2001). Probabilities are summed forwards and backwards over all tag sequences (L. Rabiner, A Tutorial on Hidden Markov
Models, 1989, section III), scaled word by word. Once for one group in plain Python, quicker for a few words; once for
many groups in numpy, for the training.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from operator import mul
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Chain:
    """Holds the transitions of one model.

    Args:
        transitions: [tags before, tags]; minus infinity where a tag cannot follow.
    """

    def __init__(self, transitions: NDArray[np.floating]) -> None:
        factors = np.exp(transitions.astype(np.float64))
        self._from: list[list[float]] = factors.tolist()
        self._into: list[list[float]] = factors.T.tolist()

    def marginals(self, emissions: Iterable[Iterable[float]]) -> list[list[float]]:
        """Return the probability of each tag of each word.

        Args:
            emissions: of each word, what speaks for each tag.
        """
        spoken = []
        for row in emissions:
            logits = list(row)
            top = max(logits)
            spoken.append([math.exp(one - top) for one in logits])
        if not spoken:
            return []
        forward = [_scaled(map(mul, spoken[0], self._from[0]))]
        for factors in spoken[1:]:
            before = forward[-1]
            forward.append(
                _scaled(one * sum(map(mul, before, into)) for one, into in zip(factors, self._into, strict=True))
            )
        after = [1.0] * len(self._from)
        for place in range(len(spoken) - 1, 0, -1):
            weighed = list(map(mul, spoken[place], after))
            forward[place] = _scaled(map(mul, forward[place], after))
            after = _scaled(sum(map(mul, out, weighed)) for out in self._from)
        forward[0] = _scaled(map(mul, forward[0], after))
        return forward


def _scaled(values: Iterable[float]) -> list[float]:
    found = list(values)
    total = sum(found)
    return [one / total for one in found]


class Expected(NamedTuple):
    """What a model expects of many groups.

    Attributes:
        tags: probability of each tag of each word, [words, tags].
        moves: transitions, summed over all words, [tags before, tags].
        total: sum over the groups of the logarithm of the partition function.
    """

    tags: Floats
    moves: Floats
    total: float


def expected(emissions: Floats, transitions: Floats, starts: Ints, lengths: Ints) -> Expected:
    """Return what a model expects of many groups, word after word for all of them at once.

    Args:
        emissions: [words, tags].
        transitions: [tags before, tags].
        starts, lengths: of the groups within the words; the longest group first.
    """
    top = emissions.max(axis=1, keepdims=True)
    spoken, factors = np.exp(emissions - top), np.exp(transitions)
    forward, backward, scales = np.zeros_like(spoken), np.ones_like(spoken), np.zeros(len(spoken))
    rounds = [starts[: np.count_nonzero(lengths > step)] + step for step in range(int(lengths[0]))]
    for step, at in enumerate(rounds):
        here = spoken[at] * (factors[0] if step == 0 else forward[at - 1] @ factors)
        scales[at] = here.sum(axis=1)
        forward[at] = here / scales[at, None]
    moves = np.zeros_like(factors)
    for at in reversed(rounds[1:]):
        weighed = spoken[at] * backward[at] / scales[at, None]
        backward[at - 1] = weighed @ factors.T
        moves += (forward[at - 1].T @ weighed) * factors
    tags = forward * backward
    moves[0] += tags[starts].sum(axis=0)
    return Expected(tags, moves, float(np.log(scales).sum() + top.sum()))
