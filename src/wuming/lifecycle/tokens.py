"""Membership by the tokens that surprise a trained model most (min-k%, min-k%++), one score a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from wuming.auditing.membership import tpr_at_fpr
from wuming.auditing.membership.language import TokenStatistics, statistics_of_logits, token_scores
from wuming.auditing.membership.subjects import subject_scores
from wuming.auditing.risk import report
from wuming.auditing.risk.bounds import Limits

if TYPE_CHECKING:
    from wuming.training.inference import LocalModel

_BATCH = 32
_ATTACKS = {"min_k": "min-k%", "min_k_plus_plus": "min-k%++"}

Units = Mapping[str, Sequence[str]]


def attack_tokens(model: LocalModel, members: Units, held_out: Units) -> dict[str, dict[str, Any]]:
    """Return, for each attack, the share of members recognised at 1% false alarms, as `tpr_at_fpr` does.

    Args:
        model: under attack.
        members: units that were trained on, as they were trained on.
        held_out: units that were not, de-identified alike.
    """
    inside, outside = _scores(model, members), _scores(model, held_out)
    return {name: tpr_at_fpr(inside[name], outside[name]) for name in _ATTACKS}


def rows_of_tokens(found: Mapping[str, Mapping[str, Any]], limits: Limits) -> list[report.Finding]:
    """Return the rows of the risk report; `found` is from `attack_tokens`."""
    return [
        report.membership({**found[name], "interval": found[name]["population_interval"]}, limits, name)
        for name in ("min_k", "min_k_plus_plus")
    ]


def _scores(model: LocalModel, units: Units) -> dict[str, Sequence[float]]:
    """Return the mean over each unit's records, by attack."""
    texts = [text for own in units.values() for text in own]
    subjects = [unit for unit, own in units.items() for _ in own]
    scores = token_scores(_Statistics(model), texts)
    return {name: subject_scores(scores[attack], subjects).tolist() for name, attack in _ATTACKS.items()}


class _Statistics:
    """What the attack asks of a model, from its logits."""

    def __init__(self, model: LocalModel) -> None:
        self._model = model

    def token_statistics(self, texts: Sequence[str]) -> list[TokenStatistics]:
        sequences = [self._model.encode(text) for text in texts]
        by_length: dict[int, list[int]] = {}
        for place, ids in enumerate(sequences):
            by_length.setdefault(len(ids), []).append(place)
        found: dict[int, TokenStatistics] = {}
        for length, places in by_length.items():
            for begin in range(0, len(places), _BATCH):
                some = places[begin : begin + _BATCH]
                logits = self._model.logits([sequences[place] for place in some], length)
                for place, rows in zip(some, logits, strict=True):
                    found[place] = statistics_of_logits(rows[:-1], np.array(sequences[place][1:]))
        return [found[place] for place in range(len(texts))]
