"""Plan files of tables: YAML (or JSON) in, a checked plan out; all problems at once, each with line, column and field.

A plan holds names of columns and of categories, so no error repeats what stands in one; it names the field.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from wuming.anonymization.plan import Problem, TablePlan, contradictions
from wuming.core.canonical import digest
from wuming.core.errors import InputTooLarge, PlanError
from wuming.core.reading import decode, open_file
from wuming.core.yaml_positions import FieldPath, listed_problems, parse_file

LARGEST_PLAN = 4 * 2**20
"""In bytes; a tree of categories may be long."""


@dataclass(frozen=True)
class LoadedTablePlan:
    """A plan with the folder that its relative paths start from.

    Attributes:
        plan: the checked plan.
        folder: of the plan file.
        digest: SHA-256 over all fields, defaults included.
    """

    plan: TablePlan
    folder: Path
    digest: str


def load_table_plan(path: Path) -> LoadedTablePlan:
    """Read and check a plan file.

    Raises:
        MissingFile: no such file.
        InputTooLarge: over 4 MiB.
        WrongEncoding: not UTF-8.
        PlanError: no mapping, or fields that are unknown, missing, of the wrong kind, or do not fit together.
    """
    with open_file(path) as file:
        data = file.read(LARGEST_PLAN + 1)
    if len(data) > LARGEST_PLAN:
        raise InputTooLarge(f"the plan is larger than {LARGEST_PLAN >> 20} MiB: {path}", help="Put trees into files.")
    plan = read_table_plan(decode(data, path), name=str(path))
    return LoadedTablePlan(plan, path.resolve().parent, digest(plan.model_dump(mode="json")))


def read_table_plan(text: str, *, name: str) -> TablePlan:
    """Check a plan given as text; `name` stands for it in errors. Raises as `load_table_plan`."""
    value, positions = parse_file(text, name=name)
    if not isinstance(value, dict):
        raise PlanError(
            f"{name}:1:1: a plan is a mapping of fields",
            help="Start from the file that `wuming anonymize IN --propose-plan FILE` writes.",
        )
    problems = list(_schema_problems(value))
    plan = None
    if not problems:
        # JSON mode keeps strictness (true is no number) and still takes paths as text and lists as tuples.
        plan = TablePlan.model_validate_json(json.dumps(value), strict=True)
        problems = list(contradictions(plan))
    if plan is None or problems:
        raise PlanError(
            listed_problems(problems, positions, name=name, kind="plan"),
            help="Correct these lines; docs/anonymization.md shows every field.",
        )
    return plan


def _schema_problems(value: Mapping[str, Any]) -> Iterator[Problem]:
    details: list[ErrorDetails] = []
    try:
        TablePlan.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
    seen: set[FieldPath] = set()
    for detail in details:
        path = _path(detail["loc"], value, missing=detail["type"] == "missing")
        if path not in seen:  # a union gives an error a branch
            seen.add(path)
            yield path, _what(detail, path)


def _path(location: FieldPath, value: Any, *, missing: bool) -> FieldPath:
    """Leave the names of a union's branches, which are no keys of the file, out of an error's location."""
    path: list[str | int] = []
    for place, part in enumerate(location):
        here = (isinstance(value, dict) and part in value) or (
            isinstance(value, list) and isinstance(part, int) and part < len(value)
        )
        if here:
            value = value[part]
            path.append(part)
        elif missing and place == len(location) - 1:
            path.append(part)
    return tuple(path)


def _what(detail: ErrorDetails, path: FieldPath) -> str:
    kind = detail["type"]
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(path[-1]), _fields(), n=1, cutoff=0.6)
        return f"unknown key; {f'did you mean `{near[0]}`?' if near else 'docs/anonymization.md lists all'}"
    if kind == "missing":
        return "is missing"
    if kind.startswith("union_tag"):
        allowed = detail.get("ctx", {}).get("expected_tags", "")
        key = str(detail.get("ctx", {}).get("discriminator", "'builder'")).strip("'")
        return f"needs a known `{key}`{f', one of {allowed}' if allowed else ''}"
    message = detail["msg"].replace("Input should be", "must be").replace("String should", "must")
    return message[0].lower() + message[1:]


def _fields() -> set[str]:
    """Return every key of the schema."""
    names: set[str] = set()
    left: list[Any] = [TablePlan]
    while left:
        kind = left.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            names |= set(kind.model_fields)
            left += [field.annotation for field in kind.model_fields.values()]
        else:
            left += get_args(kind)
    return names
