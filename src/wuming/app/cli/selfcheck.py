"""`wuming selfcheck`: tests of the guarantee itself, by replay on neighbouring data."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wuming.core.errors import PrivacyParameterError, SelfCheckFailed

if TYPE_CHECKING:
    from wuming.training.selfcheck.examples import Example
    from wuming.training.selfcheck.replay import Check

app = typer.Typer(help="Check training on your own model, by replay on neighbouring data.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Check training on your own model, by replay on neighbouring data."""


@app.command("training")
def training(
    module: Annotated[
        str, typer.Option(metavar="FILE.py:FUNCTION", help="A function that returns (model, loss, data, plan).")
    ] = "",
    model_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A stored language model; needs --data and --plan.")
    ] = None,
    data: Annotated[Path | None, typer.Option(metavar="FILE", help="JSONL of records, for --model-dir.")] = None,
    plan: Annotated[Path | None, typer.Option(metavar="FILE", help="JSON of a TrainingPlan (`as_json`).")] = None,
    only: Annotated[str, typer.Option(metavar="A,B", help="Groups of checks; see the documentation.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="End standard output with one JSON object.")] = False,
) -> None:
    """Test the guarantee on a model, its loss and its plan, and print a table.

    Without a model: on small built-in ones, one of each family. A function named by --module is run: it is code of
    yours. What is printed was computed on the data that were given; keep it as secret as those. Exit code 33 when a
    check fails.

    Example: wuming selfcheck training --module my_training.py:parts
    """
    from wuming.training.selfcheck.check import CHECKS, selfcheck

    groups = [name.strip() for name in only.split(",") if name.strip()] or None
    if unknown := sorted(set(groups or ()) - set(CHECKS)):
        raise PrivacyParameterError(f"only={','.join(unknown)} is not known", help=f"Known: {', '.join(CHECKS)}.")
    found: dict[str, list[Check]] = {}
    for name, make in _examples(module, model_dir, data, plan).items():
        example = make()
        found[name] = selfcheck(example.make_model, example.loss, example.data, example.plan, groups=groups)
        if not as_json:
            _show(name, found[name])
    failed = [f"{name}/{check.name}" for name, checks in found.items() for check in checks if not check.passed]
    if as_json:
        said = {name: [check.as_json() for check in checks] for name, checks in found.items()}
        print(json.dumps({"passed": not failed, "checks": said}, ensure_ascii=False))
    if failed:
        raise SelfCheckFailed(
            f"{len(failed)} of {sum(map(len, found.values()))} checks of training failed: {', '.join(failed)}",
            help="Do not train private data this way; 'measured' shows where to look.",
        )


def _examples(
    module: str, model_dir: Path | None, data: Path | None, plan: Path | None
) -> dict[str, Callable[[], Example]]:
    from wuming.training.selfcheck.examples import EXAMPLES
    from wuming.training.selfcheck.inputs import example_from_folder, example_from_module, plan_from_file

    if module and model_dir is not None:
        raise PrivacyParameterError("module and model_dir are both given", help="Give one of them.")
    if module:
        if data is not None or plan is not None:
            raise PrivacyParameterError("data and plan belong to --model-dir", help="The function returns its own.")
        return {module: lambda: example_from_module(module)}
    if model_dir is not None:
        if data is None or plan is None:
            raise PrivacyParameterError(
                f"model_dir={model_dir} needs --data and --plan", help="Give a JSONL file and the plan's JSON."
            )
        return {str(model_dir): lambda: example_from_folder(model_dir, data, plan_from_file(plan))}
    if data is not None or plan is not None:
        raise PrivacyParameterError("data and plan belong to --model-dir", help="Give the model's folder as well.")
    return dict(EXAMPLES)


def _show(name: str, checks: list[Check]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{name}: {sum(check.passed for check in checks)} of {len(checks)} checks passed")
    for heading in ("check", "", "measured", "allowed"):
        table.add_column(heading, overflow="fold")
    for check in checks:
        verdict = Text("ok", style="green") if check.passed else Text("FAILED", style="bold red")
        table.add_row(Text(check.name), verdict, Text(check.measured), Text(check.allowed))
    Console(width=None if sys.stdout.isatty() else 140).print(table)
