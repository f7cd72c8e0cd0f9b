"""The rows of the risk report: each attack's figure with its interval, the limit that ε sets, and what it means.

A row is a figure about private data, computed without noise: it is internal. Nobody's value is in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from wuming.auditing.risk.bounds import Limits
from wuming.auditing.risk.words import ABOVE, ATTACKS, FIGURES, GROUP, HOW, MEANINGS, VACUOUS, Text
from wuming.auditing.shares import Share

Scale = Literal["share", "bits"]
_DIGITS = 6  # behind the point


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of the risk report.

    Attributes:
        id: name of the attack, for programs.
        attack: what was tried, in words.
        figure: what the number counts, in words.
        value: measured; None where it could not be measured.
        interval: two-sided; None where there is none.
        chance: the same without the model or without training; None where unknown.
        bound: the most that the claim lets any attacker reach; None where ε sets no limit.
        scale: of all these numbers.
        meaning: in words.
        knobs: what to turn to get less, by the names that `advice` uses.
    """

    id: str
    attack: Text
    figure: Text
    value: float | None
    interval: tuple[float, float] | None
    chance: float | None
    bound: float | None
    scale: Scale
    meaning: Text
    knobs: tuple[str, ...]

    @property
    def contradicts(self) -> bool:
        """Does the whole interval lie above the limit, as both are stated?"""
        if self.interval is None or self.bound is None:
            return False
        return round(self.interval[0], _DIGITS) > round(self.bound, _DIGITS)

    def as_json(self) -> dict[str, Any]:
        """Return the row as a JSON object."""
        return {
            "id": self.id,
            "attack": self.attack,
            "figure": self.figure,
            "value": _rounded(self.value),
            "interval": None if self.interval is None else [_rounded(end) for end in self.interval],
            "chance": _rounded(self.chance),
            "bound": _rounded(self.bound),
            "scale": self.scale,
            "contradicts_claim": self.contradicts,
            "meaning": self.meaning,
            "knobs": list(self.knobs),
        }


def membership(
    measured: Mapping[str, Any], limits: Limits, by: Literal["membership", "min_k", "min_k_plus_plus"] = "membership"
) -> Finding:
    """Return the row of a membership attack.

    Args:
        measured: `tpr_at_1_percent_fpr` and `interval` (None: not resolvable), `non_members`.
        limits: of the claim.
        by: `membership` is the attack by loss; the others look at single tokens.
    """
    value, interval = measured.get("tpr_at_1_percent_fpr"), measured.get("interval")
    bound = limits.highest(0.01)
    meaning = MEANINGS["membership" if value is not None else "membership_unresolved"]
    return _finding(
        "membership" if by == "membership" else f"membership_{by}",
        FIGURES["membership"],
        value,
        interval,
        0.01,
        bound,
        _filled(meaning, value=percent(value), bound=percent(bound), non_members=measured.get("non_members")),
        ("more noise", "fewer steps", "larger batch"),
    )


def extraction(kind: str, found: Share, *, answers: int, candidates: int, limits: Limits) -> Finding:
    """Return the row of an attack on planted secrets.

    Args:
        kind: `structured` or `free_text`.
        found: secrets that the model said.
        answers: continuations of each prompt, the greedy one among them.
        candidates: number of equally likely values that each secret was drawn from.
        limits: of the claim, for as many units as hold one secret.
    """
    bound = limits.extraction(candidates, answers)
    words = _filled(
        MEANINGS["extraction"],
        count=found.count,
        total=found.total,
        answers=answers,
        candidates=candidates,
        bound=percent(bound),
    )
    figure = FIGURES["extraction"]
    knobs = ("de-identify", "deduplicate", "more noise", "fewer steps")
    return _finding(
        f"extraction_{kind}", figure, found.rate, found.interval, 0.0, bound, words, knobs, units=limits.units
    )


def exposure(kind: str, measured: Mapping[str, Any], *, chance: float, candidates: int, limits: Limits) -> Finding:
    """Return the row of the mean exposure of planted secrets.

    Args:
        kind: `structured` or `free_text`.
        measured: `mean` and `interval`, in bits.
        chance: mean exposure of secrets that the model never saw, in bits.
        candidates: number of equally likely values that each secret was drawn from.
        limits: of the claim, for as many units as hold one secret.
    """
    bound, mean = limits.exposure(candidates), float(measured["mean"])
    words = _filled(
        MEANINGS["exposure"], value=f"{mean:.2f}", candidates=candidates, chance=f"{chance:.2f}", bound=f"{bound:.2f}"
    )
    figure, interval = FIGURES["exposure"], measured["interval"]
    knobs = ("deduplicate", "more noise", "fewer steps")
    return _finding(
        f"exposure_{kind}", figure, mean, interval, chance, bound, words, knobs, scale="bits", units=limits.units
    )


