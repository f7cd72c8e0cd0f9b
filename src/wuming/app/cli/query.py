"""`wuming query`: one question about a private table, answered with noise and charged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from wuming.core.errors import PrivacyParameterError


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command("query")(query)


def query(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="Parquet or CSV, rows of many subjects.")],
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT; the table's name in it is of no matter.")],
    epsilon: Annotated[float, typer.Option("--epsilon", help="What the whole answer costs.")],
    delta: Annotated[
        float, typer.Option("--delta", help="For keys that are found privately, and for Gaussian noise.")
    ] = 0.0,
    noise: Annotated[
        Literal["laplace", "gaussian"], typer.Option(help="Gaussian is better for many figures.")
    ] = "laplace",
    contract: Annotated[
        Path | None, typer.Option(metavar="FILE.yaml", help="subject, max_rows, max_groups, bounds, keys.")
    ] = None,
    subject: Annotated[str | None, typer.Option(metavar="COL", help="Column that says whose row it is.")] = None,
    max_rows: Annotated[int | None, typer.Option(help="Rows of one subject that count.")] = None,
    max_groups: Annotated[int, typer.Option(help="Groups of one subject that count.")] = 1,
    bounds: Annotated[list[str] | None, typer.Option(metavar="COL=LOW:HIGH", help="Range of a column; public.")] = None,
    keys: Annotated[
        list[str] | None, typer.Option(metavar="COL=@FILE", help="Public values of a column, or COL=A,B.")
    ] = None,
    lineage: Annotated[
        str | None, typer.Option(metavar="NAME", help="Account that pays. Default: from the file's name.")
    ] = None,
    cap: Annotated[float, typer.Option(help="Epsilon of a new account, for everything ever drawn from it.")] = 8.0,
    cap_delta: Annotated[float, typer.Option(help="Delta of a new account.")] = 1e-6,
    quote: Annotated[bool, typer.Option("--quote", help="Say cost and error, and draw nothing.")] = False,
    chart: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Draw the first figure.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Answer a question about a private table with noise, and charge it to the account of the data.

    Error bounds stand beside each number. What cannot be answered privately is refused, and nothing is charged.

    Example: wuming query orders.parquet "SELECT city, COUNT(*), AVG(spend) FROM t GROUP BY city" --epsilon 1
    --subject user_id --bounds spend=0:5000 --max-rows 20 --max-groups 3 --keys city=@cities.csv
    """
    from rich.console import Console

    from wuming.app.statistics.chart import draw
    from wuming.app.statistics.job import QueryJob, answer_question, price_question
    from wuming.app.statistics.table import show_answer, show_quote
    from wuming.app.tables.source import check_folder
    from wuming.core.storage import write_atomically
    from wuming.statistics.contract import Contract
    from wuming.statistics.contract_file import bounds_of, keys_of, load_contract

    if contract is not None:
        if subject or max_rows is not None or bounds or keys:
            raise PrivacyParameterError("the contract is given twice", help="Give --contract, or its parts, not both.")
        agreed = load_contract(contract)
    else:
        if not subject or max_rows is None:
            raise PrivacyParameterError(
                "whose rows these are, and how many of one subject count, is not said",
                help="Give --subject COL and --max-rows N, or --contract FILE.yaml.",
            )
        ranges, listed = dict(map(bounds_of, bounds or [])), dict(map(keys_of, keys or []))
        agreed = Contract(subject, max_rows, max_groups, ranges, listed)
    if chart is not None:
        if chart.suffix != ".svg":
            raise PrivacyParameterError("the chart's name does not end in .svg", help="Name it answer.svg.")
        check_folder(chart)
    job = QueryJob(table, sql, agreed, epsilon, delta, noise, lineage, cap, cap_delta)
    console = Console()
    if quote:
        priced = price_question(job)
        if as_json:
            print(json.dumps(priced.as_json(), ensure_ascii=False))
        else:
            show_quote(priced, console)
        return
    done = answer_question(job)
    if chart is not None:
        write_atomically(chart, draw(done.answer, done.answer.names[0]).encode())
    if as_json:
        print(json.dumps(done.as_json(), ensure_ascii=False))
        return
    show_answer(done.answer, console)
    print(done.words())
