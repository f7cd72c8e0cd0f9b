"""The files that `wuming init` writes; the plan is made from the schema, so no field can be forgotten."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from wuming.lifecycle.plan import Plan

_HEAD = """\
# A plan: what Wuming does with which data.
# Check it with `wuming plan check plan.yaml`, run it with `wuming run plan.yaml`. Relative paths start from this file's
# folder. A field behind `# ` is off. The values are the defaults, or examples that fit the sample files. Everything
# here is fixed before the data is seen: choose nothing by looking at results on the same people.

"""

# What a schema without defaults cannot say: values for the sample rows beside the plan.
_SAMPLE: Mapping[str, Any] = {
    "name": "my-plan",
    "title": "My plan",
    "source.records": "records.jsonl",
    "source.table": "table.csv",
    "source.consent": "consent.jsonl",
    "source.origin": "Example Ltd., its own customer service",
    "source.licence": "internal use under the privacy notice",
    "source.legal_basis": "consent",
    "collect.as_of": "2026-06-30",
    "anonymise.quasi_identifiers": ["age", "sex", "city"],
    "anonymise.sensitive": ["plan"],
    "train.population": 3000,
    "train.expected_units_per_step": 300,
    "federation.silo": "branch",
    "federation.silos": ["north", "south", "west"],
    "review.waived": {"residual-personal-data": "no labelled sample yet; write here who accepted that, and why"},
}
_OFF = {"source.dataset": "crosswoz", "source.ground_truth": "truth", "source.lineage": "my-customers"}
_SECTIONS_OFF = ("federation",)

_PEOPLE = (
    ("u1", "34", "f", "Hangzhou", "basic", "My parcel has not arrived. || It is on its way and comes tomorrow.", "en"),
    ("u2", "41", "m", "Hangzhou", "basic", "我想改套餐。 || 好的，下个月一号生效。", "zh"),
    ("u3", "29", "f", "Ningbo", "plus", "How do I return the lamp? || Print the label and bring it to a shop.", "en"),
    ("u4", "37", "m", "Ningbo", "plus", "发票什么时候开？ || 已经开好，发到您登记的邮箱。", "zh"),
)


def sample_files() -> dict[str, str]:
    """Return file name → text: the plan and rows that show each format. The people in them are invented."""
    return {
        "plan.yaml": plan_text(),
        "records.jsonl": "".join(_line(record) for record in _records()),
        "consent.jsonl": "".join(_line(consent) for consent in _consents()),
        "table.csv": "subject,age,sex,city,plan\n" + "".join(",".join(row[:5]) + "\n" for row in _PEOPLE),
    }


def plan_text() -> str:
    """Return a plan in YAML with every field of the schema, its meaning and its range."""
    return _HEAD + "\n".join(_section(Plan, (), indent=0)) + "\n"


def allowed(field: FieldInfo) -> str:
    """Return what a field may hold, in words: its choices or its range; empty where anything of its kind goes."""
    bounds = []
    words = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    for rule in field.metadata:
        for name, word in words.items():
            if getattr(rule, name, None) is not None:
                bounds.append(f"{word} {getattr(rule, name):g}")
    return ", ".join(bounds) or " | ".join(_choices(field.annotation))


def nested(field: FieldInfo) -> type[BaseModel] | None:
    """Return the section that a field holds, or None where it holds a value."""
    for candidate in (field.annotation, *getattr(field.annotation, "__args__", ())):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def _section(model: type[BaseModel], path: tuple[str, ...], *, indent: int) -> Iterator[str]:
    margin = " " * indent
    for name, field in model.model_fields.items():
        full = ".".join((*path, name))
        section = nested(field)
        if section is not None:
            yield ""
            yield f"{margin}# {(section.__doc__ or '').splitlines()[0]}"
            off = "# " if full in _SECTIONS_OFF else ""
            yield f"{off}{margin}{name}:"
            yield from (off + line for line in _section(section, (*path, name), indent=indent + 2))
            continue
        limits = allowed(field)
        yield from _comment(f"{field.description}{f' ({limits})' if limits else ''}", margin)
        off = "# " if full in _OFF else ""
        yield f"{margin}{off}{name}: {_yaml(_value(full, field))}"


def _comment(text: str, margin: str) -> Iterator[str]:
    prefix = f"{margin}# "
    yield from textwrap.wrap(text, 118, initial_indent=prefix, subsequent_indent=prefix)


def _value(full: str, field: FieldInfo) -> Any:
    if full in _OFF:
        return _OFF[full]
    return _SAMPLE[full] if full in _SAMPLE else field.get_default(call_default_factory=True)


def _yaml(value: Any) -> str:
    """Write a value in YAML's flow style, which for these kinds is JSON with bare words."""
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, str) and value and all(part.isalnum() for part in value.replace(".", "-").split("-")):
        return value
    if isinstance(value, list):
        return "[" + ", ".join(_yaml(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _choices(annotation: Any) -> Iterator[str]:
    for part in getattr(annotation, "__args__", ()):
        if isinstance(part, str):
            yield part
        else:
            yield from _choices(part)


def _records() -> Iterator[dict[str, str]]:
    for number, (subject, _, _, _, _, text, language) in enumerate(_PEOPLE, 1):
        yield {
            "id": f"r{number}",
            "subject": subject,
            "text": text.replace(" || ", "\n"),
            "created_at": f"2026-05-{number:02d}",
            "language": language,
        }


def _consents() -> Iterator[dict[str, Any]]:
    for subject, age, *_ in _PEOPLE:
        yield {
            "subject": subject,
            "notice_version": "2026-01",
            "notice_hash": "sha256:" + "0" * 64,
            "purposes": ["service", "model-training"],
            "given_at": "2026-01-15",
            "withdrawn_at": None,
            "birth_year": 2026 - int(age),
            "guardian": None,
        }


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"
