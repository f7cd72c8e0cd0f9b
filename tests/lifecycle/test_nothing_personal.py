"""Nothing personal where none belongs, and no internal figure in a public dossier."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wuming.app.cli import entry
from wuming.compliance.dossier.disclosure import PUBLIC_KEYS


def everybody(invented: Any) -> list[str]:
    people = [invented(number) for number in range(40)]
    return [value for who in people for value in (who.subject, *who.values)]


def found_in(text: str, values: list[str]) -> int:
    return sum(value in text for value in values)


def test_the_books_the_dossier_and_file_names_hold_nothing_personal(finished: Any, invented: Any) -> None:
    values, run = everybody(invented), finished.runs / "run"
    assert found_in((run / "data" / "admitted.jsonl").read_text("utf-8"), values) > 100  # the search does find
    assert found_in((run / "data" / "deidentified.jsonl").read_text("utf-8"), values) >= 37  # the subjects
    open_files = [run / "run.json", run / "review.json", run / "seconds.json"]
    open_files += [path for folder in ("dossier", "release") for path in (run / folder).rglob("*") if path.is_file()]
    assert len(open_files) > 8
    for path in open_files:
        assert found_in(path.read_bytes().decode("utf-8", "replace"), values) == 0, path.name
    entries = json.dumps([item.as_json() for item in finished.entries()], ensure_ascii=False)
    assert found_in(entries, values) == 0
    for folder in (finished.runs, finished.home):
        names = [name for _, folders, files in os.walk(folder) for name in (*folders, *files)]
        assert found_in("\n".join(names), values) == 0
    stores = [finished.home / "ledger.sqlite", finished.home / "lineage.sqlite"]
    stores += [path for path in (finished.home / "vault").rglob("*") if path.is_file()]
    assert len(stores) >= 3
    for store in stores:
        assert found_in(store.read_bytes().decode("utf-8", "replace"), values) == 0, store.name


def test_what_a_run_prints_holds_nothing_personal(
    place: Any, invented: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    values, plan = everybody(invented), place.write_plan()
    for command in (
        ["run", str(plan), "--out", str(place.runs / "run"), "--json"],
        ["run", str(plan), "--out", str(place.runs / "run")],
        ["ledger", "show"],
        ["budget", "show"],
        ["verify", str(place.runs / "run")],
    ):
        assert entry.invoke(command) == 0
        out, err = capsys.readouterr()
        assert out
        assert found_in(out + err, values) == 0
    (place.data / "table.csv").write_text("no,columns\n1,2\n", encoding="utf-8")
    path = place.data / "records.jsonl"
    path.write_text(path.read_text("utf-8") + '{"id": "' + values[0] + '", "text": "' + values[2], encoding="utf-8")
    assert entry.invoke(["run", str(plan), "--out", str(place.runs / "run"), "--json"]) == 21
    out, err = capsys.readouterr()
    assert found_in(out + err, values) == 0


def test_only_the_owner_can_read_what_is_private(finished: Any) -> None:
    def closed(path: Path) -> bool:
        return path.stat().st_mode & 0o077 == 0

    run = finished.runs / "run"
    assert closed(run)
    private = [path for path in finished.home.rglob("*") if path.is_file() and path.name != "signing.pub"]
    assert len(private) > 10
    assert [path.name for path in private if not (closed(path) or any(map(closed, list(path.parents)[:2])))] == []
    for name in ("admitted.jsonl", "deidentified.jsonl"):
        assert closed(run / "data" / name)


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for child in value.values():
            yield from leaves(child)
    elif isinstance(value, list):
        for child in value:
            yield from leaves(child)
    else:
        yield value


def internal_figures(claims: dict[str, Any]) -> list[Any]:
    """Return figures computed on private data without noise, as far as they are unlike any other number."""
    kinds = ("collect", "de-identify", "anonymise", "assess")
    digests = [claims["collect"]["source"]["digest"], claims["train"]["schedule"]]
    numbers = [claims["collect"]["admitted"]["records"], claims["collect"]["admitted"]["subjects"]]
    numbers += [claims["train"]["units"], *claims["de-identify"]["found"].values()]
    # The number of units is drawn with the canaries' coins, and may happen to be that of something public.
    train = {name: claim for name, claim in claims["train"].items() if name in PUBLIC_KEYS["train"]}
    known = {leaf for value in (train, claims["audit"]) for leaf in leaves(value) if isinstance(leaf, int)}
    numbers = [number for number in numbers if number not in known]
    figures = digests + numbers + [leaf for kind in kinds for leaf in leaves(claims[kind]) if unlike_others(leaf)]
    arithmetic = set(leaves(claims["assess"]["risk"]["advice"]))  # on the claim's public numbers alone
    return [figure for figure in figures if figure not in arithmetic]


def unlike_others(leaf: Any) -> bool:
    return isinstance(leaf, float) and len(repr(leaf)) >= 7 and leaf != 0.0


def stated(folder: Path) -> tuple[set[Any], str]:
    """Return the values in the dossier's JSON files, and what its page says in words."""
    values: set[Any] = set()
    for path in folder.iterdir():
        if path.suffix == ".jsonl":
            values |= {leaf for line in path.read_text("utf-8").splitlines() for leaf in leaves(json.loads(line))}
        elif path.suffix == ".json":
            values |= set(leaves(json.loads(path.read_text("utf-8"))))
    page = (folder / "index.html").read_text("utf-8")
    page = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", page, flags=re.S)
    return values, re.sub(r"<[^>]+>", " ", page)


def shown(figures: list[Any], folder: Path) -> list[Any]:
    values, page = stated(folder)
    texts = {figure: repr(figure) if isinstance(figure, float) else str(figure) for figure in figures}
    # Two decimals are few: where the dossier's own advice holds them (q = 0.25), they are no sign of another figure.
    advice = " ".join(value for value in values if isinstance(value, str) and "→" in value)
    return [
        figure
        for figure in figures
        if figure in values
        or (len(texts[figure]) > 3 and texts[figure] in page)
        or (isinstance(figure, float) and f" {figure:,.2f} " in page and f" {figure:,.2f}" not in advice)
    ]


def test_a_public_dossier_states_no_internal_figure(place: Any) -> None:
    figures = internal_figures(place.outcome.claims)
    assert len(figures) > 40
    dossier = place.runs / "run" / "dossier"
    assert len(shown(figures, dossier)) > len(figures) * 0.9  # the full one does state them
    place.run(public=True, inline=False)
    assert shown(figures, dossier) == []
    values, page = stated(dossier)
    assert place.outcome.claims["train"]["epsilon"] in values
    assert "internal" in page
    assert entry.invoke(["verify", str(dossier)]) == 0
