"""Surrogates of attributes: what is said about somebody. Few values each, so two may meet and one may stay what it was.

That is on purpose: where there are two genders, a surrogate that always differed would tell the gender.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from wuming.deidentification.operators.dates import read_date
from wuming.deidentification.operators.numerals import read_number
from wuming.deidentification.operators.setting import Setting, Value
from wuming.deidentification.operators.stream import Stream
from wuming.deidentification.operators.surrogates import words
from wuming.deidentification.operators.surrogates.layout import in_case, is_chinese

_FIRST_BIRTH, _BIRTH_DAYS = date(1945, 1, 1), 365 * 63


def birth(value: Value, stream: Stream, setting: Setting) -> str:
    """Another day between 1945 and 2007, in the same form."""
    del setting
    day = _FIRST_BIRTH + timedelta(days=stream.below(_BIRTH_DAYS))
    written = read_date(value.plain)
    if written is not None:
        return written.with_day(day)
    return f"{day.year}年{day.month}月{day.day}日" if is_chinese(value.plain) else day.isoformat()


def age(value: Value, stream: Stream, setting: Setting) -> str:
    """An age from 18 to 79, with the words around the number."""
    del setting
    found = read_number(value.plain)
    new = 18 + stream.below(62)
    return f"{new}" if found is None else f"{value.plain[: found[0]]}{new}{value.plain[found[1] :]}"


def gender(value: Value, stream: Stream, setting: Setting) -> str:
    """One of two by chance; with `gender` it stays."""
    return value.plain if "gender" in setting.keep else _of(words.GENDERS, value, stream)


def nationality(value: Value, stream: Stream, setting: Setting) -> str:
    """One of twenty; with `region` it stays."""
    if "region" in setting.keep:
        return value.plain
    new = _of(words.NATIONALITIES, value, stream)
    suffix = re.search("国?(?:籍|人|公民)$", value.plain)
    return new + (suffix.group().removeprefix("国") if suffix and is_chinese(new) else "")


def ethnicity(value: Value, stream: Stream, setting: Setting) -> str:
    """One of the commonest."""
    del setting
    return _of(words.ETHNICITIES, value, stream)


def religion(value: Value, stream: Stream, setting: Setting) -> str:
    """One of the commonest."""
    del setting
    return _of(words.RELIGIONS, value, stream)


def medical(value: Value, stream: Stream, setting: Setting) -> str:
    """A common condition."""
    del setting
    return _of(words.CONDITIONS, value, stream)


def _of(listed: Mapping[str, tuple[str, ...]], value: Value, stream: Stream) -> str:
    return in_case(value.plain, stream.choose(listed["zh" if is_chinese(value.plain) else "en"]))
