"""Names in Chinese news: exact spans of persons beside jieba's tagger; places and organisations too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.text.labelled import Sentence, cluener, msra
from wuming.benchmarks.text.scanner import Found
from wuming.benchmarks.text.scanning import EVERYTHING, JIEBA, find_all
from wuming.benchmarks.text.scoring import Strict, strict

_AHEAD = Goal(">=", 0.10)
_OTHERS = (("ADDRESS or LOCATION", ("ADDRESS", "LOCATION")), ("ORGANIZATION", ("ORGANIZATION",)))


def msra_persons(hall: Hall) -> Outcome:
    """Measure on the test part of MSRA."""
    return _measure(hall, msra, Goal(">=", 0.72))


def cluener_persons(hall: Hall) -> Outcome:
    """Measure on the development part of CLUENER."""
    return _measure(hall, cluener, Goal(">=", 0.62))


def _measure(hall: Hall, read: Callable[[], list[Sentence]], goal: Goal) -> Outcome:
    sentences = read()[:: 20 if hall.settings.quick else 1]
    texts = [one.text for one in sentences]
    contestants = [EVERYTHING, (JIEBA, "jieba"), (JIEBA, "jieba-joined")]
    with hall.contestants(contestants, peers=(JIEBA,)) as present:
        found = {}
        for one in present:
            hall.say(f"{one.name}: {len(texts):,} sentences")
            found[one.name] = find_all(one, texts)
    scores = {name: compare(sentences, spans, ("PERSON",)) for name, spans in found.items()}
    ours, jieba = scores["everything"], max((scores["jieba"], scores["jieba-joined"]), key=lambda one: one.f1)
    quick = hall.settings.quick
    figures = [
        Figure("PERSON: F1 of exact spans", "", (ours.f1,), None if quick else goal, _note(ours)),
        Figure(
            "PERSON: F1 of jieba's tagger",
            "",
            (jieba.f1,),
            None,
            f"precision {jieba.precision:.3f}, recall {jieba.recall:.3f}",
        ),
        Figure("PERSON: F1 above jieba's tagger", "", (ours.f1 - jieba.f1,), None if quick else _AHEAD),
    ]
    for words, kinds in _OTHERS:
        other = compare(sentences, found["everything"], kinds)
        figures.append(Figure(f"{words}: F1 of exact spans", "", (other.f1,), None, _note(other)))
    return Outcome(tuple(figures), {"PERSON": {name: one.as_json() for name, one in scores.items()}})


def compare(sentences: Sequence[Sentence], found: Sequence[Found], kinds: Iterable[str]) -> Strict:
    """Compare exact spans of some types, taken as one type."""
    names = frozenset(kinds)
    truth = [[span for kind in names for span in one.spans.get(kind, ())] for one in sentences]
    return strict(truth, [[(start, end) for start, end, kind in spans if kind in names] for spans in found])


def _note(score: Strict) -> str:
    return f"precision {score.precision:.3f}, recall {score.recall:.3f}, {score.true:,} true spans"
