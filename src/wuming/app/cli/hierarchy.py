"""`wuming hierarchy`: levels of detail for columns that nobody has described yet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from wuming.anonymization.hierarchies import Proposal
    from wuming.core.tables import Table

app = typer.Typer(help="Suggest how a column is made coarser, level by level.", no_args_is_help=True)

_SHOWN_FROM = 10  # rows in a group, below which its label is not printed
_SHOWN = 4


@app.command()
def suggest(
    source: Annotated[str, typer.Argument(metavar="IN", help="CSV, JSONL or Parquet file, or sqlite:///FILE.")],
    column: Annotated[str | None, typer.Option(metavar="C", help="The column.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every column that is proposed as a quasi-identifier; OUT is a folder.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="OUT", help="Write the levels as a file of ARX.")
    ] = None,
    query: Annotated[str | None, typer.Option(metavar="SQL", help="What is read from a database.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Suggest a hierarchy for a column, say why, and write it as a file of ARX.

    The suggestion depends on the data and the file lists its values: both are internal until somebody has read them.
    Labels of fewer than 10 rows are not printed.

    Example: wuming hierarchy suggest customers.csv --column age -o levels/age.csv
    """
    from wuming.anonymization.hierarchies import suggest as propose
    from wuming.anonymization.hierarchies import write_arx
    from wuming.app.tables.identifiers import proposals_for
    from wuming.app.tables.source import hierarchy_file, read_source, refuse_overwriting
    from wuming.core.errors import PrivacyParameterError

    if (column is None) == (not every):
        raise PrivacyParameterError("one column, or all", help="Name one with --column C, or say --all.")
    table = read_source(source, query)
    columns = [column] if column is not None else list(proposals_for(table).named("quasi_identifier"))
    table.require(columns)
    proposals = [propose(name, table.columns[name]) for name in columns]
    shown = []
    for proposal in proposals:
        target = None
        if output is not None:
            target = hierarchy_file(output, proposal.column) if every else output
            refuse_overwriting(target, source)
        hierarchy = proposal.build()
        if target is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_arx(target, hierarchy)
        shown.append(_described(proposal, _levels(table, proposal), target))
    if as_json:
        print(json.dumps({"suggestions": shown}, ensure_ascii=False))
        return
    for one in shown:
        _print(one)


def _levels(table: Table, proposal: Proposal) -> list[dict[str, Any]]:
    """Count groups and rows at every level; name groups that many rows share."""
    import numpy as np

    from wuming.anonymization.hierarchies import cells_of

    hierarchy = proposal.build()
    codes = hierarchy.codes(cells_of(table.columns[proposal.column]))
    out = []
    for level, groups in enumerate(hierarchy.groups):
        rows = np.bincount(groups[codes])
        labels = dict(zip(groups.tolist(), hierarchy.labels[level], strict=True))
        common = [group for group in np.argsort(-rows, kind="stable").tolist() if rows[group] >= _SHOWN_FROM][:_SHOWN]
        out.append(
            {
                "level": level,
                "groups": len(rows),
                "smallest": int(rows.min()),
                "mean_loss": round(float(hierarchy.losses[level][codes].mean()), 6),
                "labels": [labels[group] or "(missing)" for group in common] if level else [],
            }
        )
    return out


def _described(proposal: Proposal, levels: list[dict[str, Any]], target: Path | None) -> dict[str, Any]:
    from wuming.anonymization.hierarchy_specs import fields_of

    return {
        "column": proposal.column,
        "fits": proposal.fits,
        "reason": proposal.reason,
        "plan": fields_of(proposal),
        "levels": levels,
        "output": None if target is None else str(target),
    }


def _print(one: dict[str, Any]) -> None:
    plan = ", ".join(f"{key}: {value}" for key, value in one["plan"].items())
    print(f"{one['column']}: {one['reason']}")
    print(f"  in a plan: {{{plan}}}" if one["fits"] else "  nothing fits but hiding the whole value")
    print("  level   groups   fewest rows   loss   such as")
    for level in one["levels"]:
        labels = "  ".join(level["labels"])
        counts = f"{level['level']:>5} {level['groups']:>8,} {level['smallest']:>13,} {level['mean_loss']:>6.0%}"
        print(f"  {counts}   {labels}".rstrip())
    if one["output"]:
        print(f"  written to {one['output']}")
