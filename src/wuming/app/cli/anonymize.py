"""`wuming anonymize`: one table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from wuming.core.errors import PrivacyParameterError, StorageError, TableError

if TYPE_CHECKING:
    from wuming.anonymization.plan import TablePlan

_IN_PLAN = "quasi sensitive insensitive subject direct k l t model hierarchies suppression seconds weights relaxed gate"


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command("anonymize")(anonymize)


def anonymize(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="IN", help="CSV, JSONL or Parquet, one row a person; or sqlite:///FILE.")
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="OUT", help="CSV or Parquet to write.")
    ] = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="P", help="Plan, YAML: roles, promises, hierarchies, gate.")
    ] = None,
    propose_plan: Annotated[
        Path | None, typer.Option("--propose-plan", metavar="P", help="Write a draft of a plan, and nothing else.")
    ] = None,
    query: Annotated[str | None, typer.Option(metavar="SQL", help="What is read from a database.")] = None,
    quasi: Annotated[str, typer.Option(metavar="A,B", help="Columns an attacker may know; generalised.")] = "",
    sensitive: Annotated[str, typer.Option(metavar="C", help="Columns nobody shall infer; kept as they are.")] = "",
    insensitive: Annotated[str, typer.Option(metavar="D", help="Columns that tell nothing; kept as they are.")] = "",
    subject: Annotated[str | None, typer.Option(metavar="COL", help="Column that names the person; removed.")] = None,
    direct: Annotated[str, typer.Option(metavar="E,F", help="Other identifying columns; removed.")] = "",
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
        typer.Option(metavar="DIR", help="Files COLUMN.csv in the format of ARX; global: one for each quasi column."),
    ] = None,
    suppression: Annotated[
        float, typer.Option(metavar="SHARE", help="global: share of rows that may be left out.")
    ] = 0.0,
    seconds: Annotated[
        float | None, typer.Option(help="global: stop the search, and say how far from the best it may be.")
    ] = None,
    weights: Annotated[str, typer.Option(metavar="A=2,B=1", help="local: which detail matters how much.")] = "",
    relaxed: Annotated[bool, typer.Option("--relaxed", help="local: equal rows may fall into two classes.")] = False,
    gate: Annotated[
        Literal["refuse", "report"], typer.Option(help="What a successful attack does: refuse the release, or be told.")
    ] = "refuse",
    earlier: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Table released of the same people before.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE.svg", help="Draw what k, l and t cost; recodes about 20 times.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make a table k-anonymous, attack the result, and measure its risk before and after.

    Columns without a role are kept as they are and listed, unless they seem to identify people: those are asked about.
    Nothing is written when k, l or t cannot be reached, or when an attack succeeds.

    Example: wuming anonymize customers.csv -o public.csv --quasi age,sex,city --sensitive plan --subject id
    """
    if propose_plan is not None:
        _propose(source, query, propose_plan)
        return
    if output is None:
        raise PrivacyParameterError("no output is named", help="Add -o OUT, or --propose-plan P for a draft.")
    if picture is not None and picture.suffix != ".svg":
        raise PrivacyParameterError(f"picture has the ending {picture.suffix!r}", help="Name a file that ends in .svg.")
    if plan is not None:
        from wuming.anonymization.plan_reading import load_table_plan

        _refuse_both(context)
        loaded = load_table_plan(plan)
        asked, folder = loaded.plan, loaded.folder
    else:
        folder = Path.cwd()
        roles = {
            "subject": subject,
            "direct": _names(direct),
            "quasi_identifiers": _names(quasi),
            "sensitive": _names(sensitive),
            "insensitive": _names(insensitive),
        }
        asked = _plan(
            roles,
            _files(hierarchies, _names(quasi), every=model == "global"),
            {
                "k": k,
                "l": l,
                "t": t,
                "model": model,
                "suppression": suppression,
                "seconds": seconds,
                "weights": _weights(weights),
                "partitioning": "relaxed" if relaxed else "strict",
                "gate": {"action": gate},
            },
        )
    from wuming.app.display import PlainProgress
    from wuming.app.tables.release import Job, release
    from wuming.app.tables.report import report

    job = Job(source, query, output, asked, folder, picture, tuple(earlier or ()))
    found = release(job, PlainProgress())
    print(json.dumps(found, ensure_ascii=False, allow_nan=False) if as_json else report(found))


