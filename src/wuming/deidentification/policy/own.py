"""Recognisers of one's own, from the policy's `recognizers:`: a regular expression or a list of words."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from wuming.deidentification.policy.expressions import compile_bounded
from wuming.deidentification.recognizers import checks
from wuming.deidentification.recognizers.checks import compact, digits_of, luhn, resident_check, uscc_check
from wuming.deidentification.specification import Candidate, Context, Keyword, Pattern, Specification

PRIORITY = 92
"""Above every recogniser that ships, below secrets and words that are denied."""

_WITH_CONTEXT, _WITH_CHECK = 0.9, 0.95


@dataclass(frozen=True)
class Own:
    """One entry of `recognizers:`.

    Attributes:
        name: small letters, digits, `_`; unique in the policy.
        type: entity type, one that is known or a new one.
        regex: what is looked for in the normalised text; the last group, where there is one, is the value.
        words: what is looked for in the place of a regex; ASCII words as whole words, in any case.
        checksum: name of a check that the value must pass; empty: none.
        context: words nearby that raise the score to 0.9.
        score: without context and checksum, in (0, 1]; a right checksum makes it 0.95, with context 1.
        source: the policy, for people.
    """

    name: str
    type: str
    regex: str = ""
    words: tuple[str, ...] = ()
    checksum: str = ""
    context: tuple[str, ...] = ()
    score: float = 0.6
    source: str = "the policy"

    def specification(self) -> Specification:
        """Return what the detector applies.

        Raises:
            ExpressionProblem: the regex is refused.
        """
        name, kinds = f"policy.{self.name}", (self.type,)
        said = f"{self.source}: score {self.score}"
        said += f", checksum {self.checksum}" if self.checksum else ""
        said += f", context {', '.join(self.context)}" if self.context else ""
        if self.words:
            words = tuple(sorted({word.lower() for word in self.words}))
            return Keyword(name, kinds, "generic", f"one of {len(words)} words", said, words, self._word)
        return Pattern(
            name, kinds, "generic", self.regex, said, self._judge, frozenset(word.lower() for word in self.context),
            frozenset(), PRIORITY, compile_bounded(self.regex), 0, 1, "", False, 0, 0, True,
        )  # fmt: skip

    def _judge(self, value: str, context: Context) -> float:
        supported = context is Context.SUPPORT
        if self.checksum:
            if not CHECKSUMS[self.checksum](value):
                return 0.0
            return 1.0 if supported else max(self.score, _WITH_CHECK)
        return max(self.score, _WITH_CONTEXT) if supported else self.score

    def _word(self, text: str, start: int, end: int) -> Iterator[Candidate]:
        del text
        yield Candidate(start, end, self.type, self.score, PRIORITY)


def _safely(check: Callable[[str], bool]) -> Callable[[str], bool]:
    def checked(value: str) -> bool:
        try:
            return check(compact(value))
        except (ValueError, IndexError, KeyError):
            return False  # a letter or a length that the check does not know

    return checked


def _last_is(check: Callable[[str], str]) -> Callable[[str], bool]:
    return lambda value: check(value[:-1]) == value[-1]


def _checksums() -> dict[str, Callable[[str], bool]]:
    found = {
        name: function
        for name, function in inspect.getmembers(checks, inspect.isfunction)
        if function.__module__ == checks.__name__
        and not name.startswith("_")
        and inspect.signature(function).return_annotation in ("bool", bool)
        and len(inspect.signature(function).parameters) == 1
    }
    return {name: _safely(function) for name, function in found.items()} | {
        "luhn": _safely(lambda value: len(digits_of(value)) > 1 and luhn(digits_of(value))),
        "resident_check": _safely(_last_is(resident_check)),
        "uscc_check": _safely(_last_is(uscc_check)),
    }


CHECKSUMS: Mapping[str, Callable[[str], bool]] = MappingProxyType(_checksums())
"""Name of a check in `recognizers/checks.py` → whether a value passes it; of the value letters and digits count."""
