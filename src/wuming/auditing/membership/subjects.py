"""From records to subjects: whoever has many records in the data leaves more traces than any one of them.

The unit that is protected must be the unit that is attacked. An audit of a claim for subjects adds up what the attack
finds in all of a subject's records.

Sources: Suri et al., "Subject membership inference attacks in federated learning" (2022); Kandpal et al., "User
inference attacks on large language models" (EMNLP 2024), equation 2: the mean over a user's samples.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import EmptyData, PrivacyParameterError

Rule = Literal["mean", "sum", "highest"]


def subject_scores(
    scores: Sequence[float] | NDArray[np.float64], subjects: Sequence[Hashable], rule: Rule = "mean"
) -> NDArray[np.float64]:
    """Return one score a subject, in the order in which subjects first occur.

    Args:
        scores: one a record, finite.
        subjects: whom each record is about.
        rule: `mean` as in Kandpal et al.; `sum` for log-likelihood ratios of records that are independent given the
            membership (it favours who has many records); `highest` where one record gives a subject away.

    Raises:
        EmptyData: without records.
        PrivacyParameterError: for lengths that differ, an unknown rule, or a score that is not finite.
    """
    values = np.asarray(scores, dtype=np.float64)
    if values.size == 0:
        raise EmptyData("there are no records", help="Score the records of each subject.")
    if rule not in ("mean", "sum", "highest") or values.shape != (len(subjects),) or not np.isfinite(values).all():
        raise PrivacyParameterError(
            f"rule={rule!r}, {values.size} scores, {len(subjects)} names; finite: {bool(np.isfinite(values).all())}",
            help="Give one finite score and one subject a record, and mean, sum or highest.",
        )
    numbers: dict[Hashable, int] = {}
    index = np.array([numbers.setdefault(subject, len(numbers)) for subject in subjects])
    if rule == "highest":
        highest = np.full(len(numbers), -np.inf)
        np.maximum.at(highest, index, values)
        return highest
    sums: NDArray[np.float64] = np.bincount(index, weights=values).astype(np.float64)
    return sums if rule == "sum" else sums / np.bincount(index)


def subject_members(members: Sequence[bool] | NDArray[np.bool_], subjects: Sequence[Hashable]) -> NDArray[np.bool_]:
    """Return whether each subject was trained on, in the order of `subject_scores`.

    Raises:
        EmptyData: without records.
        PrivacyParameterError: for lengths that differ, or subjects of whom only a part of the records was trained on:
            for those the question has no answer.
    """
    values = np.asarray(members, dtype=np.bool_)
    shares = subject_scores(values.astype(np.float64), subjects)
    mixed = int(((shares > 0) & (shares < 1)).sum())
    if mixed:
        raise PrivacyParameterError(
            f"of {mixed} of {len(shares)} subjects only some records were trained on",
            help="Hold out whole subjects, or report at the level of records.",
        )
    inside: NDArray[np.bool_] = shares == 1
    return inside
