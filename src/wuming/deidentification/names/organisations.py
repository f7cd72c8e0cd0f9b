"""Organisations named in Chinese text: lists, and how their names begin and end; no statistics.

A name begins with a place, a brand or a word that names begin with (全国) and goes on to the last ending (大学, 委员会)
before anything that no name holds: a verb, a role, the next place. Without such a beginning it is what stands before a
longer ending (有限公司), back to the nearest word that no name holds; where only the ending tells, a word of its own
must stand before it: 快递公司 and 星级酒店 name nobody.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from wuming.deidentification.names.lexicon import sections
from wuming.deidentification.names.marks import ALIKE, BRAND, ENDING, LEADING, PLACE, STOPPING, WEAK_ENDING, WHOLE, Mark
from wuming.deidentification.names.places import LEVELS
from wuming.deidentification.specification import Candidate

_PRIORITY = 28
_ABOVE_PERSONS = 31  # 柳州国税局 is nobody of the name 柳州国
_LISTED, _ENDING, _ENDING_ALONE, _DOUBTFUL = 0.75, 0.7, 0.6, 0.3
_LONGEST, _FURTHEST = 12, 20  # characters before an ending; behind a beginning
_MOST_WITHOUT_PLACE = 8
_STOP = frozenset(
    "的了在是岁我你您他她它这那哪个到去从和与跟及对向把被给让请为由于以将等说称据而但并也都就又还很最不没有所其之已正"
    "曾每各该本某位名家月日年今昨时来自叫找问到入赴往任当做进加副原现前"
    "查看用买卖寄送退换打收存取办开款只种类些几多少想要能会可呢吗吧啊哦嗯"
)
# What ends a name that began with a place, a brand or the like.
_END = re.compile(
    "(?:[^一-鿿()]|[的了在是我你您他她它这那哪到去从跟及对向把被给让请由将等说称据而但并也都就又还很最不没其之已曾"
    "今昨每该某来叫找问赴往以各两几些外前后时]|一[家个位名座所支些批]|首[家个]|许多|其他|所有|周边|附近|什么|预?[订定](?=.{0,2}[酒饭房])|有(?![限色])|[和与](?!改革|营养|经济|社会|信息|计划|人力|国土|环境|安全|教育|技术|旅游|体育|文化))"
)
_DIRECTIONS = frozenset("东西南北华中")
_COMPANY = re.compile(
    "公司|集团|银行|证券|保险|基金|科技|产险|寿险|财险|手机|总部|官网|客服|旗舰店|股份|股价|员工|上班|面试|实习|入职|离职|跳槽|裁员|offer"
)
_EMPLOYER = re.compile("(?:单位|就职于|任职于|供职于|受雇于|工作于|入职|公司|雇主|学校|毕业于|就读于|医院)[:是为]? ?$")
_MORE = re.compile("(?:技术|科技|控股|通信|通讯|网络|集团|总部|研究院){0,2}")
_NO_BRAND = re.compile("部门|党[员派政]|星(?:级|酒店|宾馆|饭店)")
_SHORTEST = 2
_MOST_BEGINNINGS = 6  # one after the other
_LODGING = re.compile("(?:酒店|饭店|宾馆)$")  # 国际大酒店
_PAIRED = re.compile(r"(?:[^()]|\([^()]*\))*+")
_ANY = frozenset(("总部", "公司", "集团", "中心", "组织", "酒店", "饭店", "宾馆", "专卖店", "旗舰店"))
_LONGEST_NAME = 3  # of a person, with a surname of one character
_FOR_SOMEBODY = tuple(f"华为{whom}" for whom in "其他她它您你我")  # 张美华 does it for them
# Endings behind a place, a brand and the like; what must not follow is a part of another word: 队长, 委托.
_LED = re.compile(
    "大学(?!生)|学院|中学(?!生)|小学(?!生)|附中|附小|幼儿园|党校|学校|研究[院所]|科学院|工程院|社科院|设计院|医院|卫生[院所]|防疫站"
    "|法院|检察院|剧院|画院|敬老院|福利院|国务院|[参众上下]议院|出版社|通讯社|杂志社|合作社|旅行社|报社|分社|通信社"
    "|公司|集团(?!军)|银行(?![业界间卡家账存贷利])|分行|支行|信用社|证券(?=[^一-鿿]|公司)|保险(?=[^一-鿿]|公司)"
    "|[一-鿿]厂(?![长家房商区])|电视台|电台|天文台|气象台|日报|晚报|早报|晨报|时报|商报|邮报|周报|青年报"
    "|委员会|理事会|常委会|组委会|筹委会|村委会|居委会|工委会|协会|学会|商会|工会|联合会|基金会|研究会|促进会|学生会|董事会"
    "|议会|国会|红十字会|校友会|互助会|同乡会|安理会|组织(?!部|成|了|起|者|一|好)|联盟|俱乐部|中心(?![是点])"
    "|(?<=[省市县区地州教体计纪工党])委(?![员托任派屈])|发改委|经贸委|科委|政协|人大(?!附|代)|(?<=[作科影消音美剧舞书文记])[协联](?![定议助商调会合])"
    "|足协|篮协|奥委会|足联|篮联|妇联|残联|青联|侨联"
    "|[^大当一格结布时全战棋残僵了](?<![济心全])局(?![面势部长])|政府(?!军)|海关|税务所|派出所|交易所|事务所|招待所|办事处|秘书处|书记处|司令部|总参谋部|参谋部"
    "|(?:外交|国防|财政|教育|卫生|公安|司法|农业|商务|文化|科技|铁道|交通|水利|民政|人事|劳动|建设|能源|林业|工业|产业|贸易|内政"
    "|组织|宣传|统战|联络|武装|政治|后勤|装备|保障|合作|资源|环保|商业|冶金|化工|电子|机械|广播|航空|新闻|影视|文艺|体育|动员|国际|经济|人事|干部|销售|市场|技术|法务|公关|总)部(?![长队分门下])"
    "|支部|[一-鿿]{2}司(?![长令机法])|厅(?![长级堂])|总署|出版署|开发署|总局|使馆|领事馆|代表团|代表处|访问团|艺术团|歌舞团|乐团|剧团|旅行团|考察团|兵团"
    "|[一-鿿]党(?![员派委组政校章纪风内外])|(?:空|海|陆|联|国民|起义|志愿|驻)军(?![官事人队方区])|军区|武警部队|舰队"
    "|队(?![员长列伍友里内])|[男女][足篮排]|国奥|博物[馆院]|图书馆|美术馆|科技馆|展览馆|体育馆|纪念馆|文化馆|档案馆|律师事务所"
    "|(?<=[学文史理化数外机闻济术律筑])系(?![统列数])|实验室|教研[室组]|编辑部|营业部|项目部|门诊部|旗舰店|专卖店|分店|酒店|饭店|宾馆"
)


def find_organisations(
    text: str, found: Sequence[Mark], places: Iterable[Candidate], is_word: Callable[[str], bool]
) -> list[Candidate]:
    """Return candidates of kind `ORGANIZATION`.

    Args:
        text: normalised; may be many texts with borders between.
        found: the words of `marks` in it, in order.
        places: candidates of kind `LOCATION` in it, in order.
        is_word: whether a stretch is an ordinary word.
    """
    begins = {one.start: one.end for one in places if one.score > _DOUBTFUL}
    brands = _brands(text, found, begins, is_word)
    going = _Going(text, found, begins, brands)
    named = going.named()
    ended = _ended(text, found, [(one.start, one.end) for one in named], is_word)
    joined: list[Candidate] = []
    for one in sorted(named + [going.further(one) for one in ended]):
        if joined and joined[-1].end >= one.start and joined[-1].score > _DOUBTFUL:
            joined[-1] = joined[-1]._replace(end=max(one.end, joined[-1].end))  # 中国光大银行 and 沈阳分行
        else:
            joined.append(one)
    return joined


def _brands(
    text: str, found: Iterable[Mark], begins: Mapping[int, int], is_word: Callable[[str], bool]
) -> dict[int, tuple[int, float]]:
    """Return the ends and scores of names of the lists, by their starts."""
    brands: dict[int, tuple[int, float]] = {}
    reach = 0  # of the places so far
    for start, end, flags in found:
        if flags & PLACE:
            reach = max(reach, begins.get(start, 0))
        if (
            not flags & BRAND
            or start < reach
            or text.startswith(_FOR_SOMEBODY, start)
            or _NO_BRAND.match(text, end - 1)
        ):
            continue
        short = end - start == _SHORTEST and (is_word(text[start - 1 : start + 1]) or is_word(text[end - 1 : end + 1]))
        end = _MORE.match(text, end).end()  # type: ignore[union-attr]  # matches everywhere
        known = _COMPANY.match(text, end) or _EMPLOYER.search(text, max(0, start - 6), start)
        brands[start] = end, _LISTED if known or not (short or flags & ALIKE) else _DOUBTFUL
    return brands


class _Going:
    """How names go on that begin with a place, a brand or a word that names begin with.

    Args:
        text: normalised.
        found: the marks in it.
        places: start → end.
        brands: start → end and score.
    """

    def __init__(
        self, text: str, found: Iterable[Mark], places: Mapping[int, int], brands: Mapping[int, tuple[int, float]]
    ) -> None:
        self._text, self._places, self._brands = text, places, brands
        self._begins = {**places, **{start: end for start, (end, score) in brands.items() if score > _DOUBTFUL}}
        leading = {start: end for start, end, flags in found if flags & LEADING}
        self._begins |= {start: end for start, end in leading.items() if self._begins.get(start, 0) < end}
        apart = (start for start in self._begins if start not in leading and not self._within_name(start))
        self._stops = sorted({*apart, *(start for start, _, flags in found if flags & STOPPING)})

    def named(self) -> list[Candidate]:
        """Return the names, in order."""
        named: list[Candidate] = []
        free = 0
        for start in sorted({*self._begins, *self._brands}):
            if start < free or self._within_name(start):
                continue
            beginnings = self._beginnings(start)
            first = beginnings[-1][1]
            end = self._end(first)
            brands = [self._brands[one] for one, _ in beginnings if one in self._brands]
            if end and self._names(beginnings, end):
                listed = start in self._places or start in self._brands
                priority = _ABOVE_PERSONS if listed and end - start > _LONGEST_NAME else _PRIORITY
                named.append(Candidate(start, end, "ORGANIZATION", _ENDING, priority))
            elif brands:
                named.append(Candidate(start, brands[-1][0], "ORGANIZATION", brands[-1][1], _PRIORITY))
            else:
                continue
            free = named[-1].end
        return named

    def _within_name(self, start: int) -> bool:
        """Say whether a beginning stands in brackets within a name: 云帆(杭州)科技."""
        return self._text[start - 1 : start] == "(" and self._text.startswith(")", self._begins.get(start, start))

    def _names(self, beginnings: Sequence[tuple[int, int]], end: int) -> bool:
        """Say whether what begins so and ends at `end` names somebody: 杭州总部, 中国政府 and 国际组织 do not."""
        (start, first), *more = beginnings
        ending = self._text[first:end]
        if more or start in self._brands:
            return True
        if start in self._places:
            return ending not in _ANY and (self._text[first - 1] in LEVELS or ending not in ("政府", "军队"))
        return (len(ending) > _SHORTEST and not _LODGING.search(ending)) or (
            ending == "大学" and self._text[start] in _DIRECTIONS
        )

    def further(self, one: Candidate) -> Candidate:
        """Return a name with what goes on behind it: 希伯莱大学 and 农学院."""
        return one._replace(end=self._end(one.end) or one.end) if one.score > _DOUBTFUL else one

    def _beginnings(self, start: int) -> list[tuple[int, int]]:
        """Return the bounds of the beginnings that follow each other from `start`: 北京市海淀区, 字节跳动(北京)."""
        found = [(start, self._begins.get(start) or self._brands[start][0])]
        while len(found) < _MOST_BEGINNINGS:
            _, end = found[-1]
            if end in self._begins:
                found.append((end, self._begins[end]))
            elif self._text.startswith("(", end) and self._text.startswith(")", self._begins.get(end + 1, sys.maxsize)):
                found.append((end, self._begins[end + 1] + 1))
            else:
                break
        return found

    def _end(self, first: int) -> int:
        """Return where the last ending behind `first` ends, before anything that no name holds; 0: there is none."""
        stop = bisect_left(self._stops, first)
        most = min(len(self._text), first + _FURTHEST, self._stops[stop] if stop < len(self._stops) else sys.maxsize)
        cut = _END.search(self._text, first, most)
        paired = _PAIRED.match(self._text, first, most)
        limit = min(cut.start() if cut else most, paired.end() if paired else first)
        ends = (ending.end() for ending in _LED.finditer(self._text, first, limit + 1))
        return max((end for end in ends if end <= limit and self._closed(first, end)), default=0)

    def _closed(self, first: int, end: int) -> bool:
        return self._text.count("(", first, end) == self._text.count(")", first, end)


def _ended(
    text: str, found: Iterable[Mark], taken: Sequence[tuple[int, int]], is_word: Callable[[str], bool]
) -> list[Candidate]:
    """Return names by their endings alone, none over those that are taken."""
    named: list[Candidate] = []
    last = 0  # of those taken: the next
    free = stopped = 0
    for mark in found:
        if mark.flags & STOPPING:
            stopped = mark.end
        while last < len(taken) and taken[last][1] <= mark.start:
            last += 1
        if not mark.flags & (ENDING | WEAK_ENDING) or mark.start < free:
            continue
        if last < len(taken) and taken[last][0] < mark.end:
            continue
        if named and named[-1].end == mark.start:
            free = mark.end
            named[-1] = named[-1]._replace(end=free)  # 云帆科技 and 有限公司
            continue
        one = _with_ending(text, mark, max(free, taken[last - 1][1] if last else 0, min(stopped, mark.start)), is_word)
        if one is not None:
            named.append(one)
            free = one.end
    return named


def _with_ending(text: str, mark: Mark, least: int, is_word: Callable[[str], bool]) -> Candidate | None:
    """Return the organisation that ends with `mark` and begins from `least` on, if anything names it."""
    first, end, flags = mark
    least = max(least, first - _LONGEST)
    start = first
    while start > least:
        if text[start - 1] == ")" and (bracket := text.rfind("(", least, start)) > 0:
            start = bracket  # 云帆(杭州)科技
        elif not "一" <= text[start - 1] <= "鿿" or text[start - 1] in _STOP:
            break
        else:
            start -= 1
    if flags & WHOLE:
        first -= first > least and text[first - 1] in LEVELS
        return Candidate(first, end, "ORGANIZATION", _ENDING_ALONE, _PRIORITY)
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
    return Candidate(start, end, "ORGANIZATION", score, _PRIORITY)


@lru_cache(maxsize=1)
def _heads() -> frozenset[str]:
    return frozenset(sections("organisations.txt")["heads"])
