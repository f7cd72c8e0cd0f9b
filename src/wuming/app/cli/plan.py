"""`wuming plan`: check a plan file before anything runs, and show its schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Check a plan file, or show its schema.", no_args_is_help=True)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="Plan file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say whether a plan is valid and its files are there; name every problem with its line.

    Example: wuming plan check plan.yaml
    """
    from wuming.lifecycle.loading import check_files, load_plan

    loaded = load_plan(file)
    check_files(loaded)
    plan = loaded.plan
    if as_json:
        print(json.dumps({"valid": True, "name": plan.name, "digest": loaded.digest}))
        return
    train = plan.train
    print(f"{file}: valid")
    print(f"name:    {plan.name}")
    print(f"digest:  {loaded.digest}")
    print(
        f"privacy: ε ≤ {train.epsilon:g} with δ = {train.delta:g}; unit {plan.unit_of_privacy}; neighbours "
        f"{plan.neighbouring_relation}; Poisson sampling, {train.expected_units_per_step} of {train.population} "
        f"units a step on average, {train.steps} steps"
    )
    if (federation := plan.federation) is not None:
        silos = len(federation.silos)
        print(
            f"silos:   {silos}, of which {federation.least_survivors or silos} must stay in each step; ε holds also "
            f"against the server with {federation.colluders} of them"
        )


@app.command()
def schema() -> None:
    """Print the JSON Schema of plan files, for editors and programs.

    Example: wuming plan schema > plan.schema.json
    """
    from wuming.lifecycle.plan import Plan

    body = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Plan.model_json_schema()}
    print(json.dumps(body, ensure_ascii=False, indent=2))
