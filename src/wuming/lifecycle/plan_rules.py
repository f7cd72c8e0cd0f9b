"""Rules between the fields of a plan, judged on the raw values, so that they are reported beside errors of form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from wuming.lifecycle.plan import Plan

FEWEST_CANARIES = 10
_OTHER_FIELDS = ("id", "subject", "text", "created_at", "language")


@dataclass(frozen=True)
class Problem:
    """One thing that does not fit.

    Attributes:
        path: the field, from the outermost section inwards.
        what: what is wrong and what is allowed.
        guarantee: the field asks for a guarantee that does not exist.
    """

    path: tuple[str | int, ...]
    what: str
    guarantee: bool = False


def cross_field_problems(value: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what does not fit together. Fields that are missing or of the wrong kind are left to the schema."""
    yield from _source_problems(value)
    yield from _training_problems(value)
    yield from _federation_problems(value)
    yield from _table_problems(value)
    yield from _attribute_problems(value)
    yield from _review_problems(value)


def _source_problems(value: Mapping[str, Any]) -> Iterator[Problem]:
    source = value.get("source")
    if not isinstance(source, dict):
        return
    records, dataset = source.get("records"), source.get("dataset")
    if (records is None) == (dataset is None):
        found = "both are given" if records is not None else "neither is given"
        yield Problem(("source",), f"needs either `records` or `dataset`: {found}")
    if source.get("legal_basis") == "consent" and source.get("consent") is None:
        yield Problem(("source", "legal_basis"), "is consent, so `source.consent` must name the consent records")
    if _get(value, "unit_of_privacy") == "document" and source.get("table") is not None:
        yield Problem(
            ("source", "table"), "holds one row a subject, which the unit `document` does not know; use unit `subject`"
        )


def _training_problems(value: Mapping[str, Any]) -> Iterator[Problem]:
    population = _number(value, "train", "population")
    delta = _number(value, "train", "delta")
    expected = _number(value, "train", "expected_units_per_step")
    epsilon, cap = _number(value, "train", "epsilon"), _number(value, "budget", "epsilon")
    if population and delta is not None and 0 < delta < 1 and population > 0 and delta > 1 / (10 * population):
        yield Problem(
            ("train", "delta"),
            f"must be at most 1 / (10 x population) = {1 / (10 * population):.3g}, found {delta:g}",
            guarantee=True,
        )
    if population and expected is not None and expected > population > 0:
        yield Problem(
            ("train", "expected_units_per_step"),
            f"must be at most train.population = {population:g}, found {expected:g}",
            guarantee=True,
        )
    records = _number(value, "train", "records_per_unit")
    if _get(value, "unit_of_privacy") == "document" and records is not None and records > 1:
        yield Problem(
            ("train", "records_per_unit"), f"is 1 where the unit is a document, found {records:g}", guarantee=True
        )
    if epsilon is not None and cap is not None and 0 < cap < epsilon:
        yield Problem(
            ("train", "epsilon"), f"must be at most budget.epsilon = {cap:g}, found {epsilon:g}", guarantee=True
        )
    account_delta = _number(value, "budget", "delta")
    if population and account_delta is not None and 0 < account_delta < 1 and account_delta > 1 / (10 * population):
        yield Problem(
            ("budget", "delta"),
            f"must be at most 1 / (10 x population) = {1 / (10 * population):.3g}, found {account_delta:g}",
            guarantee=True,
        )
    hidden, heads = _number(value, "train", "model", "hidden_size"), _number(value, "train", "model", "heads")
    if hidden and heads and hidden % (2 * heads):
        yield Problem(
            ("train", "model", "hidden_size"), f"must be a multiple of 2 x heads = {2 * heads:g}, found {hidden:g}"
        )


