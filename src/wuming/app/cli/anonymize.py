"""`wuming anonymize`: one table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from wuming.core.errors import PrivacyParameterError, StorageError

if TYPE_CHECKING:
    from wuming.core.tables import Table


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
    t: Annotated[
        float | None, typer.Option("--t", help="Largest distance of a class's sensitive values from the table's.")
    ] = None,
    model: Annotated[
        Literal["local", "global"],
        typer.Option(help="local: boxes cut where people are; global: one level of a hierarchy for each column."),
    ] = "local",
    hierarchies: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="global: one file COLUMN.csv for each quasi column, in the format of ARX."),
    ] = None,
    suppression: Annotated[
        float, typer.Option(metavar="SHARE", help="global: share of rows that may be left out.")
    ] = 0.0,
    subject: Annotated[str | None, typer.Option(metavar="COL", help="Column that names the person; removed.")] = None,
    direct: Annotated[str, typer.Option(metavar="D,E", help="Other identifying columns; removed.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make a table k-anonymous and measure its risk before and after.

    Columns named in none of the options are left out of the result. Nothing is written when k, l or t cannot be
    reached.

    Example: wuming anonymize customers.csv -o public.csv --quasi age,sex,city --sensitive plan --subject id
    """
    from wuming.core.tables import read_table, write_table

    if output.exists() and source.exists() and output.samefile(source):
        raise StorageError(f"{output} is the table that is read", help="Write to another file.")
    asked = {
        "subject": subject,
        "direct": _names(direct),
        "quasi_identifiers": _names(quasi),
        "sensitive": _names(sensitive),
        "k": k,
        "l": l,
    }
    if model == "local" and (hierarchies is not None or suppression or t is not None):
        raise PrivacyParameterError(
            "--hierarchies, --suppression and --t belong to global recoding", help="Add --model global."
        )
    table = read_table(source)
    result = _globally(table, asked, hierarchies, t, suppression) if model == "global" else _locally(table, asked)
    write_table(output, result.table)
    claims = result.claims
    if as_json:
        print(json.dumps({"output": str(output), "claims": claims}, ensure_ascii=False))
        return
    before, after = claims["risk_before"], claims["risk_after"]
    published = claims["rows"] - claims["suppressed"]
    print(f"{output}: {published:,} rows in {claims['classes']:,} classes, k = {claims['k']}, l = {claims['l']}")
    print(f"highest risk for one row  {before['maximum']:.3f} before, {after['maximum']:.3f} after")
    print(f"mean risk                 {before['average']:.3f} before, {after['average']:.3f} after")
    print(f"rows nobody else matches  {before['unique_share']:.1%} before, {after['unique_share']:.1%} after")
    print(f"information lost          {claims['ncp']:.1%} (normalised certainty penalty)")
    if "levels" in claims:
        levels = ", ".join(f"{name} {level}" for name, level in claims["levels"].items())
        proved = "the least there is" if claims["optimal"] else f"at least {claims['ncp_lower_bound']:.1%} is lost"
        print(f"levels                    {levels}; {proved}")
        print(f"suppressed                {claims['suppressed']:,} of {claims['rows']:,} rows")
    print(f"left out                  {', '.join(claims['dropped_columns']) or 'nothing'}")


def _locally(table: Table, asked: dict[str, Any]) -> Any:
    from wuming.anonymization.engine import anonymise

    return anonymise(table, **asked)


def _globally(table: Table, asked: dict[str, Any], folder: Path | None, t: float | None, suppression: float) -> Any:
    from wuming.anonymization.global_engine import anonymise_globally
    from wuming.anonymization.hierarchies import read_arx

    if folder is None:
        raise PrivacyParameterError(
            "global recoding needs hierarchies", help="Name a folder with COLUMN.csv for each quasi column."
        )
    table.require(asked["quasi_identifiers"])
    hierarchies = {name: read_arx(folder / f"{name}.csv", name) for name in asked["quasi_identifiers"]}
    return anonymise_globally(table, **asked, hierarchies=hierarchies, t=t, suppression=suppression)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
