"""Attacks on what a model says of its training text unasked or half asked.

Records of the members and of people who were held out are cut in two: whose end does the model complete? Texts are
sampled from nothing: do they hold personal data, or copied stretches?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wuming.auditing.discoverable import discoverable
from wuming.auditing.leaks import copies_in, personal_data_in, prefix_attack
from wuming.auditing.risk import report
from wuming.auditing.risk.bounds import Limits
from wuming.auditing.sampling import Target
from wuming.auditing.shares import Share

if TYPE_CHECKING:
    from wuming.training.inference import LocalModel

_PREFIX, _SUFFIX = 16, 16  # tokens
_RECORDS, _TEXTS, _LENGTH = 100, 100, 64  # records of either side; sampled texts, and their tokens
_SAMPLES = 100

Units = Mapping[str, Sequence[str]]


def attack_records(model: LocalModel, members: Units, held_out: Units, own_text: Units) -> dict[str, Any]:
    """Attack the text that a model was trained on.

    Args:
        model: under attack.
        members: units that were trained on, as they were trained on.
        held_out: units that were not, de-identified alike.
        own_text: the trained units' text before anything was replaced in it.

    Returns:
        `prefix`, `discoverable` (None where no record is long enough), `personal_data`, `copies`: counts and shares.
    """
    from wuming.deidentification import Detector

    training, others = _targets(model, members), _targets(model, held_out)
    found: dict[str, Any] = {"prefix": None, "discoverable": None}
    if training and others:
        found["prefix"] = prefix_attack(model, training, others).as_json()
        found["discoverable"] = discoverable(model, training, others).as_json(samples=(1, _SAMPLES))
    generated = model.continue_text([""], _LENGTH, _TEXTS, 1.0)[0]
    outside = _texts(held_out)
    found["personal_data"] = personal_data_in(
        generated, Detector(), training=_texts(own_text), held_out=outside
    ).as_json()
    found["copies"] = copies_in(generated, training=_texts(members), held_out=outside).as_json()
    return found


def rows_of(found: Mapping[str, Any], limits: Limits) -> list[report.Finding]:
    """Return the rows of the risk report; `found` is from `attack_records`."""
    rows = []
    if found["prefix"] is not None:
        near = found["prefix"]["near_share"]
        for how in ("exact", "near"):
            pair = found["prefix"][how]
            rows.append(report.completed(how, _share(pair["training"]), _share(pair["held_out"]), limits, near=near))
        pair = next(row for row in found["discoverable"]["rows"] if row["n"] == _SAMPLES)
        rows.append(
            report.completed(
                "sampled", _share(pair["training"]), _share(pair["held_out"]), limits, n=_SAMPLES, p=pair["p"]
            )
        )
    return [*rows, report.personal_data(found["personal_data"]), report.copies(found["copies"])]


def _targets(model: LocalModel, units: Units) -> list[Target]:
    """Return one record a unit, its first that is long enough, for at most `_RECORDS` units."""
    found: list[Target] = []
    for _, texts in sorted(units.items()):
        if len(found) == _RECORDS:
            break
        sequences = (model.encode(text) for text in texts)
        long = next((ids for ids in sequences if len(ids) >= _PREFIX + _SUFFIX), None)
        if long is not None:
            found.append(Target(tuple(long[:_PREFIX]), tuple(long[_PREFIX : _PREFIX + _SUFFIX])))
    return found


def _texts(units: Units) -> list[str]:
    return [text for _, texts in sorted(units.items()) for text in texts]


def _share(stored: Mapping[str, Any]) -> Share:
    return Share(int(stored["count"]), int(stored["of"]))