def _federation_problems(value: Mapping[str, Any]) -> Iterator[Problem]:
    """What no round could be held with, or what a federation cannot do: said before anything is read."""
    section, source = value.get("federation"), value.get("source")
    if not isinstance(section, dict):
        return
    if isinstance(source, dict) and source.get("records") is None:
        yield Problem(("federation",), "needs `source.records`, whose field names each record's silo")
    field = section.get("silo")
    if field in _OTHER_FIELDS:
        yield Problem(("federation", "silo"), f"`{field}` says something else of a record; name a field of its own")
    if (_number(value, "audit", "gradient_canaries") or 0) > 0:
        yield Problem(
            ("audit", "gradient_canaries"), "are seen in single gradients, which a federation shows nobody; use 0"
        )
    silos = section.get("silos")
    if not isinstance(silos, list) or len(silos) < 2:
        return
    if len({str(name) for name in silos}) < len(silos):
        yield Problem(("federation", "silos"), "names a silo twice")
    colluders, survivors = section.get("colluders", 1), section.get("least_survivors")
    if isinstance(colluders, bool) or not isinstance(colluders, int) or colluders < 0:
        return
    least = max((len(silos) + colluders) // 2 + 1, colluders + 2)
    if least > len(silos):
        yield Problem(
            ("federation", "colluders"),
            f"is {colluders} of {len(silos)} silos, and two honest ones must stay beside them: name more silos, or "
            "plan for fewer colluders",
            guarantee=True,
        )
    elif isinstance(survivors, int) and not isinstance(survivors, bool) and not least <= survivors <= len(silos):
        yield Problem(
            ("federation", "least_survivors"),
            f"must be from {least} (above half of silos and colluders) to {len(silos)}, found {survivors}",
            guarantee=True,
        )


def _table_problems(value: Mapping[str, Any]) -> Iterator[Problem]:
    section, source = value.get("anonymise"), value.get("source")
    table = source.get("table") if isinstance(source, dict) else None
    if isinstance(section, dict) and isinstance(source, dict) and table is None:
        yield Problem(("anonymise",), "needs `source.table`; remove the section where there is no table")
    if section is None and table is not None:
        yield Problem(("source", "table"), "is given, so the section `anonymise` must say how it is generalised")
    if not isinstance(section, dict):
        return
    quasi, sensitive = section.get("quasi_identifiers"), section.get("sensitive")
    if isinstance(quasi, list) and isinstance(sensitive, list):
        for column in sorted({str(name) for name in quasi} & {str(name) for name in sensitive}):
            yield Problem(("anonymise", "sensitive"), f"names the column `{column}`, which is a quasi-identifier too")
        subject = section.get("subject", "subject")
        if subject in quasi or subject in sensitive:
            yield Problem(("anonymise", "subject"), f"`{subject}` is removed; it can be neither quasi nor sensitive")


def _attribute_problems(value: Mapping[str, Any]) -> Iterator[Problem]:
    """A value that begins another one would win every comparison with it: it is the shorter text."""
    attributes = _get(value, "assess", "attributes")
    for name, values in attributes.items() if isinstance(attributes, dict) else ():
        words = sorted(one for one in values if isinstance(one, str)) if isinstance(values, list) else []
        for first, second in pairwise(words):
            if first and second.startswith(first):
                yield Problem(
                    ("assess", "attributes", str(name)), f"holds `{first}`, which another of its values begins with"
                )


def _review_problems(value: Mapping[str, Any]) -> Iterator[Problem]:
    """What the review would refuse in any case: better said before anything is spent."""
    waived = _get(value, "review", "waived")
    waived = waived if isinstance(waived, dict) else {}
    canaries = _number(value, "audit", "canaries")
    for name in ("canaries", "gradient_canaries"):
        count = _number(value, "audit", name)
        if count is not None and 0 < count < FEWEST_CANARIES:
            yield Problem(("audit", name), f"must be at least {FEWEST_CANARIES}, or 0 for none")
    if canaries == 0 and "audit-consistent" not in waived:
        yield Problem(("audit", "canaries"), "is 0, so `review.waived` must give a reason for `audit-consistent`")
    source = value.get("source")
    if not isinstance(source, dict) or source.get("legal_basis") == "public-licence":
        return
    if source.get("ground_truth") is None and "residual-personal-data" not in waived:
        yield Problem(
            ("source", "ground_truth"),
            "is not given, so what de-identification leaves cannot be measured: label a sample, or give a reason for "
            "`residual-personal-data` in `review.waived`",
        )


def _get(value: Mapping[str, Any], *path: str) -> Any:
    """Return the value at `path`; where it is absent, the schema's default (None where there is none)."""
    model: type[BaseModel] | None = Plan
    current: Any = value
    for part in path:
        field = model.model_fields.get(part) if model is not None else None
        annotation = field.annotation if field is not None else None
        model = annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
        if isinstance(current, dict) and part in current:
            current = current[part]
        elif isinstance(current, dict):
            current = {} if model is not None else (None if field is None or field.is_required() else field.default)
        else:
            return None
    return current


def _number(value: Mapping[str, Any], *path: str) -> float | None:
    found = _get(value, *path)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None
