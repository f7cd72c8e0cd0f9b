"""What the self-check is run on when a user names it: a Python function, or a stored language model with a file."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from torch import nn

from wuming.core.errors import MissingFile, PlanError, PrivacyParameterError
from wuming.core.storage import read_json
from wuming.training import language_model as lm
from wuming.training.clipping.rules import Rule
from wuming.training.data import UnitData
from wuming.training.plan import TrainingPlan
from wuming.training.selfcheck.examples import Example
from wuming.training.text.documents import read_documents

_RECORDS = 64
_RULES = {rule.kind: rule for rule in get_args(Rule)}


def plan_from_json(fields: Mapping[str, Any]) -> TrainingPlan:
    """Return the plan that `TrainingPlan.as_json` wrote.

    Args:
        fields: of `TrainingPlan`; `clipping` is an object with `kind` and the rule's own fields.

    Raises:
        PlanError: a field that is missing or not known.
        PrivacyParameterError: a field out of range.
    """
    values = dict(fields)
    rule = values.pop("clipping", None)
    if not isinstance(rule, Mapping) or rule.get("kind") not in _RULES:
        raise PlanError(
            "clipping must be an object with a known kind", help=f"Known kinds: {', '.join(sorted(_RULES))}."
        )
    kind, own = _RULES[rule["kind"]], {name: value for name, value in rule.items() if name != "kind"}
    _refuse_unknown("clipping", own, kind)
    _refuse_unknown("plan", values, TrainingPlan)
    try:
        return TrainingPlan(clipping=kind(**own), **values)
    except TypeError as error:
        wanted = [f.name for f in dataclasses.fields(TrainingPlan) if f.default is dataclasses.MISSING]
        raise PlanError("a field of the plan is missing or of the wrong type", help=f"Needed: {wanted}.") from error


def plan_from_file(path: Path) -> TrainingPlan:
    """Read a plan from a JSON file, as `TrainingPlan.as_json` makes it.

    Raises:
        MissingFile, PlanError, PrivacyParameterError: see `plan_from_json`.
    """
    if not path.is_file():
        raise MissingFile(f"no such file: {path}", help="Write json.dumps(plan.as_json()) to a file first.")
    try:
        fields = read_json(path)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise PlanError(f"{path} is no JSON", help="Write json.dumps(plan.as_json()) to it.") from error
    if not isinstance(fields, dict):
        raise PlanError(f"{path} holds no JSON object", help="Write json.dumps(plan.as_json()) to it.")
    return plan_from_json(fields)


def example_from_module(name: str) -> Example:
    """Run a function of the user's own and return what it gives.

    Args:
        name: `file.py:function`; the function takes nothing and returns (model, loss, data, plan).

    Raises:
        MissingFile: no such file.
        PrivacyParameterError: no such function, or something else than those four comes back.
    """
    file, _, function = name.rpartition(":")
    path = Path(file)
    if not path.is_file():
        raise MissingFile(f"no such file: {file}", help="Give file.py:function.")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise MissingFile(f"not a Python file: {file}", help="Give file.py:function.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    build = getattr(module, function, None)
    if not callable(build):
        raise PrivacyParameterError(f"{file} has no function {function!r}", help="Give file.py:function.")
    given = build()
    kinds = (nn.Module, object, UnitData, TrainingPlan)
    if not isinstance(given, tuple) or len(given) != len(kinds) or not all(map(isinstance, given, kinds)):
        raise PrivacyParameterError(
            f"{name} did not return (model, loss, data, plan)",
            help="Return a torch module, a function (model, inputs) → losses [n], a UnitData and a TrainingPlan.",
        )
    model, loss, data, plan = given
    return Example(lambda: model, loss, data, plan)


def example_from_folder(folder: Path, data: Path, plan: TrainingPlan, *, max_tokens: int = 64) -> Example:
    """Return a stored language model with the first records of a JSONL file.

    Args:
        folder: as `language_model.save` writes it.
        data: JSONL; one object a line with `text`, and `subject` or `id` as the plan's unit asks for.
        plan: the claim.
        max_tokens: longest sequence that is used.

    Raises:
        MissingFile: no such folder; others as of `read_documents`.
    """
    if not (folder / "tokenizer.json").is_file():
        raise MissingFile(f"no model with a tokenizer in {folder}", help="Give a folder that `wuming train` wrote.")
    model, tokenizer = lm.load(folder)
    units: dict[str, list[list[int]]] = {}
    for document in read_documents(data, unit=plan.unit_of_privacy)[:_RECORDS]:
        text = document.text or "\n".join(message["content"] for message in document.messages)
        units.setdefault(document.subject, []).extend(lm.encode(tokenizer, [text], max_tokens))
    return Example(lambda: model, lm.record_losses, UnitData.of_sequences(units, lm.pad), plan)


def _refuse_unknown(what: str, given: Mapping[str, Any], kind: type) -> None:
    known = {field.name for field in dataclasses.fields(kind)}
    if unknown := sorted(set(given) - known):
        raise PlanError(f"{what} has unknown fields: {', '.join(unknown)}", help=f"Known: {', '.join(sorted(known))}.")
