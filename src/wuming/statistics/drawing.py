"""The one place where noise meets exact numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wuming.mechanisms.gaussian import Stream
from wuming.mechanisms.laplace import Whole, laplace_mechanism
from wuming.mechanisms.noisy_max import noisy_max
from wuming.mechanisms.threshold import select_keys
from wuming.mechanisms.whole_gaussian import whole_gaussian_mechanism
from wuming.statistics.exact import Exact
from wuming.statistics.noise_plan import NoisePlan, Pick, Tally
from wuming.statistics.query import Scalar


@dataclass(frozen=True)
class Drawn:
    """Noisy numbers of the groups that are shown; all of it may be seen.

    Attributes:
        groups: values of their keys.
        tallies: [groups, coordinates].
        picked: [groups], places among the candidates.
        subjects: [groups], noisy numbers of subjects where keys are private.
    """

    groups: Sequence[tuple[Scalar, ...]]
    tallies: Mapping[Tally, Whole]
    picked: Mapping[Pick, Whole]
    subjects: Whole


def draw(exact: Exact, plan: NoisePlan, stream: Stream) -> Drawn:
    """Draw everything: private keys first, then the noise of the groups that are shown.

    Args:
        exact: what must not be shown.
        plan: of the noise; its event is what this call spends.
        stream: CSPRNG of keys and picks; the noise of tallies is OpenDP's.
    """
    groups, shown, subjects = exact.groups, np.arange(len(exact.groups)), exact.subjects
    if plan.rule is not None:
        held = {place: int(count) for place, count in enumerate(exact.subjects.tolist()) if count > 0}
        found = select_keys(stream, held, plan.rule)
        shown, subjects = np.asarray(found.keys, dtype=np.int64), np.asarray(found.counts, dtype=np.int64)
        order = sorted(range(len(shown)), key=lambda place: tuple(map(_sortable, groups[shown[place]])))
        shown, subjects = shown[order], subjects[order]
        groups = [groups[place] for place in shown]
    tallies: dict[Tally, Whole] = {}
    for tally, scale, sensitivity in plan.tallies:
        values = exact.tallies[tally][shown]
        if plan.noise == "gaussian":
            tallies[tally], _ = whole_gaussian_mechanism(values, sigma=scale, sensitivity=sensitivity)
        else:
            tallies[tally], _ = laplace_mechanism(values, scale=scale, sensitivity=sensitivity)
    picked = {}
    for pick in plan.picks:
        most = pick.weight * plan.max_rows
        places = [
            noisy_max(stream, -np.abs(scores), sensitivity=most, epsilon=plan.pick_epsilon)[0]
            for scores in exact.scores[pick][shown]
        ]
        picked[pick] = np.asarray(places, dtype=np.int64)
    return Drawn(groups, tallies, picked, subjects)


def _sortable(key: Scalar) -> tuple[int, Scalar]:
    return (1, key) if isinstance(key, str) else (0, key)
