"""What an operator is told: the value, and how it is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from wuming.core.errors import PlanError

Kept = Literal["gender", "region"]


class Value(NamedTuple):
    """One value that is to be replaced.

    Attributes:
        text: as written.
        plain: normalised: one spelling of digits, letters, spaces; nothing invisible.
        kind: entity type.
        entity: whom or what it stands for, under which equal things are equal: the canonical value, and for a part of
            a name (小张) the whole name that the same text holds.
        language: `zh` or `en`.
        persons: names of persons in the same text, normalised.
    """

    text: str
    plain: str
    kind: str
    entity: str
    language: str
    persons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """An operator with its options; those that it does not know are refused.

    Attributes:
        operator: its name.
        keep: `surrogate`: what the surrogate has in common with the value.
        check_digit: `surrogate`: `valid`, or `invalid` so that no software takes it for a real number.
        level: `generalise`: of places: `city` or `province` (in America: the state, with three digits of the post code
            where those stand for more than 20,000 people).
        width: `generalise`: years of age in a band.
        top: `generalise`: ages from here on are one band; 0: no such band.
        oldest: `generalise`: years of birth before this one become one; 0: none do.
        days: `perturb`: dates of one subject move together by at most so many days, and never by none.
        share: `perturb`: amounts change by at most this share of themselves.

    Raises:
        PlanError: an unknown operator, an option of another operator, or a value out of range.
    """

    operator: str
    keep: frozenset[Kept] = frozenset()
    check_digit: Literal["valid", "invalid"] = "valid"
    level: Literal["city", "province"] = "city"
    width: int = 10
    top: int = 90
    oldest: int = 0
    days: int = 365
    share: float = 0.1

    def __post_init__(self) -> None:
        """Check name, options and ranges."""
        if self.operator not in OPTIONS:
            raise PlanError(f"operator={self.operator} is unknown", help=f"Use one of {', '.join(OPTIONS)}.")
        for name, default in DEFAULTS.items():
            value = getattr(self, name)
            if value != default and name not in OPTIONS[self.operator]:
                raise PlanError(f"operator={self.operator} has no option {name}", help=_allowed(self.operator))
            if not _fits(name, value):
                raise PlanError(f"{name} of {self.operator} {RANGES[name]}", help="Choose another value.")


OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "surrogate": ("keep", "check_digit"),
    "token": (),
    "redact": (),
    "mask": (),
    "hash": (),
    "encrypt": (),
    "generalise": ("level", "width", "top", "oldest"),
    "perturb": ("days", "share"),
    "keep": (),
}
"""Operator → the options that it knows."""

RANGES: Final[Mapping[str, str]] = {
    "keep": "must be some of gender, region",
    "check_digit": "must be valid or invalid",
    "level": "must be city or province",
    "width": "must be a whole number from 1 to 50",
    "top": "must be a whole number from 0 to 120",
    "oldest": "must be a year from 1850 to 2100, or 0",
    "days": "must be a whole number from 1 to 3,650",
    "share": "must be a number above 0 and below 1",
}
DEFAULTS: Final[Mapping[str, object]] = {
    "keep": frozenset(), "check_digit": "valid", "level": "city", "width": 10, "top": 90, "oldest": 0, "days": 365,
    "share": 0.1,
}  # fmt: skip


def _fits(name: str, value: object) -> bool:
    whole = value if isinstance(value, int) and not isinstance(value, bool) else -1
    match name:
        case "keep":
            return isinstance(value, frozenset) and value <= {"gender", "region"}
        case "check_digit":
            return value in ("valid", "invalid")
        case "level":
            return value in ("city", "province")
        case "width":
            return 1 <= whole <= 50
        case "top":
            return 0 <= whole <= 120
        case "oldest":
            return whole == 0 or 1850 <= whole <= 2100
        case "days":
            return 1 <= whole <= 3650
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1


def _allowed(operator: str) -> str:
    return f"It knows {', '.join(OPTIONS[operator])}." if OPTIONS[operator] else "It has none."
