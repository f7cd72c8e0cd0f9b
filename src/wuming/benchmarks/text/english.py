"""Generated English sentences with labelled spans, on templates that nothing was chosen on, beside Presidio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.text.presidio_research import Agreement, Agreements, agreement, samples
from wuming.benchmarks.text.scanner import Found
from wuming.benchmarks.text.scanning import ARGUS, EVERYTHING, PRESIDIO, find_all

_F1 = Goal(">=", 0.85)
_PRESIDIO = ("presidio-model", "presidio-sure")

# Names that peers give to what the set's types, read as ours, mean; others keep theirs and are not counted.
_SAME: Mapping[str, str] = {
    "PHONE_NUMBER": "PHONE", "EMAIL_ADDRESS": "EMAIL", "IBAN_CODE": "IBAN", "NRP": "NATIONALITY",
    "person": "PERSON", "phone": "PHONE", "email": "EMAIL", "credit_card": "CREDIT_CARD", "bank_card": "CREDIT_CARD",
    "iban": "IBAN", "ssn": "US_SSN", "ip_address": "IP_ADDRESS", "us_address": "ADDRESS", "address": "ADDRESS",
    "organization": "ORGANIZATION", "location": "LOCATION", "age": "AGE", "nationality": "NATIONALITY",
}  # fmt: skip


def measure(hall: Hall) -> Outcome:
    """Compare all contestants on the same sentences.

    Raises:
        UnknownDataset: the set is not installed.
    """
    chosen = [one for one in samples() if not one.chosen_on][:: 20 if hall.settings.quick else 1]
    texts = [one.text for one in chosen]
    figures: list[Figure] = []
    raw: dict[str, Any] = {}
    wanted = [EVERYTHING, (ARGUS, "argus-redact"), *((PRESIDIO, name) for name in _PRESIDIO)]
    results: dict[str, Agreements] = {}
    with hall.contestants(wanted, peers=(ARGUS, PRESIDIO)) as present:
        for one in present:
            hall.say(f"{one.name}: {len(texts):,} sentences")
            found = [_named(spans) for spans in find_all(one, texts)]
            results[one.name] = agreement(chosen, found, outside=False)
            raw[one.name] = {
                "all": results[one.name].all.as_json(),
                "with types that are not ours": agreement(chosen, found, outside=True).all.as_json(),
                "by_kind": {kind: count.as_json() for kind, count in sorted(results[one.name].by_kind.items())},
            }
    promised = None if hall.settings.quick else _F1
    ours = results["everything"].all
    note = f"{ours.true:,} spans of {len(chosen):,} sentences"
    figures += [
        Figure("F1 of exact spans", "", (ours.f1(partial=False),), promised, note),
        Figure("F1 of spans that agree by half", "", (ours.f1(partial=True),)),
        Figure(
            "F1 of exact spans, the three types that are not ours counted as missed",
            "",
            (raw["everything"]["with types that are not ours"]["f1_strict"],),
        ),
    ]
    apart = results["everything"].by_kind.get("NATIONALITY", Agreement())
    rest = Agreement(*(one - other for one, other in zip(vars(ours).values(), vars(apart).values(), strict=True)))
    figures.append(
        Figure(
            "F1 of exact spans, NRP apart",
            "",
            (rest.f1(partial=False),),
            None,
            'the set labels every "Polish film"; ours is a nationality only of a person',
        )
    )
    best = max((results[name].all for name in _PRESIDIO), key=lambda one: one.f1(partial=False))
    ahead = None if hall.settings.quick else Goal(">=", 0.0)
    figures.append(Figure("F1 above Presidio's", "", (ours.f1(partial=False) - best.f1(partial=False),), ahead))
    for name, agreed in results.items():
        if name != "everything":
            persons = agreed.by_kind.get("PERSON", Agreement()).f1(partial=False)
            figures.append(Figure(f"{name}: F1 of exact spans", "", (agreed.all.f1(partial=False),)))
            figures.append(Figure(f"{name}: PERSON alone", "", (persons,)))
    for kind, count in sorted(results["everything"].by_kind.items()):
        figures.append(
            Figure(f"{kind}: F1 of exact spans", "", (count.f1(partial=False),), None, f"{count.true} spans")
        )
    settled = "templates with odd numbers; only how their labels are read (quoted addresses, ages) was settled on them"
    notes = (settled, "Presidio: spaCy's small English model")
    return Outcome(tuple(figures), raw, notes)


def _named(spans: Sequence[tuple[int, int, str]]) -> Found:
    return [(start, end, _SAME.get(kind, kind)) for start, end, kind in spans]
