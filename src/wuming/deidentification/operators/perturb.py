"""perturb: dates of one subject move together, amounts change within a bound; what else it is given is redacted.

All dates of a subject move by one number of days, so that the time between them stays; it is drawn with the tenant's
key and is never zero. Dates of different subjects cannot be compared any more. An amount is multiplied by a factor
within the bound that depends on subject, type and amount: equal amounts of a subject stay equal. Neither hides that
there was a date or an amount, and a rare amount stays rare.
"""

from __future__ import annotations

import re
from datetime import timedelta

from wuming.deidentification.kinds import KINDS
from wuming.deidentification.operators.dates import read_date
from wuming.deidentification.operators.redact import redact
from wuming.deidentification.operators.setting import Setting, Value
from wuming.deidentification.operators.stream import Stream

_AMOUNT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){1,5}(?:\.([0-9]{1,8}))?|[0-9]{1,15}(?:\.([0-9]{1,8}))?")
_FINE = 1 << 40
_NUMBERS_THAT_NAME = frozenset(KINDS) - {"DATE_OF_BIRTH", "AGE"}  # the digits of a telephone number are no amount


def perturb(value: Value, stream: Stream, setting: Setting) -> str:
    """Return the date moved by up to `days`, or the amount changed by up to `share`, in the same form."""
    if value.kind in _NUMBERS_THAT_NAME:
        return redact(value, stream, setting)
    written = read_date(value.plain)
    if written is not None:
        drawn = stream.part("shift of all dates", "").below(2 * setting.days)
        shift = drawn - setting.days if drawn < setting.days else drawn - setting.days + 1
        try:
            return written.with_day(written.day + timedelta(days=shift))
        except OverflowError:
            return redact(value, stream, setting)
    match = _AMOUNT.search(value.plain)
    if match is None:
        return redact(value, stream, setting)
    return value.plain[: match.start()] + _changed(match, stream, setting.share) + value.plain[match.end() :]


def _changed(match: re.Match[str], stream: Stream, share: float) -> str:
    old = match.group()
    places = len(match.group(1) or match.group(2) or "")
    amount = float(old.replace(",", ""))
    factor = 1 + share * (2 * (stream.below(_FINE) + 0.5) / _FINE - 1)
    return f"{amount * factor:{',' if ',' in old else ''}.{places}f}"
