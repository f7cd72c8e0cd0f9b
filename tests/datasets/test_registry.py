"""Known sets: found, checked, refused."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
import yaml

from wuming.app.cli.entry import invoke
from wuming.core.errors import EmptyData, InputTooLarge, MalformedRecord, PlanError, UnknownDataset
from wuming.datasets import check_use, crosswoz, known, listing, load_records, locate, registry
from wuming.lifecycle.plan import Plan

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder of data sets of its own, and no other."""
    monkeypatch.setenv("WUMING_DATA", str(tmp_path))
    monkeypatch.setattr(registry, "search_folders", lambda: [tmp_path])
    return tmp_path


def here(name):
    try:
        return locate(name)
    except UnknownDataset as error:
        pytest.skip(f"data set {name}: {error.message}")


def archive(path, content, *, name="val.json"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content if isinstance(content, bytes | str) else json.dumps(content))


def dialogue(*turns):
    return {"messages": [{"role": role, "content": content} for role, content in turns], "sys-usr": [1, 2]}


def test_finds_and_checks(shelf, monkeypatch):
    folder = shelf / "tinyshakespeare"
    with pytest.raises(UnknownDataset, match=re.escape(str(shelf))) as caught:
        locate("tinyshakespeare")
    assert "WUMING_DATA" in caught.value.help
    folder.mkdir()
    with pytest.raises(UnknownDataset, match=r"lacks input\.txt"):
        locate("tinyshakespeare")
    (folder / "input.txt").write_bytes(b"to be")
    with pytest.raises(UnknownDataset, match="SHA-256 differs"):
        locate("tinyshakespeare")
    known_set = known("tinyshakespeare")
    changed = {**known_set.files, "input.txt": hashlib.sha256(b"to be").hexdigest()}
    monkeypatch.setitem(registry.KNOWN, "tinyshakespeare", registry.Dataset(**{**vars(known_set), "files": changed}))
    assert locate("tinyshakespeare") == folder


def test_unknown_names():
    for ask in (known, locate, load_records):
        with pytest.raises(UnknownDataset, match="no data set named 'nobody'"):
            ask("nobody")
    with pytest.raises(UnknownDataset, match="not read as records"):
        load_records("mnist")


@pytest.mark.parametrize("name", [n for n, d in registry.KNOWN.items() if d.use == "test-only"])
def test_a_set_for_tests_has_no_public_licence(name):
    with pytest.raises(PlanError, match=f"'{name}' is for tests only"):
        check_use(name, legal_basis="public-licence")
    with pytest.raises(PlanError):
        load_records(name)
    check_use(name, legal_basis="contract")


def test_open_sets_may_be_used():
    check_use("crosswoz", legal_basis="public-licence")


def test_the_environment_comes_first(tmp_path, monkeypatch):
    monkeypatch.setenv("WUMING_DATA", os.pathsep.join([str(tmp_path / "a"), str(tmp_path / "b")]))
    assert registry.search_folders()[:2] == [tmp_path / "a", tmp_path / "b"]


@pytest.mark.parametrize("name", sorted(registry.KNOWN))
def test_hashes_are_those_the_source_states(name):
    folder = next((f / name for f in registry.search_folders() if (f / name / "SOURCE.txt").is_file()), None)
    if folder is None:
        pytest.skip(f"data set {name} is not here")
    stated = {
        m[2]: m[1] for m in re.finditer(r"^([0-9a-f]{64}) +\d+ +(\S+)$", (folder / "SOURCE.txt").read_text(), re.M)
    }
    for file, expected in known(name).files.items():
        assert stated[file] == expected


def test_crosswoz_by_hand(tmp_path):
    archive(tmp_path / "val.json.zip", {"7": dialogue(("usr", "你好\n"), ("sys", "您好！"))})
    (record,) = crosswoz.read(tmp_path)
    assert record.text == "用户：你好\n客服：您好！"
    assert (record.id, record.subject, record.language) == ("crosswoz-val-7", "crosswoz-val-7", "zh")
    assert record.created_at == "2023-01-10"


@pytest.mark.parametrize(
    "content",
    [b"no json", "[1]", {"1": {}}, {"1": {"messages": []}}, {"1": dialogue(("boss", "x"))}, {"1": [1]}, "[" * 100_000],
)
def test_crosswoz_refuses_other_content(tmp_path, content):
    archive(tmp_path / "val.json.zip", content)
    with pytest.raises(MalformedRecord):
        crosswoz.read(tmp_path)


def test_crosswoz_refuses_other_archives(tmp_path):
    path = tmp_path / "val.json.zip"
    path.write_bytes(b"PK no archive")
    with pytest.raises(MalformedRecord):
        crosswoz.read(tmp_path)
    archive(path, {}, name="../val.json")
    with pytest.raises(MalformedRecord):
        crosswoz.read(tmp_path)
    archive(path, {})
    with pytest.raises(EmptyData):
        crosswoz.read(tmp_path)


def test_a_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(crosswoz, "MAX_BYTES", 1000)
    buffer = io.BytesIO()
    archive(buffer, b" " * 10_000_000)
    (tmp_path / "val.json.zip").write_bytes(buffer.getvalue())
    with pytest.raises(InputTooLarge, match="1000 bytes"):
        crosswoz.read(tmp_path)


def test_the_real_dialogues():
    here("crosswoz")
    records = load_records("crosswoz")
    assert len(records) == 500
    assert sum(record.text.count("\n") + 1 for record in records) == 8_458
    assert len({record.id for record in records}) == 500


def test_the_example_plan_loads():
    plan = Plan.model_validate(yaml.safe_load((ROOT / "examples" / "crosswoz.yaml").read_text()))
    assert (plan.source.dataset, plan.unit_of_privacy, plan.anonymise) == ("crosswoz", "document", None)
    assert plan.train.delta <= 1 / (10 * plan.train.population)
    age = plan.collect.as_of - date.fromisoformat(crosswoz.PUBLISHED)
    assert 0 <= age.days <= plan.collect.retention_days


def test_the_command(shelf, capsys):
    assert invoke(["datasets", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {row["name"] for row in answer["datasets"]} == set(registry.KNOWN)
    assert all(row["found"] is None for row in answer["datasets"])
    assert invoke(["datasets"]) == 0
    assert capsys.readouterr().out.count("not found") == len(registry.KNOWN)
    assert all(row["use"] in ("open", "test-only") for row in listing())
