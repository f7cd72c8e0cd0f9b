"""`wuming anonymize`: one table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from wuming.core.errors import StorageError


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command("anonymize")(anonymize)


def anonymize(
    source: Annotated[Path, typer.Argument(metavar="IN", help="CSV, JSONL or Parquet, one row a person.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="CSV or Parquet to write.")],
    quasi: Annotated[str, typer.Option(metavar="A,B", help="Columns an attacker may know, separated by commas.")],
    sensitive: Annotated[str, typer.Option(metavar="C", help="Columns published as they are.")],
    k: Annotated[int, typer.Option("--k", help="Smallest number of rows in a class, at least 2.")] = 10,
    l: Annotated[int, typer.Option("--l", help="Smallest number of sensitive values in a class.")] = 2,  # noqa: E741
    subject: Annotated[str | None, typer.Option(metavar="COL", help="Column that names the person; removed.")] = None,
    direct: Annotated[str, typer.Option(metavar="D,E", help="Other identifying columns; removed.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make a table k-anonymous and measure its risk before and after.

    Columns named in none of the options are left out of the result. Nothing is written when k or l cannot be reached.

    Example: wuming anonymize customers.csv -o public.csv --quasi age,sex,city --sensitive plan --subject id
    """
    from wuming.anonymization.engine import anonymise
    from wuming.core.tables import read_table, write_table

    if output.exists() and source.exists() and output.samefile(source):
        raise StorageError(f"{output} is the table that is read", help="Write to another file.")
    result = anonymise(
        read_table(source),
        subject=subject,
        direct=_names(direct),
        quasi_identifiers=_names(quasi),
        sensitive=_names(sensitive),
        k=k,
        l=l,
    )
    write_table(output, result.table)
    claims = result.claims
    if as_json:
        print(json.dumps({"output": str(output), "claims": claims}, ensure_ascii=False))
        return
    before, after = claims["risk_before"], claims["risk_after"]
    print(f"{output}: {claims['rows']:,} rows in {claims['classes']:,} classes, k = {claims['k']}, l = {claims['l']}")
    print(f"highest risk for one row  {before['maximum']:.3f} before, {after['maximum']:.3f} after")
    print(f"mean risk                 {before['average']:.3f} before, {after['average']:.3f} after")
    print(f"rows nobody else matches  {before['unique_share']:.1%} before, {after['unique_share']:.1%} after")
    print(f"information lost          {claims['ncp']:.1%} (normalised certainty penalty)")
    print(f"left out                  {', '.join(claims['dropped_columns']) or 'nothing'}")


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
