"""The detector: candidate runs first, each run classified once, check digits last."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from wuming.core.canonical import digest
from wuming.core.errors import PlanError
from wuming.core.ports import Span
from wuming.deidentification import addresses, addresses_english, names, names_english, normalisation, recognizers
from wuming.deidentification.lexicon import chinese_names, chinese_words, english_names, places
from wuming.deidentification.normalisation import normalise
from wuming.deidentification.specification import REGISTRY, Candidate, FreeRecognizer, Recognizer

KINDS = (
    "person_name", "address", "resident_id", "mobile", "landline", "bank_card", "credit_card", "email", "ip", "uscc",
    "passport", "plate", "wechat", "qq", "ssn", "iban",
)  # fmt: skip

# Words that hold a digit, joined by what people put between groups of digits. Possessive: nothing is tried twice.
_RUN = re.compile(
    r"(?<![0-9A-Za-z])[+(]?[A-Za-z]*+[0-9][0-9A-Za-z]*+(?:[ \-._/·,，、()\n+]{1,3}[A-Za-z]{0,40}+[0-9][0-9A-Za-z]*+)*+"
)
_DIGIT = re.compile("[0-9]")
_COUNTRIES = {"zh": "cn", "en": "us"}


class Detector:
    """Finds personal data in one text at a time; holds no state between texts.

    Args:
        languages: of `zh`, `en`; which countries' identifiers and which grammars of names and addresses are tried.
            Identifiers that are the same everywhere are always tried.

    Raises:
        PlanError: for an unknown language, or none.

    Guarantee: spans are sorted, disjoint and within bounds; time is linear in the length of the text. What is not found
    may still be there.
    """

    def __init__(self, languages: Sequence[str] = ("zh", "en")) -> None:
        if not languages or any(language not in _COUNTRIES for language in languages):
            raise PlanError(
                f"languages={list(languages)} holds none or an unknown one", help=f"Use some of {sorted(_COUNTRIES)}."
            )
        assert recognizers  # its import fills the registry
        self.languages = tuple(languages)
        countries = {"generic", *(_COUNTRIES[language] for language in languages)}
        patterned = [recognizer for recognizer in REGISTRY.patterned if recognizer.country in countries]
        self._by_run = tuple(recognizer for recognizer in patterned if not recognizer.anywhere)
        self._anywhere = tuple(recognizer for recognizer in patterned if recognizer.anywhere)
        self._free = tuple(recognizer for recognizer in REGISTRY.free if recognizer.country in countries)
        self._fewest = min((recognizer.minimum_digits for recognizer in self._by_run), default=0)

    def find(self, text: str) -> list[Span]:
        """Return the spans of personal data in `text`, sorted, disjoint, within bounds."""
        normalised = normalise(text)
        chosen = resolve(self._candidates(normalised.text))
        return [
            Span(*normalised.original(candidate.start, candidate.end), candidate.kind, candidate.score)
            for candidate in chosen
        ]

    @cached_property
    def ruleset_digest(self) -> str:
        """SHA-256 over the specifications, word lists and grammars in use; changes when any of them changes."""
        specifications = [
            [r.kind, r.country, r.layout, r.source, r.pattern.pattern, r.support.pattern, list(r.decoys),
             r.minimum_digits, r.reach, r.priority, inspect.getsource(r.judge)]
            for r in (*self._by_run, *self._anywhere)
        ]  # fmt: skip
        free = [
            [r.kind, r.country, r.layout, r.source, inspect.getsource(inspect.getmodule(r.find) or r.find)]
            for r in self._free
        ]
        modules = (
            addresses, addresses_english, names, names_english, normalisation,
            chinese_names, chinese_words, english_names, places,
        )  # fmt: skip
        return digest([list(self.languages), specifications, free, [inspect.getsource(module) for module in modules]])

    def _candidates(self, text: str) -> Iterable[Candidate]:
        lowered = text.lower() if len(text.lower()) == len(text) else text
        for run in _RUN.finditer(text):
            digits = len(_DIGIT.findall(run.group()))
            if digits >= self._fewest:
                for recognizer in self._by_run:
                    if digits >= recognizer.minimum_digits:
                        yield from recognizer.candidates(text, lowered, run.start(), run.end())
        for recognizer in self._anywhere:
            yield from recognizer.candidates(text, lowered, 0, len(text))
        for free in self._free:
            yield from free.find(text)
        if "zh" in self.languages and not text.isascii():
            yield from addresses.find_chinese_addresses(text)
            yield from names.find_chinese_names(text)
        if "en" in self.languages:
            yield from addresses_english.find_english_addresses(text)
            yield from names_english.find_english_names(text)


def resolve(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Choose among overlapping candidates: priority, then length, then score, then position; sorted by position."""
    ranked = sorted(candidates, key=lambda c: (-c.priority, c.start - c.end, -c.score, c.start, c.kind))
    if len(ranked) < 2:
        return ranked
    last = max(candidate.end for candidate in ranked)
    taken = bytearray(last)
    chosen = []
    for candidate in ranked:
        if taken.find(1, candidate.start, candidate.end) < 0:
            taken[candidate.start : candidate.end] = b"\x01" * (candidate.end - candidate.start)
            chosen.append(candidate)
    return sorted(chosen, key=lambda c: c.start)


__all__ = ["KINDS", "Detector", "FreeRecognizer", "Recognizer", "resolve"]
