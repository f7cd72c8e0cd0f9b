"""Places and organisations named in Chinese text: gazetteers, and the endings that names of organisations have.

No statistics: a place is one of a list, an organisation one of a list or what stands before an ending (大学, 有限公司),
back to the nearest word that no name holds. Where only the ending tells, a place, a brand or a word of its own must
stand before it: 快递公司 and 星级酒店 name nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from wuming.deidentification.names.lexicon import sections
from wuming.deidentification.names.marks import ALIKE, BRAND, ENDING, PLACE, WEAK_ENDING, WHOLE, Mark
from wuming.deidentification.specification import Candidate

_LOCATION_PRIORITY, _ORGANISATION_PRIORITY = 26, 28
_LISTED, _FULL, _ENDING, _ENDING_ALONE, _DOUBTFUL = 0.75, 0.85, 0.7, 0.6, 0.3
_LONGEST = 12
_MOST_WITHOUT_PLACE = 8
_STOP = frozenset(
    "的了在是岁我你您他她它这那哪个到去从和与跟及对向把被给让请为由于以将等说称据而但并也都就又还很最不没有所其之已正"
    "曾每各该本某位名家月日年今昨时来自叫找问到入赴往任当做进加副原现前"
    "查看用买卖寄送退换打收存取办开款只种类些几多少想要能会可呢吗吧啊哦嗯"
)
_GOING = re.compile("(?:在|到|去|回|往|至|从|来自|位于|住|飞|离开|前往|途经|驻|、|和|与|户籍|籍贯|城市:?|地点:?) ?$")
_LEVEL = re.compile("市|人(?!民)|站|地区|机场|大学|区|县|当地|方面|分公司|出差|旅游|、")
_COMPANY = re.compile(
    "公司|集团|银行|证券|保险|基金|科技|手机|总部|官网|客服|旗舰店|股份|股价|员工|上班|面试|实习|入职|离职|跳槽|裁员|offer"
)
_EMPLOYER = re.compile("(?:单位|就职于|任职于|供职于|受雇于|工作于|入职|公司|雇主|学校|毕业于|就读于|医院)[:是为]? ?$")
_MORE = re.compile("(?:技术|科技|控股|通信|网络|集团|总部|研究院){0,2}")
_FOR_SOMEBODY = tuple(f"华为{whom}" for whom in "其他她它您你我")  # 张美华 does it for them
_INSTITUTION = re.compile("医院|大学|附中|银行")
_NO_PLACE = re.compile("[族语话菜餐]|料理|[东南西北中]?(?:路|街|巷|大道|胡同)")


def find_groups(text: str, found: Iterable[Mark], is_word: Callable[[str], bool]) -> list[Candidate]:
    """Return candidates of kinds `LOCATION` and `ORGANIZATION`.

    Args:
        text: normalised; may be many texts with borders between.
        found: the words of `marks` in it, in order.
        is_word: whether a stretch is an ordinary word.
    """
    candidates: list[Candidate] = []
    places: list[Mark] = []
    brands: list[Mark] = []
    taken = 0
    named: Candidate | None = None
    for mark in found:
        start, end, flags = mark
        if flags & PLACE and (not places or start >= places[-1].end):
            places.append(mark)
            candidates.append(Candidate(start, end, "LOCATION", _place_score(text, mark), _LOCATION_PRIORITY))
        if text.startswith(_FOR_SOMEBODY, start):
            flags &= ~BRAND
        if flags & BRAND and (not brands or start >= brands[-1].end):
            end = _MORE.match(text, end).end()  # type: ignore[union-attr]  # matches everywhere
            if places and places[-1].end == start and _INSTITUTION.search(text, start, end):
                start = places[-1].start
            brands.append(Mark(start, end, flags))
            if not flags & ALIKE or _COMPANY.match(text, end) or _EMPLOYER.search(text, max(0, start - 6), start):
                candidates.append(Candidate(start, end, "ORGANIZATION", _LISTED, _ORGANISATION_PRIORITY))
        if flags & (ENDING | WEAK_ENDING) and start >= taken and (not brands or start >= brands[-1].end):
            if taken == start and named is not None:
                named = candidates[-1] = named._replace(end=end)  # 云帆科技 and 有限公司
                taken = end
                continue
            named = _with_ending(text, mark, taken, places, brands, is_word)
            if named is not None:
                candidates.append(named)
                taken = end
    return candidates


def _place_score(text: str, mark: Mark) -> float:
    start, end, flags = mark
    if _NO_PLACE.match(text, end):
        return _DOUBTFUL  # 南京路 is a road, 蒙古族 a people
    if not flags & ALIKE:
        return _FULL if text[end - 1] in "省市区县州旗盟" and end - start > 2 else _LISTED
    beside = _GOING.search(text, max(0, start - 4), start) and not ("一" <= text[end : end + 1] <= "鿿")
    return _LISTED if beside or text.startswith("市", end) else _DOUBTFUL


def _with_ending(
    text: str, mark: Mark, taken: int, places: list[Mark], brands: list[Mark], is_word: Callable[[str], bool]
) -> Candidate | None:
    """Return the organisation that ends with `mark`, if anything names it."""
    first, end, flags = mark
    least = max(taken, first - _LONGEST)
    start = first
    while start > least:
        if text[start - 1] == ")" and (bracket := text.rfind("(", least, start)) > 0:
            start = bracket  # 云帆(杭州)科技
        elif not "一" <= text[start - 1] <= "鿿" or text[start - 1] in _STOP:
            break
        else:
            start -= 1
    known = [one.start for one in (*places[-4:], *brands[-2:]) if start <= one.end <= first and one.start >= taken]
    if known:
        return Candidate(min(known), end, "ORGANIZATION", _ENDING, _ORGANISATION_PRIORITY)
    if flags & WHOLE:
        return Candidate(first, end, "ORGANIZATION", _ENDING_ALONE, _ORGANISATION_PRIORITY)
    while first - start > 3 and (is_word(text[start : start + 2]) or is_word(text[start : start + 3])):
        start += 3 if is_word(text[start : start + 3]) else 2
    start = next((first - size for size in (3, 2) if text[first - size : first] in _heads()), start)
    head = text[start:first]
    if not 2 <= len(head) <= _MOST_WITHOUT_PLACE:
        return None
    announced = _EMPLOYER.search(text, max(0, start - 6), start) is not None
    if head in _heads() or announced or (flags & ENDING and end - first > 2):
        score = _ENDING_ALONE
    elif is_word(head):
        score = _DOUBTFUL
    else:
        score = _ENDING_ALONE if flags & ENDING else _DOUBTFUL + 0.1
    return Candidate(start, end, "ORGANIZATION", score, _ORGANISATION_PRIORITY)


@lru_cache(maxsize=1)
def _heads() -> frozenset[str]:
    return frozenset(sections("organisations.txt")["heads"])
