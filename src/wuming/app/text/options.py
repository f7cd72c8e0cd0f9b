"""Options that the text commands share, and the task that they describe."""

from __future__ import annotations

from typing import Annotated

import typer

from wuming.app.text.source import KINDS, Kind, Layout
from wuming.app.text.work import Task
from wuming.core.errors import PlanError

Format = Annotated[
    str | None,
    typer.Option("--format", metavar="FORMAT", help="text, json, jsonl, csv or parquet. Default: by the file's name."),
]
Languages = Annotated[
    str | None, typer.Option("--languages", metavar="zh,en", help="Languages to look for. Default: the policy's, both.")
]
Types = Annotated[
    str | None, typer.Option("--types", metavar="A,B", help="Types to look for, such as PHONE,EMAIL. Default: all.")
]
MinScore = Annotated[
    float | None, typer.Option("--min-score", metavar="X", help="Leave what scores below, in (0, 1]. Default: 0.5.")
]
Also = Annotated[
    list[str] | None,
    typer.Option("--also", metavar="ADAPTER", help="A detector that joins: hf:FOLDER or spacy:MODEL."),
]


def kind_from(name: str | None) -> Kind | None:
    """Return the format of a name.

    Raises:
        PlanError: there is none of that name.
    """
    found = next((kind for kind in KINDS if kind == name), None)
    if name is not None and found is None:
        raise PlanError(f"--format {name} is unknown", help=f"Use one of {', '.join(KINDS)}.")
    return found


def task_from(
    *,
    policy: str | None,
    languages: str | None = None,
    types: str | None = None,
    min_score: float | None = None,
    also: list[str] | None = None,
    key: bytes = b"",
    layout: Layout | None = None,
) -> Task:
    """Return the task that the options describe, checked before any file is read.

    Args:
        policy: a profile's name or a policy file; None: no rules of one's own, surrogates for all.

    Raises:
        PlanError, MissingFile: as `load_policy`; an unknown language, type or adapter.
    """
    from wuming.deidentification.policy.loading import policy_text

    task = Task(
        policy=policy_text(policy) if policy else "",
        policy_name=policy or "default",
        key=key,
        layout=layout or Layout("text"),
        languages=_words(languages),
        types=_words(types),
        min_score=min_score,
        adapters=tuple(also or ()),
    )
    task.detector()
    return task


def _words(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(word.strip() for word in text.split(",") if word.strip())


__all__ = ["Also", "Format", "Languages", "MinScore", "Types", "kind_from", "task_from"]
