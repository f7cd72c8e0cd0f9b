"""Number plates of vehicles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.checks import compact
from wuming.deidentification.specification import Candidate, Context, keyword, pattern

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_OFFICES = "abcdefghjklmnpqrstuvwxyz"
_ARMY = "军海空北沈兰济南广成"
_GAP = r"[ ·.\-_]{0,2}"
_APART = r"[ ·.\-_/\n]{0,3}"
_SERIAL = "A-HJ-NP-Za-hj-np-z0-9"
_NEW_ENERGY = re.compile(r"[A-HJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[A-HJK]")
_ARMED_POLICE = re.compile(
    rf"[Ww][Jj]{_GAP}[{_PROVINCES}0-9][0-9]?{_GAP}[消边通森金警电]?(?:[0-9]{_GAP}){{4}}[0-9A-Z]?(?![0-9A-Za-z])"
)
_MILITARY = re.compile(rf"[{_ARMY}][A-Za-z]{_GAP}[0-9]{{5}}(?![0-9A-Za-z])")
_LETTERED = re.compile(
    r"(?:车牌|车号|牌照|军牌|军车|号牌)[号码是为:( ]{0,5}([A-HJ-NSV-Z][A-Z][ ·\-]?[0-9]{5})(?![0-9A-Za-z])"
)
_EMBASSY = re.compile(r"使[ ·]?[0-9]{3}[ ·.\-]?[0-9]{3}(?![0-9A-Za-z])")
_EMBASSY_LAST = re.compile(r"(?<![0-9A-Za-z])[0-9]{3}[ ·.\-]?[0-9]{3}[ ·]?$")
_NEAR = re.compile("车|牌|驾驶|停|违章|plate|licen[cs]e|vehicle|car(?![a-z])", re.IGNORECASE)
_REACH = 20


@pattern(
    kind="CN_PLATE",
    country="cn",
    layout="province, letter, five of A-Z without I, O and 0-9 (new energy: six, A to K first or last); "
    "挂 学 警 港 澳 领 试 超 使 应急 may end it",
    source="GA 36-2018, clause 5",
    # Looks behind after the first character: the search then skips to the next province at once.
    pattern=rf"[{_PROVINCES}](?<![最全更创翻崭刷]新){_APART}[A-Za-z]{_APART}"
    rf"[{_SERIAL}](?:{_APART}[{_SERIAL}]){{3}}(?:{_GAP}[挂学警港澳领试超使]|{_GAP}应急"
    rf"|{_APART}[{_SERIAL}](?:{_APART}[{_SERIAL}])?(?![0-9A-Za-z]))",
    context=(
        "车牌", "车号", "牌照", "号牌", "车辆", "开车", "停车", "的车", "车主", "行驶证", "驾驶", "违章", "车是",
        "轿车", "货车", "plate", "plate number", "license plate", "licence plate", "number plate", "car", "vehicle",
        "parked",
    ),
    decoys=(),
    minimum_digits=1,
    before=12,
    reach=24,
    lettered=True,
    priority=68,
)  # fmt: skip
def plate(value: str, context: Context) -> float:
    """Judge one plate: at least two digits in the right layout, or the words for it."""
    if context is Context.SUPPORT:
        return 0.95
    serial = compact(value)[1:]
    if len(serial) == 6 and value[-1].isascii() and _NEW_ENERGY.fullmatch(serial) is None:
        return 0.0
    return 0.85 if sum(map(str.isdigit, serial)) >= 2 else 0.0


@keyword(
    kind="CN_PLATE",
    country="cn",
    layout="WJ, province or two digits, five digits, the last may be a letter",
    source="People's Armed Police, plates of 2012; before: WJ and two digits",
    words=("wj",),
)
def armed_police_plate(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a plate of the Armed Police."""
    del end
    match = _ARMED_POLICE.match(text, start)
    if match:
        near = _NEAR.search(text, max(0, start - _REACH), start) is not None
        named = not match.group().isascii()
        yield Candidate(start, match.end(), "CN_PLATE", 0.95 if near else 0.85 if named else 0.4, 68)


@keyword(
    kind="CN_PLATE",
    country="cn",
    layout="军, 海, 空 or a military region, letter, five digits; since 2012 two letters, five digits",
    source="People's Liberation Army, plates of 2004 and 2012",
    words=(*(army + letter for army in _ARMY for letter in _OFFICES), "车牌", "车号", "牌照", "军牌", "军车", "号牌"),
)
def military_plate(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a plate of the army: by its first character, or two letters after a word for plates."""
    del end
    match = _MILITARY.match(text, start)
    if match:
        near = _NEAR.search(text, max(0, start - _REACH), start) is not None
        yield Candidate(start, match.end(), "CN_PLATE", 0.9 if near else 0.7 if text[start] == "军" else 0.3, 68)
    elif not text.startswith("美国", max(0, start - 2)) and (lettered := _LETTERED.match(text, start)):
        yield Candidate(*lettered.span(1), "CN_PLATE", 0.9, 68)


@keyword(
    kind="CN_PLATE",
    country="cn",
    layout="使 and six digits: three for the country, three in sequence; since 2018 使 may be last",
    source="GA 36-2018, clause 5; plates of embassies",
    words=(*(f"使{digit}" for digit in "0123456789 ·"), *(f"{digit}使" for digit in "0123456789")),
)
def embassy_plate(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a plate of an embassy."""
    near = _NEAR.search(text, max(0, start - _REACH), min(len(text), end + _REACH)) is not None
    if text[start] == "使":
        match = _EMBASSY.match(text, start)
        if match:
            yield Candidate(start, match.end(), "CN_PLATE", 0.9 if near else 0.6, 68)
    elif text[end : end + 1] not in {*"用得其命人能劲者馆"}:
        last = _EMBASSY_LAST.search(text, max(0, start - 9), start + 1)
        if last:
            yield Candidate(last.start(), end, "CN_PLATE", 0.9 if near else 0.3, 68)