def _plan(roles: dict[str, Any], hierarchies: dict[str, Any], fields: dict[str, Any]) -> TablePlan:
    """Return the plan that the options describe.

    Raises:
        TableError: a column with two roles.
        PrivacyParameterError: options that do not fit together.
    """
    from wuming.anonymization.plan import TablePlan, contradictions

    if not roles["quasi_identifiers"] or not roles["sensitive"]:
        raise PrivacyParameterError(
            "no quasi-identifier or no sensitive column named",
            help="Name them with --quasi and --sensitive, or see what --propose-plan P proposes.",
        )
    plan = TablePlan.model_validate({"roles": roles, "hierarchies": hierarchies, **fields})
    for path, what in contradictions(plan):
        if path[0] == "roles":
            column = roles[str(path[1])] if path[1] == "subject" else roles[str(path[1])][int(path[2])]
            raise TableError(f"column '{column}' is named twice", help="Give every column one role.")
        field = " ".join(f"'{part}'" if at else f"--{part}" for at, part in enumerate(path))
        raise PrivacyParameterError(f"{field} {what}", help="`wuming anonymize --help` says what belongs together.")
    return plan


def _files(folder: Path | None, columns: list[str], *, every: bool) -> dict[str, Any]:
    """Return where the hierarchies of columns are: of every column, or of those that have a file."""
    from wuming.app.tables.source import hierarchy_file

    if folder is None:
        return {}
    if not folder.is_dir():
        raise PrivacyParameterError(f"no such folder: {folder}", help="Name a folder with files COLUMN.csv.")
    paths = {column: hierarchy_file(folder, column).resolve() for column in columns}
    found = {column: path for column, path in paths.items() if every or path.exists()}
    if not found:
        raise PrivacyParameterError(f"no hierarchy in {folder}", help="Name its files as the columns, COLUMN.csv.")
    return {column: {"builder": "file", "path": path} for column, path in found.items()}


def _refuse_both(context: typer.Context) -> None:
    """Refuse options that stand in the plan."""
    from click.core import ParameterSource

    for name in _IN_PLAN.split():
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise PrivacyParameterError(f"--{name} and --plan are both given", help="Write it into the plan.")


def _propose(source: str, query: str | None, target: Path) -> None:
    from wuming.anonymization.plan_draft import draft_plan
    from wuming.app.tables.identifiers import proposals_for
    from wuming.app.tables.report import padded, places
    from wuming.app.tables.source import check_folder, read_source
    from wuming.core.storage import write_atomically

    if target.exists():
        raise StorageError(f"{target} is there already", help="Name a new file; a confirmed plan is not overwritten.")
    check_folder(target)
    table = read_source(source, query)
    proposals = proposals_for(table)
    write_atomically(target, draft_plan(table, proposals).encode())
    width = max(places(one.column) for one in proposals.columns)
    for one in proposals.columns:
        print(f"{padded(one.column, width)}  {one.role.replace('_', '-'):<16}  {one.confidence:.1f}  {one.reasons[0]}")
    print(f"{target}: a draft; read it, correct it, then: wuming anonymize {source} -o OUT --plan {target}")


def _weights(text: str) -> dict[str, float]:
    found = {}
    for part in _names(text):
        name, _, number = part.rpartition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            found = {}
        if not name or not found:
            raise PrivacyParameterError("--weights is no list of column=number", help="Write --weights age=2,city=1.")
    return found


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
