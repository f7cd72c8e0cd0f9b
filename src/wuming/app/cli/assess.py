"""`wuming assess`: the risk of what is there already."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Measure the risk of a table as it is, and attack it.", no_args_is_help=True)


@app.command()
def table(
    source: Annotated[str, typer.Argument(metavar="IN", help="CSV, JSONL or Parquet file, or sqlite:///FILE.")],
    against: Annotated[
        Path | None, typer.Option(metavar="ORIGINAL", help="Table it was made from: attacks are tried with it.")
    ] = None,
    quasi: Annotated[str, typer.Option(metavar="A,B", help="What an attacker may know. Default: proposed.")] = "",
    sensitive: Annotated[str, typer.Option(metavar="C", help="What nobody shall infer.")] = "",
    subject: Annotated[str | None, typer.Option(metavar="COL", help="Column that names the person.")] = None,
    direct: Annotated[str, typer.Option(metavar="D,E", help="Other identifying columns.")] = "",
    k: Annotated[int, typer.Option("--k", help="Rows below which a class or a value is too rare.")] = 10,
    control: Annotated[
        Path | None, typer.Option(metavar="FILE", help="People of the same kind who are not in the table.")
    ] = None,
    population: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Register the people are from, all of it: journalist risk.")
    ] = None,
    fraction: Annotated[
        float | None, typer.Option(help="Rows over people of the population: estimates who is unique there.")
    ] = None,
    hierarchies: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Files COLUMN.csv of ARX that explain the cells.")
    ] = None,
    query: Annotated[str | None, typer.Option(metavar="SQL", help="What is read from a database.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure a table as it is: k, l, t, risk and attacks.

    With the original, cells are read back (`[20, 30)`, `A | B`, `*`) and attackers are tried on its people. Only people
    who are not in the table show what it adds to what anybody could guess: without --control no attack is judged.

    Example: wuming assess table public.csv --against customers.csv --quasi age,sex,city --sensitive plan
    """
    from wuming.anonymization.roles import Roles
    from wuming.app.tables.assess import Question, assess, report
    from wuming.core.errors import PrivacyParameterError

    if k < 1:
        raise PrivacyParameterError(f"k={k} is no number of rows", help="Choose a whole number k of at least 1.")
    if control is not None and against is None:
        raise PrivacyParameterError("--control needs --against", help="Name the original, too.")
    roles = Roles(subject, _names(direct), _names(quasi), _names(sensitive))
    found = assess(Question(source, query, roles, k, against, control, population, fraction, hierarchies))
    print(json.dumps(found, ensure_ascii=False, allow_nan=False) if as_json else "\n".join(report(found)))


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
