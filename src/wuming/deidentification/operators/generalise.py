"""generalise: a coarser value in the place of the value: year, band, city, network.

What has no coarser form that means anything is redacted. A coarse value narrows a person down all the same, together
with others: how far is what the attacks of the table stages measure, not what this operator promises.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable

from wuming.deidentification.lexicon.places import PROVINCES, STATE_NAMES, STATES
from wuming.deidentification.operators.dates import read_date
from wuming.deidentification.operators.numerals import read_number
from wuming.deidentification.operators.redact import redact
from wuming.deidentification.operators.setting import Setting, Value
from wuming.deidentification.operators.stream import Stream

_CITY = re.compile(
    rf"^(?:中国)?((?:{'|'.join(PROVINCES)})(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)?)"
    r"([一-鿿]{2,8}?(?:市|自治州|地区|盟))?"
)
_MUNICIPALITIES = ("北京", "天津", "上海", "重庆", "香港", "澳门")
_BARE_CITY = re.compile(r"^([一-鿿]{2,6}?(?:市|自治州|盟))")
_STATE = re.compile(
    rf"(?:([A-Z][A-Za-z.' \-]{{1,30}}), ?)?({'|'.join(sorted((*STATE_NAMES, *STATES), key=len, reverse=True))})"
    r"\.?(?:,? ([0-9]{5})(?:-[0-9]{4})?)?(?:, ?(?:USA?|United States))?\.?$"
)
# The initial three digits that stand for 20,000 people or fewer (census of 2000; Office for Civil Rights, guidance on
# 45 CFR 164.514, 26 November 2012): they become 000.
SMALL_AREAS = frozenset(
    "036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893".split()  # noqa: SIM905
)
_HOST = re.compile(r"^([a-z][a-z0-9+.\-]{1,12}://)(?:[^/@\s]{1,200}@)?([^/?#\s]{1,253})", re.IGNORECASE)
_DEGREES = re.compile(r"([+-]?[0-9]{1,3})\.([0-9]{1,15})")


def generalise(value: Value, stream: Stream, setting: Setting) -> str:
    """Return the year of a date, the band of an age, the city of an address, the /24 of an IP address."""
    maker = _MAKERS.get(value.kind)
    coarse = maker(value, setting) if maker else None
    return redact(value, stream, setting) if coarse is None else coarse


def _year(value: Value, setting: Setting) -> str | None:
    written = read_date(value.plain)
    if written is None or "year" not in written.parts:
        return None
    year = written.day.year
    if year >= setting.oldest:
        return written.with_year_only(str(year))
    last = setting.oldest - 1
    return f"{last}年或更早" if value.language == "zh" else f"{last} or earlier"


def _band(value: Value, setting: Setting) -> str | None:
    found = read_number(value.plain)
    if found is None:
        return None
    start, end, age = found
    if setting.top and age >= setting.top:
        band = f"{setting.top}+"
    elif setting.width == 1:
        band = str(age)
    else:
        first = age - age % setting.width
        last = first + setting.width - 1
        band = f"{first}-{min(last, setting.top - 1) if setting.top else last}"
    return value.plain[:start] + band + value.plain[end:]


def _place(value: Value, setting: Setting) -> str | None:
    plain = value.plain.strip()
    match = _CITY.match(plain)
    if match:
        province, city = match.groups()
        return province + (city if city and setting.level == "city" else "")
    if setting.level == "city" and (bare := _BARE_CITY.match(plain)):
        return bare.group(1)
    match = _STATE.search(plain)
    if match is None:
        return None
    town, state, code = match.groups()
    if setting.level == "city" and town:
        return f"{town.strip()}, {state}"
    area = "" if code is None else " " + ("000" if code[:3] in SMALL_AREAS else code[:3]) + "**"
    return state + area


def _network(value: Value, setting: Setting) -> str | None:
    del setting
    try:
        address = ipaddress.ip_address(value.plain)
    except ValueError:
        return None
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))


def _host(value: Value, setting: Setting) -> str | None:
    del setting
    match = _HOST.match(value.plain)
    return f"{match.group(1)}{match.group(2)}/" if match else None


def _coordinates(value: Value, setting: Setting) -> str | None:
    """One decimal: about 11 km."""
    del setting
    coarse = _DEGREES.sub(lambda match: f"{match.group(1)}.{match.group(2)[:1]}", value.plain)
    return coarse if _DEGREES.search(value.plain) else None


_MAKERS: dict[str, Callable[[Value, Setting], str | None]] = {
    "DATE_OF_BIRTH": _year,
    "AGE": _band,
    "ADDRESS": _place,
    "LOCATION": _place,
    "IP_ADDRESS": _network,
    "URL": _host,
    "GEO_COORDINATE": _coordinates,
}
