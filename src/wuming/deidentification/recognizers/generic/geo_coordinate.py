"""Places on the earth precise to some metres: where somebody lives or was."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, Context, keyword, pattern

_WORDS = (
    "经纬度", "坐标", "经度", "纬度", "定位", "位置", "gps", "lat", "lng", "lon", "long", "latitude", "longitude",
    "coordinates", "coordinate", "coords", "location", "geo", "北纬", "东经", "南纬", "西经", "latlng", "point",
    "position", "geolocation",
)  # fmt: skip
_NUMBER = r"[+\-]?[0-9]{1,3}\.[0-9]{3,15}"
_HEMISPHERE = r"(?: ?°)?(?: ?[NSEWnsew北南东西])?"
_MOST_DECIMALS = 10
_PARTS = re.compile(rf"({_NUMBER})")
_PART = (
    r"(?:[NSEWnsew] ?|(?:东经|西经|北纬|南纬)[:： ]{0,2})?[0-9]{1,3}(?:\.[0-9]{1,12})? ?[°º度] ?"
    r"(?:[0-9]{1,2}(?:\.[0-9]{1,6})? ?[′'’‘分] ?"
    r"(?:[0-9]{1,2}(?:\.[0-9]{1,6})? ?(?:[″\"”“秒]|''|′′) ?)?)?[NSEWnsew]?"
)
_DEGREES = re.compile(rf"{_PART}(?:[ ,，;、/]{{0,3}}{_PART})?(?![A-Za-z])")
_SIGNS = ("东经", "西经", "北纬", "南纬")
_MINUTES = re.compile(r"[0-9] ?[′'’分] ?[0-9]")
_HEMISPHERE_SAID = re.compile(r"[东西]经|[南北]纬|[°º度′″'’”\"秒] ?[NSEWnsew]|^[NSEWnsew]")


@pattern(
    kind="GEO_COORDINATE",
    country="generic",
    layout="latitude and longitude, or the other way round, with at least four decimals; one of them beside its word",
    source="ISO 6709:2022, Annex D; RFC 5870 (geo URI)",
    pattern=rf"(?<![0-9A-Za-z.])(?<![0-9], )(?<![0-9],)(?<![0-9] )(?:[NSEW] ?)?{_NUMBER}{_HEMISPHERE}"
    rf"(?:(?: ?[,，/;] ?| )(?:[NSEW] ?)?{_NUMBER}{_HEMISPHERE})?(?![0-9A-Za-z%]|\.[0-9]|[,，;]? ?[+\-]?[0-9]+\.[0-9])",
    context=_WORDS,
    decoys=("版本", "version", "金额", "合计", "总价", "price", "loss", "score", "accuracy", "mean", "std"),
    minimum_digits=5,
    needs=".",
    reach=24,
    before=3,
    priority=71,
)  # fmt: skip
def decimal_coordinate(value: str, context: Context) -> float:
    """Judge a pair, or one number: a pair of two or three digits before the point stands alone."""
    parts = _PARTS.findall(value)
    degrees = [abs(float(part)) for part in parts]
    decimals = min(len(part.partition(".")[2]) for part in parts)
    if context is Context.DECOY or max(degrees) > 180 or (min(degrees) > 90 and len(degrees) == 2):
        return 0.0
    if context is Context.SUPPORT:
        return 0.9 if decimals >= 4 or len(parts) == 2 else 0.6
    if len(parts) < 2 or decimals < 4:
        return 0.0
    if any(mark in value for mark in "°NSEW"):
        return 0.9
    measured = max(len(part.partition(".")[2]) for part in parts) <= _MOST_DECIMALS  # more are a computation's
    return 0.6 if min(degrees) >= 10 and measured else 0.3


@keyword(
    kind="GEO_COORDINATE",
    country="generic",
    layout="degrees, minutes and seconds, with a letter or a word for the hemisphere; one, or a pair",
    source="ISO 6709:2022, Annex D",
    words=("°", "º", *_SIGNS),
)
def degrees_and_minutes(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Read the coordinate around a sign for degrees; degrees alone are a temperature or an angle."""
    first = start
    if text[start:end] not in _SIGNS:
        head = text[max(0, start - 16) : start].rstrip()
        number = head[len(head.rstrip("0123456789.")) :]
        first = max(0, start - 16) + len(head) - len(number)
        head = head[: len(head) - len(number)].rstrip()
        if head[-1:] in ("N", "S", "E", "W") and not head[-2:-1].isalpha():
            first = max(0, start - 16) + len(head) - 1
        elif head[-2:] in _SIGNS:
            first = max(0, start - 16) + len(head) - 2
    match = _DEGREES.match(text, first)
    if match is None or match.end() < end:
        return
    value = match.group().rstrip()
    decimals = max((len(part.partition(".")[2]) for part in re.findall(r"[0-9.]+", value)), default=0)
    if (
        _MINUTES.search(value)
        or (decimals >= 3 and _HEMISPHERE_SAID.search(value))
        or ("分" in value and text[first : first + 2] in _SIGNS)
    ):
        yield Candidate(first, first + len(value), "GEO_COORDINATE", 0.9, 71)
