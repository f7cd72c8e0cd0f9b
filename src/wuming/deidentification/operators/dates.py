"""Dates as people write them: read, and written back in the same form with another day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_NAMES = "|".join([*_MONTHS, *(month[:3] for month in _MONTHS), "Sept"])
_YEAR, _MONTH, _DAY = r"(?P<y>(?:18|19|20)[0-9]{2})", r"(?P<m>0?[1-9]|1[0-2])", r"(?P<d>0?[1-9]|[12][0-9]|3[01])"
_ORDINAL = r"(?P<o>st|nd|rd|th)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR} ?[-/.年] ?{_MONTH} ?[-/.月] ?{_DAY}(?![0-9])",
        r"(?<![0-9])(?P<y>(?:18|19|20)[0-9]{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12][0-9]|3[01])(?![0-9])",
        rf"(?P<n>{_NAMES})\.? {_DAY}{_ORDINAL},? {_YEAR}",
        rf"(?<![0-9]){_DAY}{_ORDINAL} (?:of )?(?P<n>{_NAMES})\.?,? {_YEAR}",
        rf"(?<![0-9]){_MONTH} ?[-/.] ?{_DAY} ?[-/.] ?{_YEAR}",
        rf"(?<![0-9]){_DAY} ?[-/.] ?{_MONTH} ?[-/.] ?{_YEAR}",
        rf"(?<![0-9]){_MONTH}/{_DAY}/(?P<y>[0-9]{{2}})(?![0-9])",
        rf"(?P<n>{_NAMES})\.?,? {_YEAR}",
        rf"{_YEAR} ?[-/.年] ?{_MONTH}(?![0-9])",
        rf"(?<![0-9]){_MONTH} ?月 ?{_DAY}(?![0-9])",
        rf"(?<![0-9]){_YEAR}(?![0-9])",
    )
)
_SAME_YEAR = 2000  # stands for a year that is not written; it has a 29th of February


@dataclass(frozen=True)
class WrittenDate:
    """A date within a text.

    Attributes:
        text: as written, with what stands around the date.
        day: what is meant; the first where month or day is not written.
        parts: which of `year`, `month`, `day` are written.
    """

    text: str
    day: date
    parts: frozenset[str]
    _match: re.Match[str]

    def with_day(self, day: date) -> str:
        """Return the text with another day in the same form."""
        new = dict.fromkeys(self._match.groupdict())
        groups = self._match.groupdict()
        new["y"] = f"{day.year:04}"[-len(groups.get("y") or "0000") :]
        new["m"] = _padded(day.month, groups.get("m"))
        new["d"] = _padded(day.day, groups.get("d"))
        new["o"] = _ordinal(day.day)
        new["n"] = _named(day.month, groups.get("n") or "")
        pieces, position = [], 0
        for start, end, name in sorted((*self._match.span(name), name) for name, old in groups.items() if old):
            pieces += [self.text[position:start], new[name] or ""]
            position = end
        return "".join((*pieces, self.text[position:]))

    def with_year_only(self, year: str) -> str:
        """Return the text with the year in the place of the date."""
        start, end = self._match.span()
        after = self.text[end:].lstrip("日号月 ")
        chinese = "年" in self._match.group()
        return self.text[:start] + year + ("年" if chinese and not after.startswith("年") else "") + after


def read_date(text: str) -> WrittenDate | None:
    """Return the first date in a normalised text, or None."""
    for form in _FORMS:
        match = form.search(text)
        if match is None:
            continue
        groups = match.groupdict()
        year = int(groups.get("y") or _SAME_YEAR)
        if year < 100:
            year += 1900 if year > 30 else 2000
        month = _month(groups["n"]) if groups.get("n") else int(groups.get("m") or 1)
        try:
            day = date(year, month, int(groups.get("d") or 1))
        except ValueError:
            continue
        written = {"year": "y", "month": "m", "day": "d"}
        parts = frozenset(name for name, group in written.items() if groups.get(group)) | (
            {"month"} if groups.get("n") else set()
        )
        return WrittenDate(text, day, parts, match)
    return None


def _padded(number: int, old: str | None) -> str:
    """Return the number with a leading zero where the old one was written with one, or had two digits for one."""
    return (
        f"{number:02}" if old is not None and (old.startswith("0") or (len(old) == 2 and number < 10)) else str(number)
    )


def _ordinal(day: int) -> str:
    return "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _month(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, 1) if month.lower().startswith(name.lower()[:3]))


def _named(month: int, old: str) -> str:
    name = _MONTHS[month - 1]
    name = name if old.capitalize() in _MONTHS and old.capitalize() != "May" else name[:3]
    return name.upper() if old.isupper() else name.lower() if old.islower() else name
