"""`wuming init`: a commented plan with sample data to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wuming.app.plan_template import sample_files
from wuming.core.errors import RunConflict
from wuming.core.storage import storage_errors, write_atomically


def init(directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write into.")]) -> None:
    """Write a commented plan with sample data to start from.

    The folder gets plan.yaml, where every field has its meaning beside it, and a few invented rows of records, table
    and consent that show the formats. Put your own files in their place. Nothing is overwritten.

    Example: wuming init my-plan
    """
    files = sample_files()
    taken = [name for name in files if (directory / name).exists()]
    if taken:
        raise RunConflict(
            f"{directory} already holds {', '.join(taken)}", help="Choose another folder; nothing was written."
        )
    with storage_errors(directory):
        directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write_atomically(directory / name, text.encode(), mode=0o644)
        print(directory / name)
    print(f"\nNext: put your files there, then  wuming plan check {directory / 'plan.yaml'}")
