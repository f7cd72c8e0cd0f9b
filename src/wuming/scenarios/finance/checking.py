"""How good the answers are, held against what only a generated scenario knows. Internal: none of it has noise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from wuming.core.reading import read_lines
from wuming.core.records import Record
from wuming.scenarios.finance.public import TURNS, WEEKS, week_of
from wuming.statistics.source import polars_library


def against_truth(answer: Mapping[str, Any], table: Path, source: Path, records: Sequence[Record]) -> dict[str, Any]:
    """Return how far noisy counts by product, week and opinion are from exact ones.

    Args:
        answer: as JSON, with the figure `messages`.
        table: Parquet, the opinions as they were read.
        source: folder of the generator's files.
        records: admitted.
    """
    pl = polars_library()
    read = {row[:3]: row[3] for row in pl.read_parquet(table).group_by("product", "week", "opinion").len().iter_rows()}
    products = {line["id"]: line["product"] for _, line in read_lines(source / "messages.jsonl")}
    opinions = {line["id"]: line["opinion"] for _, line in read_lines(source / "truth" / "opinions.jsonl")}
    true = Counter((products[r.id], week_of(r.created_at), opinions[r.id]) for r in records)
    noise, held, everything = 0.0, 0, 0.0
    for row in answer["rows"]:
        key = tuple(row["keys"][name] for name in ("product", "week", "opinion"))
        figure = row["figures"]["messages"]
        noise += abs(figure["value"] - read.get(key, 0))
        everything += abs(figure["value"] - true[key])
        held += figure["low"] <= read.get(key, 0) <= figure["high"]
    cells = len(answer["rows"])
    return {
        "cells": cells,
        "mean_count": sum(true.values()) / cells,
        "mean_error_to_table": noise / cells,
        "mean_error_to_truth": everything / cells,
        "intervals_that_hold_the_table": held / cells,
        "turns": _turns(answer),
    }


def _turns(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return, for each thing that happened, whether the noisy counts show it: as its product's largest jump that way.

    Read from the answer alone, so it is as private as that.
    """
    counts = {
        tuple(row["keys"][name] for name in ("product", "week", "opinion")): max(row["figures"]["messages"]["value"], 0)
        for row in answer["rows"]
    }

    def balance(product: str, week: str) -> float:
        good, middling, bad = (counts[product, week, opinion] for opinion in ("positive", "neutral", "negative"))
        return float((good - bad) / max(good + middling + bad, 1))

    found = []
    for turn in TURNS:
        up = turn.shares[0] > turn.shares[2]
        jumps = {
            later: balance(turn.product, later) - balance(turn.product, earlier) for earlier, later in pairwise(WEEKS)
        }
        largest = max(jumps.values()) if up else min(jumps.values())
        week = WEEKS[turn.week]
        found.append({"what": turn.what, "product": turn.product, "week": week, "shown": jumps[week] == largest})
    return found
