"""Ages of people: in years, months for infants; in digits and in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, keyword

_NUMERAL = "[一二两三四五六七八九十百零〇]"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_WORDED = rf"(?:(?:{_TENS})(?:[ -](?:{_ONES}))?|{_TEENS}|{_ONES})"
_OLDEST = 125
_UNITS = ("岁", "周岁", " 岁", "多岁")
_YEARS = re.compile(r"(?<![0-9A-Za-z./])(?<![0-9],)(?<![0-9][\-~至到])([0-9]{1,3} ?)$")
_SPOKEN_YEARS = re.compile(rf"(?<!{_NUMERAL})({_NUMERAL}{{1,4}})$")
_LABELLED = re.compile(
    rf"[ \t:=(\"'是为约大]{{0,5}}(?:age)?((?<![0-9A-Za-z])[0-9]{{1,3}}(?![0-9.]|[-~年月日号个万%/]) ?(?:周?岁"
    rf"|years? old|years|yrs?)?"
    rf"|{_NUMERAL}{{1,4}}(?:周?岁|(?![年月日个万{_NUMERAL[1:-1]}])))",
    re.IGNORECASE,
)
_THIS_YEAR = re.compile(
    rf"(?:就?快|刚|已经?|才|也|都|我|他|她|满|整|虚岁|周岁){{0,3}}([0-9]{{1,3}}|{_NUMERAL}{{2,4}})(?:了|啦|整"
    rf"|出头)?(?=[,。.!?;;、 )\n]|$)"
)
_AGED = re.compile(
    rf"[ :=]{{0,3}}(?:of )?((?<![0-9A-Za-z])[0-9]{{1,3}}(?![0-9%/A-Za-z-]|\.[0-9])|{_WORDED}(?![a-z]))", re.IGNORECASE
)
_ENGLISH_BEFORE = re.compile(rf"(?<![0-9A-Za-z.,/$-])([0-9]{{1,3}}|{_WORDED})[ -]?$", re.IGNORECASE)
_ORDINAL = re.compile("(?<![0-9A-Za-z])([0-9]{1,3})(?:st|nd|rd|th) $")
_ANOTHER = re.compile(r"(?:,| and| or| to|,? and|-) ?([0-9]{1,3})(?![0-9%/A-Za-z-]|\.[0-9])")
_THINGS = re.compile(
    r"[ -](?:compan|firm|car|house|building|system|laptop|phone|film|movie|brand|wine|whisk|scotch|record|contract|bond"
    r"|treasur|note|mortgage|loan|plan|tree|tradition|software|code|bug|computer|machine|business|school|club|lease"
    r"|agreement|deal|low|high|history|average|forecast|swap|gilt|yield)",
    re.IGNORECASE,
)
_GENERAL = (
    "以上", "以下", "以内", "以前", "以后", "之前", "以下的", "及以", "起步", "儿童", "的儿童", "段", "-", "~", "至",
    "到",
)  # fmt: skip


def _possible(value: str) -> bool:
    digits = "".join(character for character in value if "0" <= character <= "9")
    return not digits or int(digits) <= _OLDEST


@keyword(
    kind="AGE",
    country="cn",
    layout="0 to 125 in digits or characters, then 岁 or 多岁; no range, no 以上",
    source="usage; GB/T 2261 leaves ages free",
    words=tuple(f"{digit}{unit}" for digit in "0123456789一二三四五六七八九十两百" for unit in _UNITS),
)
def age(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the number before 岁."""
    if text.startswith(_GENERAL, end):
        return
    first = max(0, start - 5)
    piece = text[first : start + 1]
    match = _YEARS.search(piece) or _SPOKEN_YEARS.search(piece)
    if match and _possible(match.group(1)):
        yield Candidate(first + match.start(1), end, "AGE", 0.85, 24)


@keyword(
    kind="AGE",
    country="cn",
    layout="0 to 125 after 年龄, 周岁, 虚岁; after 今年 only at the end of a clause",
    source="as above",
    words=("年龄", "周岁", "虚岁", "芳龄", "年方", "年满", "现年", "享年", "终年", "高龄", "今年"),
)
def labelled_age(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the number after a word for age."""
    pattern = _THIS_YEAR if text[start:end] == "今年" else _LABELLED
    match = pattern.match(text, end)
    if match and _possible(match.group(1)) and not text.startswith(_GENERAL, match.end(1)):
        yield Candidate(*match.span(1), "AGE", 0.9, 25)


@keyword(
    kind="AGE",
    country="generic",
    layout="0 to 125 in digits or words after age, aged",
    source="usage",
    words=(
        "age:", "age =", "age is", 'age":', "age of", "aged", "ages", "age", "turned", "turning", "my age",
        "years of age",
    ),
)  # fmt: skip
def english_age(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the number after a word for age."""
    word = text[start:end].lower()
    if word == "years of age":
        yield from _before(text, start, end)
        return
    match = _AGED.match(text, end + 1 if text[end : end + 1] in "\"'" and end < len(text) else end)
    if (
        match
        and _possible(match.group(1))
        and not text.startswith((" percent", " years ago", " minutes", " days"), match.end())
    ):
        yield Candidate(*match.span(1), "AGE", 0.6 if word.startswith("turn") else 0.85, 25)
        while word in ("aged", "ages") and (match := _ANOTHER.match(text, match.end(1))) and _possible(match.group(1)):
            yield Candidate(*match.span(1), "AGE", 0.8, 25)


@keyword(
    kind="AGE",
    country="generic",
    layout="1st to 125th before birthday",
    source="usage",
    words=("birthday", "bday", "b-day"),
)
def birthday(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find which birthday it is."""
    del end
    first = max(0, start - 8)
    match = _ORDINAL.search(text[first:start])
    if match and 0 < int(match.group(1)) <= _OLDEST:
        yield Candidate(first + match.start(), start - 1, "AGE", 0.8, 25)


@keyword(
    kind="AGE",
    country="generic",
    layout="0 to 125 in digits or words, then years old, -year-old, y/o; not of companies, buildings, bonds",
    source="usage",
    words=(
        "years old", "year old", "years-old", "year-old", "yr old", "yrs old", "yr-old", "y/o", "y.o", "yo",
        "months old", "month-old", "year olds", "years young", *(f"{digit}yo" for digit in range(10)),
        *(f"{digit}{unit} old" for digit in range(10) for unit in ("y", "yr", "yrs", "yo")),
    ),
)  # fmt: skip
def english_age_before(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the number before a word for age."""
    if _THINGS.match(text, end) is None:
        yield from _before(text, start + (text[start].isdigit()), end)


def _before(text: str, start: int, end: int) -> Iterator[Candidate]:
    first = max(0, start - 20)
    match = _ENGLISH_BEFORE.search(text[first:start])
    if match and _possible(match.group(1)):
        yield Candidate(first + match.start(1), end, "AGE", 0.85, 25)