def completed(
    how: Literal["exact", "near", "sampled"],
    training: Share,
    held_out: Share | None,
    limits: Limits,
    *,
    near: float = 0.0,
    n: int = 1,
    p: float = 0.5,
) -> Finding:
    """Return the row of an attack with the true beginnings of training records.

    Args:
        how: exact or near-verbatim greedy completion, or (n, p)-discoverable by sampling.
        training: records that were completed.
        held_out: the same of records that were not trained on; without it there is no limit.
        limits: of the claim.
        near: edits allowed, as a share; for `near`.
        n: samples; for `sampled`.
        p: probability of success; for `sampled`.
    """
    bound = None if held_out is None else limits.highest(held_out.interval[1])
    manner = _filled(HOW[how], near=percent(near), n=n, p=p)
    words = {
        language: _filled(
            MEANINGS["completed"],
            count=training.count,
            total=training.total,
            how=manner[language],
            other=percent(None if held_out is None else held_out.rate),
            bound=percent(bound),
        )[language]
        for language in manner
    }
    name = "discoverable" if how == "sampled" else f"prefix_{how}"
    figure = _filled(FIGURES["discoverable" if how == "sampled" else "prefix"], n=n, p=p)
    chance = None if held_out is None else held_out.rate
    knobs = ("deduplicate", "fewer steps", "more noise", "fewer trained parameters")
    return _finding(name, figure, training.rate, training.interval, chance, bound, words, knobs, units=limits.units)


def personal_data(found: Mapping[str, Any]) -> Finding:
    """Return the row of personal data in generated text; `found` is from `PersonalDataFound.as_json`."""
    share, equal = found["texts_with_a_value_from_training"], found["on_equal_amounts"]
    words = _filled(
        MEANINGS["personal_data"],
        any=percent(found["texts_with_personal_data"]["share"]),
        value=percent(share["share"]),
        training=percent(_share_of(equal["training"])),
        held_out=percent(_share_of(equal["held_out"])),
    )
    figure, chance = FIGURES["personal_data"], _share_of(equal["held_out"])
    knobs = ("de-identify", "deduplicate", "more noise")
    return _finding("personal_data", figure, share["share"], share["interval"], chance, None, words, knobs)


def copies(found: Mapping[str, Any]) -> Finding:
    """Return the row of copied stretches; `found` is from `Copies.as_json`."""
    share, equal = found["training"], found["on_equal_amounts"]
    words = _filled(
        MEANINGS["copies"],
        value=percent(share["share"]),
        training=percent(_share_of(equal["training"])),
        held_out=percent(_share_of(equal["held_out"])),
    )
    figure = _filled(FIGURES["copies"], window=found["window_characters"])
    knobs = ("deduplicate", "fewer steps", "fewer trained parameters")
    chance = _share_of(equal["held_out"])
    return _finding("copies", figure, share["share"], share["interval"], chance, None, words, knobs)


def attribute(name: str, measured: Mapping[str, Any], limits: Limits, *, candidates: int | None = None) -> Finding:
    """Return the row of attribute inference.

    Args:
        name: of the attribute.
        measured: from `AttributeReport.as_json`.
        limits: of the claim, for as many units as hold one value.
        candidates: where the true value was drawn uniformly from so many, independently of all else. Without it the
            limit starts from the upper confidence limit of the share guessed about people who were not trained on;
            without those there is none.
    """
    share, advantage = measured["with_model"], measured["advantage"]
    held_out = measured.get("held_out")
    bound: float | None
    if candidates is not None:
        bound = limits.extraction(candidates)
    else:
        bound = None if held_out is None else limits.highest(held_out["interval"][1])
    words = _filled(
        MEANINGS["attribute"],
        value=percent(share["share"]),
        without=percent(measured["without_model"]["share"]),
        advantage=percent(advantage["difference"]),
        low=percent(advantage["interval"][0]),
        high=percent(advantage["interval"][1]),
        bound=percent(bound),
    )
    figure, chance = FIGURES["attribute"], measured["without_model"]["share"]
    knobs = ("de-identify", "more noise", "fewer steps")
    found = _finding(
        "attribute", figure, share["share"], share["interval"], chance, bound, words, knobs, units=limits.units
    )
    return replace(found, id=f"attribute_{name}", attack=_filled(found.attack, name=name))


def percent(share: float | None) -> str:
    """Write a share as a percentage with three significant digits; – for none."""
    if share is None:
        return "–"
    if not 0.9995 <= share < 1:
        return f"{100 * share:.3g}%"
    # Of a share near 1, what is missing to 1 must not be rounded away.
    digits = 2 - math.floor(math.log10(1 - share))
    return f"{100 * share:.{digits}g}%"


def _finding(
    name: str,
    figure: Text,
    value: float | None,
    interval: Sequence[float] | None,
    chance: float | None,
    bound: float | None,
    meaning: Text,
    knobs: tuple[str, ...],
    *,
    scale: Scale = "share",
    units: int = 1,
) -> Finding:
    ends = None if interval is None else (float(interval[0]), float(interval[1]))
    more = [meaning]
    if bound is not None and units > 1:
        more.append(_filled(GROUP, units=units))
    if bound is not None and scale == "share" and bound >= 1:
        more.append(VACUOUS)
    found = Finding(name, ATTACKS[name], figure, value, ends, chance, bound, scale, {}, knobs)
    if found.contradicts:
        more.append(ABOVE)
    return replace(found, meaning={language: "".join(text[language] for text in more) for language in meaning})


def _share_of(stored: Mapping[str, Any] | None) -> float | None:
    return None if stored is None else float(stored["share"])


def _filled(text: Text, **values: Any) -> Text:
    return {language: template.format(**values) for language, template in text.items()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
