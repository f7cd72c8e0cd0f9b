"""The finance scenario: what is read, what is counted, what is charged, and that the dossier holds."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuming.app.cli import entry
from wuming.compliance.dossier.verify import verify_dossier
from wuming.core.canonical import digest
from wuming.core.errors import RunConflict
from wuming.core.ports import NoProgress
from wuming.core.reading import read_lines, read_records
from wuming.core.storage import file_digest, read_json, write_json
from wuming.crypto.keys import KeyStore
from wuming.deidentification.deidentifier import Deidentifier
from wuming.deidentification.engine import Detector
from wuming.governance.ledger import Ledger
from wuming.scenarios.finance import Outcome, generate, opinions, play, writer
from wuming.scenarios.finance.opinions import read_opinion
from wuming.scenarios.finance.public import OPINIONS, PRODUCTS, WEEKS, week_of
from wuming.scenarios.finance.table import CONTRACT, write_table

pl = pytest.importorskip("polars")
pytest.importorskip("opendp")
CUSTOMERS = 160


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finance")
    generate(folder, seed=3, customers=CUSTOMERS)
    return folder


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Outcome]:
    base = tmp_path_factory.mktemp("played")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WUMING_HOME", str(base / "home"))
        patch.setitem(writer.CUSTOMERS, "small", CUSTOMERS)
        return base / "home", base / "story", play(base / "story", progress=NoProgress(), size="small")


@pytest.fixture
def at_home(played: tuple[Path, Path, Outcome], monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Outcome]:
    monkeypatch.setenv("WUMING_HOME", str(played[0]))
    monkeypatch.setitem(writer.CUSTOMERS, "small", CUSTOMERS)
    return played[1], played[2]


def messages(source: Path) -> list[dict[str, Any]]:
    return [line for _, line in read_lines(source / "messages.jsonl")]


def truth(source: Path) -> dict[str, str]:
    return {line["id"]: line["opinion"] for _, line in read_lines(source / "truth" / "opinions.jsonl")}


def test_the_same_seed_gives_the_same_bytes_and_spans_are_exact(source: Path, tmp_path: Path) -> None:
    generate(tmp_path, seed=3, customers=CUSTOMERS)
    for name in ("messages.jsonl", "consent.jsonl", "truth/spans.jsonl", "truth/opinions.jsonl"):
        assert (tmp_path / name).read_bytes() == (source / name).read_bytes()
    generate(tmp_path, seed=4, customers=CUSTOMERS)
    assert (tmp_path / "messages.jsonl").read_bytes() != (source / "messages.jsonl").read_bytes()
    texts = {line["id"]: line["text"] for line in messages(source)}
    kinds = Counter()
    for _, line in read_lines(source / "truth" / "spans.jsonl"):
        for start, end, kind in line["spans"]:
            assert texts[line["id"]][start:end].strip()
            kinds[kind] += 1
    assert {"PERSON", "PHONE", "BANK_CARD"} <= set(kinds)
    assert {line["product"] for line in messages(source)} == {product.code for product in PRODUCTS}
    assert {week_of(line["created_at"]) for line in messages(source)} == set(WEEKS)


@pytest.mark.parametrize(
    ("text", "language", "opinion"),
    [
        ("稳安理财收益不错", "zh", "positive"),
        ("稳安理财不划算", "zh", "negative"),
        ("随心贷没有想象中那么复杂", "zh", "positive"),
        ("经理特别耐心", "zh", "positive"),  # 别 is no negation here
        ("虽然收益太低，但是客服很专业", "zh", "positive"),
        ("尽管到账很快，不过手续费太高", "zh", "negative"),
        ("安居贷的利率高不高", "zh", "neutral"),
        ("麻烦帮我把账单日改一下", "zh", "neutral"),
        ("远行卡到期怎么续", "zh", "neutral"),
        ("I am not happy with the Travel Card.", "en", "negative"),
        ("the Travel Card is not bad at all", "en", "positive"),
        ("although payouts are slow, the agent was helpful", "en", "neutral"),
        ("although payouts are slow, but the agent was helpful", "en", "positive"),
        ("the Home Loan never failed me", "en", "positive"),
        ("where can I see the limit of the Daily Plus", "en", "neutral"),
        ("", "en", "neutral"),
        ("", "zh", "neutral"),
    ],
)
def test_reading_of_single_texts(text: str, language: str, opinion: str) -> None:
    assert read_opinion(text, language=language) == opinion


@given(st.text(max_size=80), st.sampled_from(["zh", "en", ""]))
def test_any_text_has_one_opinion(text: str, language: str) -> None:
    assert read_opinion(text, language=language) in OPINIONS


def accuracy(source: Path) -> float:
    known = truth(source)
    lines = messages(source)
    return sum(read_opinion(m["text"], language=m["language"]) == known[m["id"]] for m in lines) / len(lines)


def test_opinions_are_read_well_and_a_reader_without_negations_is_found(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert accuracy(source) > 0.9
    monkeypatch.setattr(opinions, "_NEGATION_EN", frozenset())
    monkeypatch.setattr(opinions, "_NEGATION_ZH", opinions.re.compile("(?!)"))
    assert accuracy(source) < 0.9


def test_one_customer_less_changes_nobody_elses_row(source: Path, tmp_path: Path) -> None:
    """What comes before the noise acts on one subject at a time; this is what makes the unit `subject` true."""
    records = [record for record in read_records(source / "messages.jsonl") if int(record.subject[1:]) < 30]
    engine = Deidentifier(Detector(), b"k" * 32)

    def rows(chosen: list[Any], name: str) -> list[tuple[Any, ...]]:
        changed = [
            type(r)(r.id, r.subject, engine.deidentify(r.text, subject=r.subject).text, r.created_at, r.language)
            for r in chosen
        ]
        write_table(tmp_path / name, changed, source / "messages.jsonl")
        return list(pl.read_parquet(tmp_path / name).iter_rows())

    gone = records[5].subject
    everybody = rows(records, "all.parquet")
    assert rows([r for r in records if r.subject != gone], "less.parquet") == [r for r in everybody if r[0] != gone]


def test_every_answer_is_charged_once_and_on_record(at_home: tuple[Path, Outcome]) -> None:
    _, outcome = at_home
    kinds = [entry_.kind for entry_ in Ledger().entries() if entry_.kind.startswith("account.")]
    assert kinds == ["account.open"] + ["account.reserve", "account.commit"] * 2
    assert outcome.account["account"] == "finance-small-0/subject/add-or-remove-one"
    assert outcome.account["committed"] == 2
    assert 1.5 <= outcome.account["spent_epsilon"] < 1.6
    bodies = [entry_.body for entry_ in Ledger().entries() if entry_.kind == "evidence"]
    queries = [body for body in bodies if body["kind"] == "query"]
    assert [body["subject"] for body in queries] == [digest(answer) for answer in outcome.answers.values()]
    assert queries[0]["claims"]["contract"]["max_rows"] == 4
    assert queries[0]["claims"]["account"]["id"] == outcome.account["account"]
    for answer in outcome.answers.values():
        assert answer["cost"]["unit"] == "subject"
        assert answer["cost"]["sampler"] == "none"
        assert all(row["figures"] for row in answer["rows"])
    assert len(outcome.answers["opinions"]["rows"]) == len(PRODUCTS) * len(WEEKS) * len(OPINIONS)
    assert outcome.checked["intervals_that_hold_the_table"] > 0.85
    assert outcome.deidentified["structured"]["residual_leak_upper_95"] < 0.1
    assert outcome.collected["admitted"]["records"] < outcome.collected["collected"]["records"]


def test_the_dossier_verifies_and_shows_protection_answers_and_cost(at_home: tuple[Path, Outcome]) -> None:
    _, outcome = at_home
    key = KeyStore().signing_key().public
    dossier = Path(outcome.dossier)
    checked = verify_dossier(dossier, key)
    assert checked.ok, checked.problems
    stated = {"listed": 2, "epsilon": 1.5, "delta": 0.0, "unit": "subject", "relation": "add-or-remove-one"}
    assert stated.items() <= checked.claim["answers"].items()
    pieces = [line["evidence"] for _, line in read_lines(dossier / "evidence.jsonl")]
    assert [piece["kind"] for piece in pieces][:3] == ["collect", "de-identify", "opinions"]
    queries = [piece for piece in pieces if piece["kind"] == "query"]
    for name, piece in zip(("opinions", "customers"), queries, strict=True):
        assert file_digest(dossier / "answers" / f"{name}.json") == piece["subject"]
        assert piece["inputs"] == [next(p["subject"] for p in pieces if p["kind"] == "opinions")]
    listed = read_json(dossier / "dossier.json")["releases"]
    assert [item.get("epsilon") for item in listed] == [1.0, 0.5, None]
    page = (dossier / "index.html").read_text(encoding="utf-8")
    assert "Messages by product, week and opinion" in page
    assert "Planted secrets extracted" not in page  # a card of models
    answer = dossier / "answers" / "customers.json"
    before = answer.read_bytes()
    answer.write_bytes(before.replace(b'"value":', b'"value": ', 1))
    assert not verify_dossier(dossier, key).ok
    answer.write_bytes(before)


def test_the_same_again_charges_nothing_and_other_people_do_not_mix(at_home: tuple[Path, Outcome]) -> None:
    folder, outcome = at_home
    again = play(folder, progress=NoProgress(), size="small", public=True)
    assert again.answers == outcome.answers
    assert again.account == outcome.account
    assert verify_dossier(Path(again.dossier), KeyStore().signing_key().public).ok
    assert not list((Path(again.dossier)).glob("data"))
    with pytest.raises(RunConflict):
        play(folder, progress=NoProgress(), size="small", seed=1)
    with pytest.raises(RunConflict):
        play(folder.parent / "elsewhere", progress=NoProgress(), size="small")


def test_an_answer_that_is_not_on_record_is_drawn_and_charged_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WUMING_HOME", str(tmp_path / "home"))
    monkeypatch.setitem(writer.CUSTOMERS, "small", 60)
    first = play(tmp_path / "story", progress=NoProgress(), size="small")
    path = tmp_path / "story" / "run" / "answers" / "customers.json"
    stored = read_json(path)
    stored["evidence"]["claims"]["cost"]["epsilon"] = 0.01  # somebody who can write there claims another cost
    write_json(path, stored)
    again = play(tmp_path / "story", progress=NoProgress(), size="small")
    assert again.answers["opinions"] == first.answers["opinions"]
    assert again.answers["customers"]["cost"]["epsilon"] == 0.5
    assert again.account["committed"] == 3


def test_nothing_public_is_read_off_the_messages() -> None:
    assert CONTRACT.keys["week"] == WEEKS
    assert CONTRACT.keys["opinion"] == OPINIONS
    assert CONTRACT.keys["product"] == tuple(product.code for product in PRODUCTS)


def test_the_picture_shows_every_product_and_the_cost(at_home: tuple[Path, Outcome]) -> None:
    drawing = ElementTree.fromstring(Path(at_home[1].chart).read_text(encoding="utf-8"))  # noqa: S314  (our own)
    found = " ".join(element.text or "" for element in drawing.iter())
    assert all(product.code in found for product in PRODUCTS)
    assert "epsilon 1, delta 0, unit subject, add-or-remove-one" in found


def test_the_command(at_home: tuple[Path, Outcome], capsys: pytest.CaptureFixture[str]) -> None:
    folder, outcome = at_home
    assert entry.invoke(["scenario", "finance", "--out", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["answers"] == outcome.answers
    assert entry.invoke(["scenario", "finance", "--out", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "unit subject, add-or-remove-one, laplace noise, no sampling" in shown
    assert "wealth-daily" in shown


def test_messages_are_written_for_both_languages() -> None:
    from wuming.scenarios.customer_service.personas import make_persona
    from wuming.scenarios.finance.writer import write_message

    for language, name in (("zh", PRODUCTS[0].zh), ("en", PRODUCTS[0].en)):
        persona = make_persona(Random(1), subject="c1", language=language, birth_year=1980)
        for opinion in OPINIONS:
            assert name in str(write_message(Random(2), persona, PRODUCTS[0], opinion))
