"""A quick part of the text bench: values plainly written and in every other spelling; see `wuming bench text`."""

from __future__ import annotations

import pytest

from wuming.benchmarks.text import scoring, sources
from wuming.benchmarks.text.documents import Document, place_all
from wuming.benchmarks.text.spellings import SPELLINGS, Spelling
from wuming.benchmarks.text.structured import spelled_documents
from wuming.deidentification.engine import Detector
from wuming.deidentification.kinds import STRUCTURED

SEED = 77


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


def scored(detector: Detector, documents: list[Document]) -> scoring.Score:
    found = [[(span.start, span.end, span.kind) for span in detector.find(one.text)] for one in documents]
    return scoring.score(documents, found, STRUCTURED)


def missed(score: scoring.Score) -> list[tuple[str, str, str]]:
    return [(one.value.kind, one.value.form, one.text) for one, _ in score.missed]


def test_values_plainly_written_are_found_and_nothing_else(detector: Detector) -> None:
    result = scored(detector, place_all(sources.own_values(25, SEED), SEED))
    assert result.all.values > 900
    assert result.all.recall >= 0.99, missed(result)
    assert result.all.precision >= 0.99, [(span[2], one.text) for one, span in result.wrong]


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda spelling: spelling.name)
def test_values_in_other_spellings_are_found(detector: Detector, spelling: Spelling) -> None:
    result = scored(detector, spelled_documents(spelling, 40, SEED))
    assert len(result.missed) <= 1, missed(result)
