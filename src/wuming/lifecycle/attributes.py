"""Attribute inference on a trained model: does it help to guess which of a few values stands in somebody's text?

The attacker knows the text up to the value, and its possible values, which the plan names. He guesses the one that the
model finds likeliest; without the model he asks the base model, which never saw anybody's text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wuming.auditing.attribute import TextCase, attribute_report, losses_of, right_by_loss
from wuming.auditing.risk import report
from wuming.auditing.risk.bounds import Limits

if TYPE_CHECKING:
    from wuming.training.inference import LocalModel

_CASES = 100  # people of either side

Attributes = Mapping[str, Sequence[str]]
"""Name of an attribute → its possible values, as they are written."""
Units = Mapping[str, Sequence[str]]


def attack_attributes(
    model: LocalModel, members: Units, held_out: Units, attributes: Attributes
) -> dict[str, dict[str, list[bool]]]:
    """Return, for each attribute, whose value was guessed rightly.

    Args:
        model: under attack, or the base model.
        members: units that were trained on, as they were trained on.
        held_out: units that were not.
        attributes: which values are guessed.

    Returns:
        Name → `{"members": […], "held_out": […]}`, one answer a unit in whose text a value stands, as far as the text
        was trained on; the first such place counts.
    """
    return {
        name: {
            side: _guess(model, cases_of(units, values, model.holds))
            for side, units in (("members", members), ("held_out", held_out))
        }
        for name, values in attributes.items()
    }


def summarise_attributes(
    found: Mapping[str, Mapping[str, Sequence[bool]]], base: Mapping[str, Mapping[str, Sequence[bool]]]
) -> dict[str, Any]:
    """Return each attribute's report; None where its values stand in no trained text. `base`: of the base model."""
    return {
        name: attribute_report(right["members"], base[name]["members"], right["held_out"]).as_json()
        if right["members"]
        else None
        for name, right in found.items()
    }


def attribute_rows(found: Mapping[str, Any], limits: Limits) -> list[report.Finding]:
    """Return the rows of the risk report; `found` is from `summarise_attributes`."""
    return [report.attribute(name, measured, limits) for name, measured in found.items() if measured is not None]


def cases_of(units: Units, values: Sequence[str], holds: Callable[[str], bool]) -> list[TextCase]:
    """Return one case a unit: the first place in its texts where one of the values stands behind some other text.

    Args:
        units: texts of each.
        values: of the attribute.
        holds: tells whether the model takes a text whole; a value that lies behind what it takes is no case.
    """
    # A Latin value is no part of a longer word; Chinese has no such bounds.
    either = "|".join(re.escape(value) for value in values)
    pattern = re.compile(rf"(?<![A-Za-z0-9](?=[A-Za-z0-9]))(?:{either})(?!(?<=[A-Za-z0-9])[A-Za-z0-9])")
    found: list[TextCase] = []
    for _, texts in sorted(units.items()):
        if len(found) == _CASES:
            break
        places = ((text, pattern.search(text)) for text in texts)
        first = next(
            ((text, place) for text, place in places if place and place.start() > 0 and holds(text[: place.end()])),
            None,
        )
        if first is not None:
            text, place = first
            found.append(TextCase(text[: place.start()], tuple(values), list(values).index(place.group())))
    return found


def _guess(model: LocalModel, cases: Sequence[TextCase]) -> list[bool]:
    return right_by_loss(losses_of(model, cases), [case.truth for case in cases]) if cases else []
