"""Values to be found: what each type is, in which forms it is written, and whether it can be known without a word.

Standard library only: environments of peers import it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random

ALIASES: Mapping[str, frozenset[str]] = {
    "BANK_CARD": frozenset({"CREDIT_CARD"}),  # one numbering, ISO/IEC 7812: the issuer's range says no more than that
    "CREDIT_CARD": frozenset({"BANK_CARD"}),
    "CN_PASSPORT": frozenset({"PASSPORT"}),
    "PASSPORT": frozenset({"CN_PASSPORT"}),  # a letter and eight digits belong to many countries
    "CN_SOCIAL_SECURITY": frozenset({"CN_RESIDENT_ID", "CN_MEDICAL_INSURANCE"}),  # one number, since 2010 one card
    "CN_MEDICAL_INSURANCE": frozenset({"CN_RESIDENT_ID", "CN_SOCIAL_SECURITY"}),
    "LICENSE_NUMBER": frozenset({"US_DRIVER_LICENSE"}),
    "US_DRIVER_LICENSE": frozenset({"LICENSE_NUMBER"}),
    "URL": frozenset({"SECRET"}),  # a token in an address is both
    "SECRET": frozenset({"URL"}),
}
"""Which other types count as right, beside the type itself."""


@dataclass(frozen=True)
class Form:
    """One way to write values of one type.

    Attributes:
        kind: entity type.
        name: in reports.
        draw: makes a value from a source of random numbers.
        bare: it can be known without a word beside it, by check digits or a layout that is rare elsewhere.
        labels: key of the words that name it; empty: the type.
        frame: what belongs around the value, such as an address around a token.
        language: of the texts it occurs in; empty: any.
    """

    kind: str
    name: str
    draw: Callable[[Random], str]
    bare: bool = False
    labels: str = ""
    frame: str = "{value}"
    language: str = ""


@dataclass(frozen=True)
class Value:
    """One value as it is written; the fields are those of its form."""

    kind: str
    form: str
    text: str
    bare: bool
    labels: str
    frame: str = "{value}"
    language: str = ""


def drawn(form: Form, rng: Random) -> Value:
    """Draw one value of a form."""
    return given(form, form.draw(rng))


def given(form: Form, text: str) -> Value:
    """Return a value that somebody else has drawn."""
    return Value(form.kind, form.name, text, form.bare, form.labels or form.kind, form.frame, form.language)


def accepted(kind: str) -> frozenset[str]:
    """Return the types that count as right for a value of type `kind`."""
    return ALIASES.get(kind, frozenset()) | {kind}


def take(values: Iterable[str], form: Form) -> list[Value]:
    """Return one value a text."""
    return [given(form, text) for text in values]


def digits(rng: Random, count: int) -> str:
    """Return so many random decimal digits."""
    return "".join(rng.choice("0123456789") for _ in range(count))


def letters(rng: Random, count: int, alphabet: str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ") -> str:
    """Return so many random characters of an alphabet."""
    return "".join(rng.choice(alphabet) for _ in range(count))
