"""Plan files: YAML in, a checked `Plan` out; all problems at once, each with line, column, field, what is allowed."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from wuming.core.canonical import digest
from wuming.core.errors import InputTooLarge, MissingFile, PlanError, PrivacyParameterError, WrongEncoding
from wuming.core.yaml_positions import FieldPath, Position, listed_problems, parse_file
from wuming.lifecycle.plan import Plan
from wuming.lifecycle.plan_rules import Problem, cross_field_problems

LARGEST_PLAN = 256 * 1024

# Problems with these fields alone are no mistake of form: they ask for a guarantee that does not exist.
_PRIVACY_FIELDS = {
    ("train", "epsilon"),
    ("train", "delta"),
    ("train", "population"),
    ("train", "expected_units_per_step"),
    ("federation", "colluders"),
    ("federation", "least_survivors"),
    ("budget", "epsilon"),
    ("budget", "delta"),
}


@dataclass(frozen=True)
class LoadedPlan:
    """A plan with the folder that its relative paths start from.

    Attributes:
        plan: the checked plan.
        base_folder: folder of the plan file.
        digest: SHA-256 over all fields, defaults included; two plans with one digest do the same.
    """

    plan: Plan
    base_folder: Path
    digest: str


def load_plan(path: Path) -> LoadedPlan:
    """Read and check a plan file.

    Raises:
        MissingFile: no such file.
        InputTooLarge: over 256 KiB.
        WrongEncoding: not UTF-8.
        PlanError: no YAML mapping, or fields that are unknown, missing, of the wrong kind, or do not fit together.
        PrivacyParameterError: every problem is a privacy parameter for which no guarantee exists.
    """
    return load_plan_text(_read(path), name=str(path), base_folder=path.resolve().parent)


def load_plan_text(text: str, *, name: str, base_folder: Path) -> LoadedPlan:
    """Check a plan given as YAML text; `name` stands for it in errors. Raises as `load_plan`."""
    value, positions = parse_file(text, name=name)
    if not isinstance(value, dict):
        raise PlanError(
            f"{name}:1:1: a plan is a mapping of sections, found {_kind(value)}",
            help="Start from the file that `wuming init` writes.",
        )
    problems = [*_schema_problems(value), *cross_field_problems(value)]
    if problems:
        _refuse(name, problems, positions)
    # JSON mode keeps strictness (true is no number, "10" is no number) and still takes dates and paths as text.
    plan = Plan.model_validate_json(_as_json(value), strict=True)
    return LoadedPlan(plan, base_folder, plan_digest(plan))


def plan_digest(plan: Plan) -> str:
    """Return the SHA-256 over all fields of a plan, defaults included."""
    return digest(plan.model_dump(mode="json"))


def missing_files(loaded: LoadedPlan) -> list[tuple[str, Path]]:
    """Return (field, path) of every file that the plan names and that is not there."""
    source = loaded.plan.source
    named = {
        "source.records": source.records,
        "source.table": source.table,
        "source.consent": source.consent,
        "source.ground_truth": source.ground_truth,
        "source.public": None if source.public == "embedded" else Path(source.public),
    }
    located = [(field, loaded.base_folder / path) for field, path in named.items() if path is not None]
    return [(field, path) for field, path in located if not path.exists()]


def check_files(loaded: LoadedPlan) -> None:
    """Make sure that every file which the plan names is there, before anything is done.

    Raises:
        MissingFile: names each missing file with its field.
    """
    missing = missing_files(loaded)
    if missing:
        listed = "\n  ".join(f"{field}: {path}" for field, path in missing)
        raise MissingFile(
            f"the plan is valid, but files that it names are not there\n  {listed}",
            help=f"Put them there; relative paths start from {loaded.base_folder}.",
        )


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_PLAN + 1)
    except FileNotFoundError:
        raise MissingFile(f"no such plan: {path}", help="`wuming init DIR` writes one to start from.") from None
    except IsADirectoryError:
        raise MissingFile(f"the plan is a folder, not a file: {path}", help=f"Try {path / 'plan.yaml'}.") from None
    except PermissionError:
        raise MissingFile(f"the plan cannot be read: {path}", help="Check the file's permissions.") from None
    if len(data) > LARGEST_PLAN:
        raise InputTooLarge(
            f"the plan is larger than {LARGEST_PLAN // 1024} KiB: {path}",
            help="A plan names data files; it holds none.",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise WrongEncoding(f"the plan is not UTF-8: {path}, line {line}", help="Save the file as UTF-8.") from None


def _as_json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _schema_problems(value: Mapping[str, Any]) -> Iterator[Problem]:
    try:
        Plan.model_validate_json(_as_json(value), strict=True)
    except ValidationError as error:
        seen: set[FieldPath] = set()
        for detail in error.errors(include_url=False, include_context=True):
            problem = _described(detail)
            if problem.path not in seen:  # one union gives one error a branch
                seen.add(problem.path)
                yield problem


def _described(detail: ErrorDetails) -> Problem:
    path, model = _walk(detail["loc"])
    kind = detail["type"]
    if kind == "extra_forbidden":
        known = list(model.model_fields) if model else []
        near = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.6)
        hint = f"did you mean `{near[0]}`?" if near else f"known here: {', '.join(known)}"
        return Problem(path, f"unknown key; {hint}")
    if kind == "missing":
        field = model.model_fields.get(str(path[-1])) if model else None
        meaning = f": {field.description}" if field is not None and field.description else ""
        return Problem(path, f"is missing{meaning}")
    message = detail["msg"].replace("Input should be", "must be").replace("String should", "must")
    return Problem(path, f"{message[0].lower()}{message[1:]}, found {_shown(detail['input'])}")


def _walk(location: tuple[int | str, ...]) -> tuple[FieldPath, type[BaseModel] | None]:
    """Follow an error's location through the schema; return the field path and the model that holds its last key.

    A union adds the names of its branches to the location; the walk ends there.
    """
    model: type[BaseModel] | None = Plan
    holder: type[BaseModel] | None = Plan
    path: list[str | int] = []
    keys_may_follow = False
    for part in location:
        if model is not None and isinstance(part, str):
            holder = model
            field = model.model_fields.get(part)
            annotation = field.annotation if field is not None else None
            model = _model_in(annotation)
            keys_may_follow = getattr(annotation, "__origin__", None) is dict
        elif isinstance(part, str) and not keys_may_follow:
            break
        else:
            keys_may_follow = False
        path.append(part)
    return tuple(path), holder


def _model_in(annotation: Any) -> type[BaseModel] | None:
    for candidate in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def _refuse(name: str, problems: list[Problem], positions: Mapping[FieldPath, Position]) -> None:
    found = ((problem.path, problem.what) for problem in problems)
    message = listed_problems(found, positions, name=name, kind="plan")
    if all(problem.path in _PRIVACY_FIELDS and problem.guarantee for problem in map(_judged, problems)):
        raise PrivacyParameterError(
            message, help="Choose values for which a guarantee exists; docs/plan.md lists them."
        )
    raise PlanError(message, help="Correct these lines; docs/plan.md and `wuming plan schema` list every field.")


def _judged(problem: Problem) -> Problem:
    """Mark range errors of privacy parameters, which are asked-for guarantees that do not exist."""
    ranged = problem.what.startswith(("must be greater", "must be less", "must be a finite"))
    return Problem(problem.path, problem.what, guarantee=problem.guarantee or ranged)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else f"{_kind(value)} of {len(text)} characters"


def _kind(value: Any) -> str:
    names = {dict: "a mapping", list: "a list", str: "text", bool: "true or false", type(None): "nothing"}
    return names.get(type(value), "a number" if isinstance(value, int | float) else type(value).__name__)
