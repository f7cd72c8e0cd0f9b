"""`wuming datasets`: known public sets."""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer

from wuming.datasets.registry import VARIABLE, listing, search_folders


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command("datasets")(datasets)


def datasets(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List the known public data sets and where they were found.

    Looks in the folders of WUMING_DATA, then in ../shared/data, and checks the SHA-256 of every file that is read.
    Nothing is downloaded. "test-only" sets have no licence, or one that forbids passing on: nothing made from them may
    be released.

    Example: wuming datasets --json
    """
    rows = listing()
    if as_json:
        print(
            json.dumps({"datasets": rows, "folders": [str(folder) for folder in search_folders()]}, ensure_ascii=False)
        )
        return
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        where = row["found"] or ("refused: other bytes than registered" if "SHA-256" in row["problem"] else "not found")
        print(f"{row['name']:<{width}}  {row['use']:<9}  {row['title']}; {row['licence']}; {where}")
    if not all(row["found"] for row in rows):
        stated = "set" if os.environ.get(VARIABLE) else "not set"
        print(f"\n{VARIABLE} ({stated}) names the folders to look in; each set lies in a folder of its own name.")
