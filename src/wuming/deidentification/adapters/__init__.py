"""Detectors of others, whose spans join the same merge step: imported when they are used."""

from __future__ import annotations

from collections.abc import Sequence

from wuming.core.errors import PlanError
from wuming.core.ports import PersonalDataDetector
from wuming.deidentification.adapters.joined import Joined, Priority

__all__ = ["Joined", "Priority", "adapted"]


def adapted(own: PersonalDataDetector, names: Sequence[str]) -> PersonalDataDetector:
    """Return the detector joined by those that are named; itself where none is.

    Args:
        own: whose spans come first.
        names: `hf:FOLDER` (a Hugging Face model for token classification) or `spacy:MODEL`.

    Raises:
        PlanError: another name.
        MissingExtra: the library is not installed.
    """
    others: list[PersonalDataDetector] = []
    for name in names:
        kind, _, model = name.partition(":")
        if kind == "hf" and model:
            from wuming.deidentification.adapters.hugging_face import HuggingFaceDetector

            others.append(HuggingFaceDetector.load(model))
        elif kind == "spacy" and model:
            from wuming.deidentification.adapters.spacy import SpacyDetector

            others.append(SpacyDetector.load(model))
        else:
            raise PlanError(f"no such adapter: {name}", help="Use hf:FOLDER or spacy:MODEL.")
    return Joined(own, others) if others else own
