"""The whole way on data of one's own: what comes out, what a second call costs, and what changes when data change."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from typing import Any

import pytest

from wuming.core.errors import RunConflict
from wuming.lifecycle.context import opened
from wuming.lifecycle.stages.collect import collect


def test_the_way_ends_with_a_model_a_table_and_a_dossier(finished: Any) -> None:
    summary, claims = finished.outcome.summary, finished.outcome.claims
    assert summary["released"]
    assert 1.9 < summary["epsilon"] <= 2
    assert summary["epsilon_lower_bound"] <= summary["epsilon"]
    assert summary["records"] == {"collected": 120, "admitted": 110}
    assert summary["secrets"]["planted"] == 4
    assert set(summary["perplexity"]) == {"base", "unprotected", "deidentified", "protected"}
    assert list(claims) == ["collect", "de-identify", "anonymise", "train", "audit", "assess", "review"]
    run = finished.runs / "run"
    assert {path.name for path in (run / "release" / "model").iterdir()} >= {"model.safetensors", "tokenizer.json"}
    assert (run / "release" / "table.csv").exists()
    assert (run / "dossier" / "index.html").exists()
    assert finished.charges() == len(finished.entries("account.commit")) == 1


def test_every_reason_to_leave_a_record_out_is_counted(finished: Any) -> None:
    one_person = {"records": 3, "subjects": 1}
    assert finished.outcome.claims["collect"]["dropped"] == {
        "withdrawn": one_person,
        "purpose-not-covered": one_person,
        "no-consent": one_person,
        "minor-without-guardian": {"records": 0, "subjects": 0},
        "past-retention": {"records": 1, "subjects": 1},
    }


def collected(place: Any, name: str, folder: str) -> dict[str, Any]:
    plan = place.plan(source__records=name)
    quiet = type("Quiet", (), {"start": print, "advance": print, "finish": print})
    with opened(plan, place.runs / folder, base_folder=place.data, embedded_public=None, progress=quiet()) as context:
        admitted = collect(context)
        claims = json.loads(json.dumps(dict(context.claims("collect"))))
    for volatile in ("digest", "acquired_at"):
        claims["source"].pop(volatile)
    return {"claims": claims, "records": [record.as_json() for record in admitted]}


def test_csv_and_parquet_hold_the_same_records(place: Any) -> None:
    import pyarrow
    import pyarrow.parquet

    records = [json.loads(line) for line in (place.data / "records.jsonl").read_text(encoding="utf-8").splitlines()]
    with (place.data / "records.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(records[0]))
        writer.writeheader()
        writer.writerows(records)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(records), place.data / "records.parquet")
    first = collected(place, "records.jsonl", "jsonl")
    assert first["claims"]["admitted"] == {"records": 110, "subjects": 37}
    assert collected(place, "records.csv", "csv") == first
    assert collected(place, "records.parquet", "parquet") == first
    (place.data / "fewer.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records[:-12]))
    assert collected(place, "fewer.jsonl", "fewer") != first


def test_a_second_call_takes_every_stage_up_and_spends_nothing(place: Any) -> None:
    before, weights, spent = place.read("run", "run.json"), place.weights(), place.status()
    started = time.monotonic()
    again = place.run(inline=False)
    assert time.monotonic() - started < 8
    assert not [label for label in place.labels if ":" in label]  # no piece of training or of an attack
    assert place.weights() == weights
    assert place.status() == spent
    after = place.read("run", "run.json")
    for stage in ("collect", "de-identify", "anonymise", "train", "audit", "assess"):
        assert after["stages"][stage] == before["stages"][stage]
    assert {**again.summary, "seconds": 0, "dossier": ""} == {**place.outcome.summary, "seconds": 0, "dossier": ""}
    assert place.entries("account.replay") == []


def test_another_folder_gets_the_same_model_free_of_charge(place: Any) -> None:
    """Trained in worker processes there and in this process here: the same bits."""
    spent = place.status().spent_epsilon
    again = place.run("another")
    assert again.claims["train"]["replayed"] is True
    assert place.weights("another") == place.weights("run")
    assert place.charges() == 1
    assert place.status().spent_epsilon == spent
    control = [place.runs / name / "models" / "control" / "model.safetensors" for name in ("run", "another")]
    assert control[0].read_bytes() == control[1].read_bytes()


@pytest.mark.parametrize("change", ["one record", "one number of the plan"])
def test_other_data_or_another_plan_is_another_charge_with_other_noise(place: Any, change: str) -> None:
    more: dict[str, Any] = {}
    if change == "one record":
        path = place.data / "records.jsonl"
        path.write_text(path.read_text(encoding="utf-8").replace("about order 11", "about order 12"), encoding="utf-8")
    else:
        more = {"train__learning_rate": 0.0081, "assess__arms": []}
    spent = place.status().spent_epsilon
    other = place.run("other", **more)
    train = place.read("run", "run.json")["stages"]["train"]["evidence"]["claims"]
    assert other.claims["train"]["schedule"] != train["schedule"]
    assert other.claims["train"]["replayed"] is False
    assert place.weights("other") != place.weights("run")
    assert place.charges() == 2
    assert place.status().spent_epsilon > spent
    keys = [entry.body["schedule"] for entry in place.entries("account.reserve")]
    assert len(set(keys)) == 2  # the run key, and with it coins and noise, derives from this digest
    tokenizers = [place.runs / name / "models" / "protected" / "tokenizer.json" for name in ("run", "other")]
    assert tokenizers[0].read_bytes() == tokenizers[1].read_bytes()
    assert len(list((place.home / "cache").glob("base-*"))) == 1  # private data have no say in the base


def test_changed_data_in_the_same_folder_is_measured_anew(place: Any) -> None:
    """The base model stays the same, but the people it is measured on do not: no old measurement may be taken up."""
    path = place.data / "consent.jsonl"
    held_out = set(place.read("run", "units", "held-out.json"))
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    gone = next(line["subject"] for line in lines if line["subject"] in held_out)
    path.write_text(
        "".join(
            json.dumps({**line, "withdrawn_at": "2026-04-01"} if line["subject"] == gone else line) + "\n"
            for line in lines
        ),
        encoding="utf-8",
    )
    again = place.run()
    assert gone not in place.read("run", "units", "held-out.json")
    assert again.claims["assess"]["arms"]["base"]["membership"]["non_members"] == len(held_out) - 1
    measured = place.read("run", "measurements", "base.json")["result"]["losses"]
    assert len(measured["held_out"]) == len(held_out) - 1


@pytest.mark.parametrize("name", ["data/deidentified.jsonl", "data/table.csv", "models/protected/model.safetensors"])
def test_what_was_changed_behind_its_back_is_made_again(place: Any, name: str) -> None:
    path = place.runs / "run" / name
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    place.run()
    assert path.read_bytes() == whole
    assert place.charges() == 1
    released = place.runs / "run" / "release"
    assert (released / "model" / "model.safetensors").read_bytes() == (
        place.runs / "run" / "models" / "protected" / "model.safetensors"
    ).read_bytes()


def test_a_folder_of_another_plan_is_left_alone(place: Any) -> None:
    before = place.read("run", "run.json")
    with pytest.raises(RunConflict, match="another plan"):
        place.run(train__steps=5)
    assert place.read("run", "run.json") == before


def test_a_folder_in_use_is_left_alone(place: Any) -> None:
    lock = place.runs / "run" / ".lock"
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); "
            "sys.stdin.read()",
            str(lock),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    before = place.read("run", "run.json")
    with pytest.raises(RunConflict, match="another process"):
        place.run()
    assert place.read("run", "run.json") == before
    holder.communicate("")
    place.run()  # free again
