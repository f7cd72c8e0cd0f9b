"""How the text bench counts, on texts whose answer is known, and with answers that are wrong."""

from __future__ import annotations

import re
from pathlib import Path

from wuming.benchmarks.text import scoring
from wuming.benchmarks.text.dialogues import dialogues
from wuming.benchmarks.text.documents import Document
from wuming.benchmarks.text.labelled import read_bio, read_cluener
from wuming.benchmarks.text.negatives import NEGATIVES, texts
from wuming.benchmarks.text.values import Value

TEXT = "卡号6222 0000 1111 222完"
VALUE = Value("BANK_CARD", "UnionPay", "6222 0000 1111 222", True, "BANK_CARD")
DOCUMENT = Document(TEXT, 2, 20, VALUE, True)


def counted(*found: tuple[int, int, str]) -> scoring.Count:
    return scoring.score([DOCUMENT], [list(found)], ["BANK_CARD", "CREDIT_CARD", "PHONE"]).all


def test_a_value_counts_only_if_it_is_covered_whole_and_under_its_name() -> None:
    assert counted((2, 20, "BANK_CARD")).recall == 1
    assert counted((0, 21, "CREDIT_CARD")).recall == 1  # an accepted alias, and more than enough
    assert counted((2, 10, "BANK_CARD"), (10, 20, "CREDIT_CARD")).recall == 1
    assert counted((2, 19, "BANK_CARD")).recall == 0
    assert counted((2, 10, "BANK_CARD"), (11, 20, "BANK_CARD")).recall == 0
    other = counted((2, 20, "PHONE"))
    assert (other.found, other.covered) == (0, 1)


def test_a_span_is_wrong_only_where_it_touches_nothing() -> None:
    assert counted((19, 21, "PHONE")).precision == 1
    assert counted((20, 21, "PHONE")).precision == 0
    assert counted((20, 21, "PERSON")).precision == 1  # no structured type: counted elsewhere


def test_exact_spans_are_compared_text_by_text() -> None:
    result = scoring.strict([[(0, 2), (3, 5)], []], [[(0, 2), (3, 6)], [(0, 2)]])
    assert (result.true, result.found, result.right) == (2, 3, 1)
    assert result.f1 == 0.4
    assert scoring.strict([[]], [[]]).f1 == 0


def test_labels_of_characters_become_spans() -> None:
    (first, second) = read_bio("邓\tB-PER\n小\tI-PER\n平\tI-PER\n在\tO\n京\tB-LOC\n\n李\tB-PER\n王\tB-PER\n")
    assert (first.text, first.spans) == ("邓小平在京", {"PERSON": [(0, 3)], "LOCATION": [(4, 5)]})
    assert second.spans == {"PERSON": [(0, 1), (1, 2)]}


def test_words_with_places_become_spans(tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl"
    path.write_text(
        '{"text": "彭小军在台湾", "label": {"name": {"彭小军": [[0, 2]]}, "game": {"在": [[3, 3]]}}}\n', "utf-8"
    )
    (sentence,) = read_cluener(path)
    assert sentence.spans == {"PERSON": [(0, 3)]}


def test_dialogues_are_a_kilobyte_long_and_as_dense_as_asked() -> None:
    for density in (0.0, 5.0):
        drawn = dialogues(1, 40_000, per_kilobyte=density)
        sizes = [len(text.encode()) for text in drawn]
        assert 40_000 <= sum(sizes) < 42_000
        assert 900 < sum(sizes) / len(sizes) < 1100
        assert ("@" in "".join(drawn)) == (density > 0)
    assert dialogues(1, 5000, per_kilobyte=5.0) == dialogues(1, 5000, per_kilobyte=5.0)


def test_negatives_hold_no_address_and_are_as_long_as_asked() -> None:
    for negative in NEGATIVES.values():
        if negative.name == "reviews":
            continue
        drawn = texts(negative, 20_000, 3)
        assert 19_000 < sum(len(text.encode()) + 1 for text in drawn) < 22_000
        assert not re.search(r"\w@\w", "".join(drawn))
        assert drawn == texts(negative, 20_000, 3)
