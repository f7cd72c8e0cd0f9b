"""Postal addresses of China: a gazetteer and a grammar.

An address is read from the large to the small (province, city, district, town, road, number, estate, building,
unit, room), one component at a time without going back, so that time is linear. It begins at a known place, after a
word for addresses, or, found by its number, at the nearest character that cannot be part of a name of a road.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from wuming.deidentification.lexicon.places import CITIES, DISTRICTS, PROVINCES
from wuming.deidentification.specification import Candidate

PRIORITY = 66
_STOP = "的了在是我你您他她它去到住寄送从和与跟及离来有把给请为就也都说这那哪个想要问让吗呢吧啊改发搬往至于址您好"
"，。！？；,.!?;:已经麻烦帮没不"
# Inside an address that has begun, these are characters of names (颐和路, 来广营, 万都城).
_IN_NAMES = frozenset("和来至要都往好说")
_CHARACTER = rf"(?:(?![{re.escape(''.join(sorted(set(_STOP) - _IN_NAMES)))}])[一-鿿])"
_GAP = r"[ ,、·\-]?"
# 南京路 and 和平路 are roads; a known place is one only if no word for a road follows at once.
_NO_ROAD = "(?![东南西北中]?(?:路|街|大道|巷))"


def _any(names: list[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_PROVINCE = re.compile(
    rf"(?:中国)?(?:{_any(PROVINCES)})(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)?{_NO_ROAD}{_GAP}"
)
_CITY = re.compile(
    rf"(?:(?:{_any(CITIES)})(?:市|地区|盟|州)?{_NO_ROAD}|{_CHARACTER}{{1,6}}?(?:市|自治州|地区|盟)){_GAP}"
)
_DISTRICT = re.compile(rf"(?:{_CHARACTER}{{1,7}}?(?:区(?!间)|县|旗|市)|(?:{_any(DISTRICTS)})(?:区)?{_NO_ROAD}){_GAP}")
_TOWN = re.compile(rf"{_CHARACTER}{{1,7}}?(?:街道|镇|乡|新区|开发区|高新区|科技园|工业园区|工业园|社区|村(?!庄)){_GAP}")
_START = re.compile(f"(?:{_any([*PROVINCES, *CITIES, *DISTRICTS])})")
_LABEL = re.compile(
    r"(?:地址|住址|住所|住在|家住|家在|居住在|现居住?|居于|暂住|租住|寄到|寄往|送到|送至|送往|发到|发往|位于|搬到|搬去|改到|改成|改为|"
    r"配送到|快递到|收货地|上门到)"
    r"(?:是|为|改为|改成|变更为|换成|在|到|填的|:| |,|\"|“|一下){0,3}"
)
_NUMBERED = re.compile(
    r"(?:路|街|道|巷|胡同|弄|村|里)[东南西北中]?[0-9一二三四五六七八九十百零〇]{1,6}(?:号|弄)|"
    r"[0-9A-Za-z一二三四五六七八九十]{1,4}(?:号楼|栋|幢|单元|座)(?=[0-9一二三四五六七八九十A-Za-z ])"
)
_ROAD = re.compile(
    rf"(?:{_CHARACTER}|[0-9]){{1,9}}?(?:大道|大街|公路|路|街|巷|胡同|道|弄|里|条)(?![由线过程上])"
    r"(?:[东南西北中一二三四五六七八九十]{0,2}(?:段|路|街|巷)|[东南西北中](?=[0-9甲乙附]))?"
)
_NUMBER = re.compile(
    r"(?:甲|乙|附)?[0-9一二三四五六七八九十百零〇]{1,6}(?:[\-之甲乙][0-9]{0,4})?(?:号(?![楼码])|弄|號|组|队)(?:院|"
    r"大院|附[0-9]+号|内)?"
)
_ESTATE = re.compile(
    rf"(?:{_CHARACTER}|[A-Za-z0-9·]){{1,12}}?(?:小区|花园|花苑|家园|公寓|大厦|广场|中心|公馆|新城|新村|家属院|宿舍|"
    rf"别墅|国际|庄园|嘉园|雅苑|佳苑|名苑|华府|华庭|豪庭|大学|学院|中学|学校|医院|科技园|产业园|创业园|软件园|"
    rf"工业园|商务楼|写字楼|山庄|苑|府|园|城|湾|庭|居|轩|阁|里|邸|郡|院|坊|墅|岸|台|都|楼)"
    rf"(?:[一二三四五六七八九十0-9A-Z东南西北]{{1,2}}(?:期|区|苑))?(?:小区|花园|新村|家园|公寓|大厦|广场|中心){{0,2}}"
)
# The name of an estate without any such ending is known by the building or room right behind it (锦绣江南1栋).
_NAMED = re.compile(
    rf"(?!附近|旁边|对面|隔壁|楼下|门口|里面|后面|前面|负责|打|拨|致电|联系|电话|手机|预计|今天|明天|昨天|订单|快递|客户|收件|收货)"
    rf"{_CHARACTER}{{2,8}}?(?:[一二三四五六七八九十0-9]{{1,2}}期)?"
    r"(?=(?:[A-Za-z]?[0-9]{1,4}[A-Za-z]?|[A-Za-z]|[一二三四五六七八九十]{1,3})(?:号楼|栋|幢|座|单元|楼|室|号房)"
    r"|[0-9]{1,3}-[0-9]{1,4}(?:-[0-9]{1,4})?(?![0-9A-Za-z]))"
)
_UNIT = re.compile(
    r"(?:[A-Za-z]?[0-9]{1,5}[A-Za-z]?|[A-Za-z]|[一二三四五六七八九十百东南西北]{1,3})(?:号楼|栋|幢|座|单元|楼层|层|"
    r"楼|室|号房|号(?!码)|户(?![主号籍口])|房间?(?![东主租])|门(?![口卫票铃锁禁])|期|区|铺|梯)"
    r"|[0-9]{1,3}(?:-[0-9]{1,4}){1,3}(?![0-9A-Za-z])|(?<=[栋幢座楼元层期号门梯 \-])"
    r"[A-Za-z]?[0-9]{3,4}[A-Za-z]?(?![0-9A-Za-z]|[元块%年月日点])"
)
_ROOM = ("室", "户", "号房", "房", "房间")
_STREET_NUMBER = ("号", "号院", "大院", "号内", "弄", "號")
_HINT = re.compile("[号栋幢室弄楼座路街区县镇村道市省]")


@dataclass(slots=True)
class _Parse:
    """What was read: how many levels of places, roads and estates, and numbers."""

    end: int
    places: int = 0
    details: int = 0
    numbers: int = 0


def find_chinese_addresses(text: str) -> list[Candidate]:
    """Return candidates of kind `address` in one normalised text."""
    if not _HINT.search(text):
        return []
    candidates: list[Candidate] = []
    position = 0
    for start, labelled in _starts(text):
        if start < position:
            continue
        parse = _read(text, start)
        if _convincing(parse, labelled=labelled):
            end = parse.end
            while end > start and text[end - 1] in " ,、·-":
                end -= 1
            candidates.append(Candidate(start, end, "ADDRESS", 0.9 if parse.numbers > 1 else 0.7, PRIORITY))
            position = end
    return candidates


def _starts(text: str) -> list[tuple[int, bool]]:
    """Return where an address may begin, in order, and whether a word for addresses stands before it."""
    starts = [(match.end(), True) for match in _LABEL.finditer(text)]
    known = {start for start, _ in starts}  # nothing begins before the word that announces it
    starts += [(match.start(), False) for match in _START.finditer(text) if match.start() not in known]
    for match in _NUMBERED.finditer(text):
        start = match.start()
        while start > 0 and start not in known and match.start() - start < 14 and _part_of_name(text[start - 1]):
            start -= 1
        if start < match.start():
            starts.append((start, False))
    return sorted(starts)


def _part_of_name(character: str) -> bool:
    return "一" <= character <= "鿿" and character not in _STOP


def _read(text: str, start: int) -> _Parse:
    parse = _Parse(start)
    for place in (_PROVINCE, _CITY, _DISTRICT, _TOWN):
        match = place.match(text, parse.end)
        if match:
            parse.end, parse.places = match.end(), parse.places + 1
    inside = False  # a building has been read: only numbers follow
    for _ in range(14):
        position = parse.end
        while position < len(text) and position - parse.end < 2 and text[position] in " ,、-·":
            position += 1
        number = _UNIT.match(text, position) or _NUMBER.match(text, position)
        if number:
            parse.end, parse.numbers = number.end(), parse.numbers + 1
            inside = not number.group().endswith(_STREET_NUMBER)
            if number.group().endswith(_ROOM):
                break
            continue
        named = None
        if start < parse.end and not inside and text[parse.end : position] in ("", " "):
            named = _NAMED.match(text, position)
        name = named or _ROAD.match(text, position) or _ESTATE.match(text, position)
        # After a building only numbers follow; a name there is already the next sentence.
        if name is None or (text[parse.end : position].strip() or (position > parse.end and parse.numbers > 1)):
            break
        parse.end, parse.details = name.end(), parse.details + 1
    return parse


def _convincing(parse: _Parse, *, labelled: bool) -> bool:
    if parse.numbers and parse.places + parse.details:
        return parse.numbers > 1 or parse.details > 0 or parse.places > 1
    if labelled and parse.numbers > 1:
        return True
    if parse.places >= 3 or (parse.places == 2 and parse.details):
        return True
    return labelled and parse.places >= 2
