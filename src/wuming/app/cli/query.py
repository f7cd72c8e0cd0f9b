"""`wuming query`: one question about a private table, answered with noise and charged."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import typer

from wuming.core.errors import PrivacyParameterError

_Listed = TypeVar("_Listed")


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command("query")(query)


def query(
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help="Parquet, CSV or JSON lines file, or sqlite:///FILE?table=NAME.")
    ],
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT; the table's name in it is of no matter.")],
    epsilon: Annotated[
        float | None, typer.Option("--epsilon", help="What the whole answer costs. Default: the contract's.")
    ] = None,
    delta: Annotated[
        float | None, typer.Option("--delta", help="For keys that are found privately, and for Gaussian noise.")
    ] = None,
    noise: Annotated[
        Literal["laplace", "gaussian"] | None, typer.Option(help="Default: laplace; gaussian is for many figures.")
    ] = None,
    contract: Annotated[
        Path | None,
        typer.Option(metavar="FILE.yaml", help="subject, max_rows, max_groups, bounds, keys; epsilon, delta, noise."),
    ] = None,
    subject: Annotated[str | None, typer.Option(metavar="COL", help="Column that says whose row it is.")] = None,
    max_rows: Annotated[int | None, typer.Option(help="Rows of one subject that count.")] = None,
    max_groups: Annotated[int | None, typer.Option(help="Groups of one subject that count. Default: 1.")] = None,
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
    from wuming.statistics.contract_file import Terms, bounds_of, keys_of, load_contract

    terms = Terms()
    if contract is not None:
        if subject or max_rows is not None or max_groups is not None or bounds or keys:
            raise PrivacyParameterError("the contract is given twice", help="Give --contract, or its parts, not both.")
        agreed, terms = load_contract(contract)
    else:
        if not subject or max_rows is None:
            raise PrivacyParameterError(
                "whose rows these are, and how many of one subject count, is not said",
                help="Give --subject COL and --max-rows N, or --contract FILE.yaml.",
            )
        ranges, listed = _once(map(bounds_of, bounds or []), "bounds"), _once(map(keys_of, keys or []), "keys")
        agreed = Contract(subject, max_rows, 1 if max_groups is None else max_groups, ranges, listed)
    epsilon = terms.epsilon if epsilon is None else epsilon
    if epsilon is None:
        raise PrivacyParameterError("what the answer may cost is not said", help="Give --epsilon, such as 1.")
    if chart is not None:
        if chart.suffix != ".svg":
            raise PrivacyParameterError("the chart's name does not end in .svg", help="Name it answer.svg.")
        check_folder(chart)
    job = QueryJob(
        table=table,
        sql=sql,
        contract=agreed,
        epsilon=epsilon,
        delta=(terms.delta or 0.0) if delta is None else delta,
        noise=noise or terms.noise or "laplace",
        lineage=lineage,
        cap=cap,
        cap_delta=cap_delta,
    )
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


def _once(pairs: Iterable[tuple[str, _Listed]], option: str) -> dict[str, _Listed]:
    """Return what was given for each column; a second word about one is refused, so that neither wins in silence."""
    found: dict[str, _Listed] = {}
    for column, value in pairs:
        if column in found:
            raise PrivacyParameterError(f"--{option} names column {column!r} twice", help="Give it once.")
        found[column] = value
    return found
