"""`wuming certify text`: the draw, the labels, the bound, and that a chosen sample is refused."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from wuming.app.cli import entry
from wuming.app.text.certify import _sampled, compare
from wuming.app.text.scan import Scanned
from wuming.core.intervals import clopper_pearson_upper
from wuming.core.ports import Span
from wuming.deidentification.structured.leaves import Leaf, LeafSpan
from wuming.governance.ledger import Ledger

SECRET_WORD = "甲乙丙丁"  # stands for a name that is found in no way


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "a.jsonl"
    lines = [{"id": f"d{n}", "text": f"电话138{n:08}" + (f"，{SECRET_WORD}" if n % 10 == 0 else "")} for n in range(60)]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def certify(capsys: pytest.CaptureFixture[str], *arguments: str | Path, code: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert entry.invoke(["certify", "text", *map(str, arguments), "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def evidence(kind: str) -> list[dict[str, Any]]:
    return [dict(entry.body) for entry in Ledger().entries() if entry.body.get("kind") == kind]


def test_generated_truth(texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = tmp_path / "spans.jsonl"
    with labels.open("w") as file:
        for n in range(60):
            spans: list[list[Any]] = [[2, 13, "PHONE"]] + ([[14, 18, "PERSON"]] if n % 10 == 0 else [])
            file.write(json.dumps({"id": f"d{n}", "spans": spans}) + "\n")
    claims = certify(capsys, texts, "--labels", labels, "--sample", "60")
    assert (claims["documents"], claims["sampled"], claims["leaked_documents"]) == (60, 60, 6)
    assert claims["residual_leak_upper_95"] == clopper_pearson_upper(6, 60, 0.95)
    assert claims["values"]["true"] == 66
    assert claims["by_type"] == {"PERSON": [6, 6], "PHONE": [60, 0]}
    [recorded] = evidence("text-certificate")
    assert recorded["claims"]["ruleset_digest"].startswith("sha256:")
    assert recorded["claims"]["sample_digest"] == claims["sample_digest"]
    assert SECRET_WORD not in json.dumps(recorded, ensure_ascii=False)
    some = certify(capsys, texts, "--labels", labels, "--sample", "20")
    assert some["sampled"] == 20
    phones = certify(capsys, texts, "--labels", labels, "--sample", "60", "--types", "EMAIL")
    assert phones["leaked_documents"] == 60


def complete(review: Path, missed: bool = True) -> None:
    """Do what a reviewer does."""
    lines = [json.loads(line) for line in review.read_text().splitlines()]
    for line in lines:
        line["reviewed"] = True
        if missed and SECRET_WORD in line["text"]:
            start = line["text"].index(SECRET_WORD)
            line["spans"].append({"start": start, "end": start + 4, "type": "PERSON"})
    review.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


def test_a_reviewed_sample(texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    review = tmp_path / "review.jsonl"
    drawn = certify(capsys, texts, "--draw", review, "--sample", "30")
    assert review.stat().st_mode & 0o077 == 0
    assert (drawn["documents"], drawn["sampled"]) == (60, 30)
    certify(capsys, texts, "--labels", review, code=60)  # nobody reviewed it
    complete(review)
    claims = certify(capsys, texts, "--labels", review)
    leaked = sum(SECRET_WORD in line for line in review.read_text().splitlines())
    assert claims["leaked_documents"] == leaked
    assert claims["documents"] == 60
    assert claims["sample_digest"] == drawn["sample_digest"]


@pytest.mark.parametrize("change", ["fewer", "other text", "other draw", "other input"])
def test_a_chosen_sample_is_refused(
    change: str, texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    review = tmp_path / "review.jsonl"
    certify(capsys, texts, "--draw", review, "--sample", "30")
    complete(review)
    lines = review.read_text().splitlines()
    if change == "fewer":
        review.write_text("\n".join(line for line in lines if SECRET_WORD not in line) + "\n")
    elif change == "other draw":
        review.write_text("\n".join(lines[:-1]) + '\n{"id": "d59", "reviewed": true, "spans": []}\n')
        if '"d59"' in lines[-1]:
            review.write_text("\n".join(lines[1:]) + "\n")
    elif change == "other text":
        texts.write_text(texts.read_text().replace("电话", "手机"))
    else:
        texts.write_text(texts.read_text() + '{"id": "new", "text": "x"}\n')
    certify(capsys, texts, "--labels", review, code=60)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"id": "d1"}', 21),
        ('{"id": "d1", "spans": [[1, 2]]}', 21),
        ('{"id": "d1", "spans": [[5, 2, "PHONE"]]}', 21),
        ('{"id": "d1", "spans": ["138"]}', 21),
        ('{"id": "none", "spans": []}', 25),
    ],
)
def test_labels_that_are_none(
    line: str, code: int, texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "l.jsonl").write_text(line + "\n")
    certify(capsys, texts, "--labels", tmp_path / "l.jsonl", code=code)


def test_one_of_labels_and_draw(texts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    certify(capsys, texts, code=10)


def document(name: str, *spans: tuple[int, int]) -> Scanned:
    return Scanned(name, (Leaf((), "x" * 20),), [LeafSpan(0, Span(start, end, "PHONE")) for start, end in spans])


def test_a_value_is_covered_whole_or_it_leaks() -> None:
    sample = [document("a", (0, 5), (5, 9)), document("b", (0, 5), (6, 9)), document("c", (1, 9)), document("d")]
    truth = {name: [("", 0, 9, "PERSON")] for name in "abc"} | {"d": []}
    result = compare(100, sample, truth)
    assert (result.leaked, result.values, result.missed) == (2, 3, 2)


def test_every_document_is_as_likely_to_be_drawn() -> None:
    """2,000 draws of 3 of 9: each comes about 667 times; five standard deviations are 105. A fixed choice fails."""
    documents = [document(str(number)) for number in range(9)]

    def uniform(counts: Counter[str]) -> bool:
        return all(abs(counts[str(number)] - 2000 / 3) < 105 for number in range(9))

    counts: Counter[str] = Counter()
    for _ in range(2000):
        total, sample = _sampled(documents, 3)
        assert total == 9
        assert [one.id for one in sample] == sorted({str(one.id) for one in sample})
        counts.update(str(one.id) for one in sample)
    assert uniform(counts)
    assert not uniform(Counter({"0": 2000, "1": 2000, "2": 2000}))
