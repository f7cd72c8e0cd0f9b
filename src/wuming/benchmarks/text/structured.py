"""Structured types: how many values are found, plainly written and in every other spelling."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.protocol import Contestant
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.text import scoring, sources
from wuming.benchmarks.text.documents import SHOWN, Document, Sentences, place, place_all
from wuming.benchmarks.text.scanning import ARGUS, EVERYTHING, PEERS, PRESIDIO, find_all
from wuming.benchmarks.text.spellings import SPELLINGS, Spelling
from wuming.benchmarks.text.values import drawn
from wuming.core.errors import SelfCheckFailed
from wuming.deidentification.kinds import STRUCTURED

ITEMS, SPELLED = 3000, 1200
_QUICK_ITEMS, _QUICK_SPELLED = 20, 20
_SEED = 20261128
_RECALL, _PRECISION, _SPELLED_RECALL = Goal(">=", 0.999), Goal(">=", 0.995), Goal(">=", 0.99)
_EVERY = 10  # peers get every so many-th document: one of them needs milliseconds for each

# Plain forms, whose values stay themselves in any spelling: no country code to lose, no layout that alone spoke for
# them.
PLAIN_FORMS = {
    "PHONE": "mainland mobile", "CN_RESIDENT_ID": "18 characters", "BANK_CARD": "UnionPay",
    "CREDIT_CARD": "four brands", "QQ": "digits", "IMEI": "15 digits", "US_SSN": "dashes", "US_ITIN": "dashes",
    "UK_NHS": "ten digits",
    "US_BANK_ROUTING": "nine digits", "CN_USCC": "all departments", "CN_PLATE": "common", "CN_PASSPORT": "ordinary",
    "CN_TRAVEL_PERMIT": "to Hong Kong", "HK_ID": "brackets", "TW_ID": "citizen", "VIN": "17 characters",
    "IBAN": "six countries", "UK_NINO": "joined", "EMAIL": "dots, signs, plus", "IP_ADDRESS": "version 4",
    "MAC_ADDRESS": "three layouts",
}  # fmt: skip
# Check digits or a prefix survive the spelling, so these are also looked for without a word beside them.
_KNOWN_BARE = frozenset({"PHONE", "CN_RESIDENT_ID", "BANK_CARD", "CREDIT_CARD", "CN_USCC", "IBAN", "EMAIL", "CN_PLATE"})


def clean(hall: Hall, *, sentences: Sentences = SHOWN, seed: int = _SEED) -> Outcome:
    """Find values with right check digits, plainly written; peers on every tenth document, whatever they call it."""
    quick = hall.settings.quick
    with hall.contestants([(sources.PEER, "values")], peers=(sources.PEER,)) as (source,):
        hall.say("values")
        if wrong := sources.refused(source, 50 if quick else 1000, seed):
            raise SelfCheckFailed(f"python-stdnum refuses check digits of: {', '.join(wrong)}", help="Mend the bench.")
        values = sources.all_values(source, _QUICK_ITEMS if quick else ITEMS, seed)
    documents = place_all(values, seed, sentences=sentences)
    with hall.contestants([EVERYTHING], peers=()) as (ours,):
        hall.say(f"{len(documents):,} documents")
        result = scoring.score(documents, find_all(ours, [one.text for one in documents]), STRUCTURED)
    peers = _peers(hall, documents[::_EVERY])
    recall, precision = (None, None) if quick else (_RECALL, _PRECISION)
    figures = [
        Figure("recall, all types", "", (result.all.recall,), recall, f"{result.all.values:,} values"),
        Figure("precision, all types", "", (result.all.precision,), precision, f"{result.all.spans:,} spans"),
    ]
    for kind, count in sorted(result.by_kind.items()):
        if count.values:
            figures.append(Figure(f"{kind}: recall", "", (count.recall,), recall, f"{count.values:,} values"))
        if count.spans:
            figures.append(Figure(f"{kind}: precision", "", (count.precision,), precision, f"{count.spans:,} spans"))
    figures += [Figure(f"{name}: covered under any name, all types", "", (one.all.covered / one.all.values,))
                for name, one in peers.items()]  # fmt: skip
    raw: dict[str, Any] = {
        "all": result.all.as_json(),
        "by_kind": _json(result.by_kind),
        "by_form": _json(result.by_form),
    }
    raw["peers"] = {name: {"all": one.all.as_json(), "by_kind": _json(one.by_kind)} for name, one in peers.items()}
    return Outcome(tuple(figures), raw)


def spelled(hall: Hall, *, sentences: Sentences = SHOWN, seed: int = _SEED) -> Outcome:
    """Find values in every spelling; peers on every tenth document, whatever they call it."""
    quick = hall.settings.quick
    figures: list[Figure] = []
    raw: dict[str, Any] = {}
    total = scoring.Count()
    with hall.contestants([EVERYTHING, *PEERS], peers=(ARGUS, PRESIDIO)) as (ours, *peers):
        for spelling in SPELLINGS:
            hall.say(spelling.name)
            documents = spelled_documents(spelling, _QUICK_SPELLED if quick else SPELLED, seed, sentences=sentences)
            result = scoring.score(documents, find_all(ours, [one.text for one in documents]), STRUCTURED)
            goal = None if quick else _SPELLED_RECALL
            note = f"{result.all.values:,} values; precision {result.all.precision:.2%}"
            figures.append(Figure(f"{spelling.name}: recall", "", (result.all.recall,), goal, note))
            total.values += result.all.values
            total.found += result.all.found
            raw[spelling.name] = {"all": result.all.as_json(), "by_kind": _json(result.by_kind)}
            raw[spelling.name]["peers"] = {one.name: _covered(one, documents[::_EVERY]) for one in peers}
        figures.insert(0, Figure("all spellings: recall", "", (total.recall,), None if quick else _SPELLED_RECALL))
        for one in peers:
            shares = [raw[spelling.name]["peers"][one.name] for spelling in SPELLINGS]
            share = sum(covered for covered, _ in shares) / sum(count for _, count in shares)
            figures.append(Figure(f"{one.name}: covered under any name, all spellings", "", (share,)))
    return Outcome(tuple(figures), raw)


def spelled_documents(spelling: Spelling, count: int, seed: int, *, sentences: Sentences = SHOWN) -> list[Document]:
    """Return at least so many documents with values in a spelling, types in turn; none is spelled plainly."""
    rng = Random(f"{seed}/{spelling.name}")  # noqa: S311  (reproducible test data)
    forms = [one for one in sources.STANDARDS if one.kind in spelling.kinds and PLAIN_FORMS.get(one.kind) == one.name]
    languages = (spelling.language,) if spelling.language else ("zh", "en")
    found: list[Document] = []
    for turn in range(count * 20):
        form = forms[turn % len(forms)]
        value = drawn(form, rng)
        written = spelling.respell(value.text, rng)
        if written == value.text:
            continue
        worded = None if form.kind in _KNOWN_BARE else True
        document = place(value, rng, sentences=sentences, languages=languages, worded=worded, written=written)
        found += [] if document is None else [document]
        if len(found) == count:
            break
    return found


def _peers(hall: Hall, documents: Sequence[Document]) -> dict[str, scoring.Score]:
    texts = [one.text for one in documents]
    with hall.contestants(PEERS, peers=(ARGUS, PRESIDIO)) as present:
        found = {}
        for one in present:
            hall.say(f"{one.name}: {len(texts):,} documents")
            found[one.name] = scoring.score(documents, find_all(one, texts), ())
    return found


def _covered(contestant: Contestant, documents: Sequence[Document]) -> tuple[int, int]:
    result = scoring.score(documents, find_all(contestant, [one.text for one in documents]), ())
    return result.all.covered, result.all.values


def _json(counts: dict[str, scoring.Count]) -> dict[str, dict[str, float]]:
    return {name: count.as_json() for name, count in sorted(counts.items())}
