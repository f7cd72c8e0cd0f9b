"""What a policy says about finding: own recognisers, lists, thresholds. A value that the detector takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from wuming.core.canonical import digest
from wuming.deidentification.normalisation import canonical_value
from wuming.deidentification.specification import Candidate, Keyword, Specification

EVERY_KIND = "*"
"""In `allow`: the value is left whatever its type."""

_DENIED = 96  # above every recogniser


@dataclass(frozen=True)
class Rules:
    """One's own rules.

    Attributes:
        recognizers: specifications beside those that ship; their kinds may be new ones, `EMPLOYEE_ID` for instance.
        allow: kind, or `*` for all, → values that are never taken, in the spelling of `canonical_value`.
        deny: kind → words that are always taken, as written; ASCII words only as whole words.
        thresholds: kind → least score; other kinds use the detector's.
        kinds: entity types to look for; empty: all that are known, and those of `recognizers` and `deny`.
    """

    recognizers: tuple[Specification, ...] = ()
    allow: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    deny: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    thresholds: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    kinds: tuple[str, ...] = ()

    @cached_property
    def specifications(self) -> tuple[Specification, ...]:
        """All that is to be added to the detector's own: the recognisers, and one for each kind with words to deny."""
        return (*self.recognizers, *(_denied(kind, words) for kind, words in self.deny.items() if words))

    @cached_property
    def own_kinds(self) -> frozenset[str]:
        """The kinds that these rules can give."""
        return frozenset(kind for one in self.specifications for kind in one.kinds)

    def allows(self, value: str, kind: str) -> bool:
        """Say whether this value is to be left as it is; no value of a policy is both allowed and denied."""
        if not self.allow:
            return False
        everywhere, here = self.allow.get(EVERY_KIND), self.allow.get(kind)
        spelled = canonical_value(value, kind)
        return (everywhere is not None and spelled in everywhere) or (here is not None and spelled in here)

    def threshold(self, kind: str, default: float) -> float:
        """Return the least score of a kind."""
        return self.thresholds.get(kind, default)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything that these rules say."""
        return digest(
            {
                "recognizers": [_shown(one) for one in self.recognizers],
                "allow": {kind: sorted(values) for kind, values in self.allow.items()},
                "deny": {kind: sorted(words) for kind, words in self.deny.items()},
                "thresholds": dict(self.thresholds),
                "kinds": sorted(self.kinds),
            }
        )


def _shown(one: Specification) -> list[str | list[str]]:
    words = list(one.words) if isinstance(one, Keyword) else []
    return [one.name, list(one.kinds), one.layout, one.source, words]


def _denied(kind: str, words: tuple[str, ...]) -> Keyword:
    def find(text: str, start: int, end: int) -> Iterator[Candidate]:
        del text
        yield Candidate(start, end, kind, 1.0, _DENIED)

    spelled = tuple(sorted({word.lower() for word in words}))
    return Keyword(
        f"policy.denied_{kind.lower()}", (kind,), "generic", "a word of the list", "the policy", spelled, find
    )
