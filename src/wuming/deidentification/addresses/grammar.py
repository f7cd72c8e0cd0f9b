"""The parts of a Chinese address, one pattern each, all bounded: places, towns, roads, estates, buildings and rooms.

Source: GB/T 23705-2009 (elements of a standard address), and how people write them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from wuming.deidentification.names.lexicon import Gazetteer, sections

# What no name of a road or an estate is made of; some of it is, once an address has begun (颐和路, 来广营, 万都城).
STOP = frozenset(
    "的了在是我你您他她它去到住寄送从和与跟及离来有把给请为就也都说这那哪个想要问让吗呢吧啊改发搬往至于址您好"
    "，。！？；,.!?;:已经麻烦帮没不"
)
_IN_NAMES = frozenset("和来至要都往好说发")
_CHARACTER = rf"(?:(?![{re.escape(''.join(sorted(STOP - _IN_NAMES)))}])[一-鿿])"
_GAP = r"[ ,、·\-]{0,2}"
# 南京路 and 和平路 are roads; a known place is one only if no word for a road follows at once.
_NO_ROAD = "(?![东南西北中]?(?:路|街|大道|巷))"
_COUNT = "0-9一二三四五六七八九十百零〇"


class Grammar(NamedTuple):
    """The gazetteer by levels; see `grammar`."""

    provinces: Gazetteer
    cities: Gazetteer
    districts: Gazetteer
    short_districts: Gazetteer
    all: Gazetteer


@lru_cache(maxsize=1)
def grammar() -> Grammar:
    """Return the gazetteer, read when first needed."""
    divisions = sections("divisions.txt")
    provinces = {name for one in divisions["provinces"] for name in (one, _bare(one))}
    cities = {name for one in divisions["cities"] for name in (one, one.removesuffix("市"))}
    districts, short = set(divisions["districts"]), {name for name in divisions["short"] if len(name) > 1}
    every = Gazetteer(provinces | cities | districts | short)
    return Grammar(Gazetteer(provinces), Gazetteer(cities), Gazetteer(districts), Gazetteer(short), every)


def _bare(province: str) -> str:
    for ending in ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市"):
        if province.endswith(ending):
            return province.removesuffix(ending)
    return province


ROAD_NEXT = re.compile("[东南西北中]?(?:路|街|大道|巷)")
# What may stand behind a known place: the word for its level, unless the place is part of the name of a road.
AFTER_PROVINCE = re.compile(rf"(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)?{_NO_ROAD}{_GAP}")
AFTER_CITY = re.compile(rf"(?:市|地区|盟|州)?{_NO_ROAD}{_GAP}")
AFTER_DISTRICT = re.compile(_GAP)
AFTER_SHORT_DISTRICT = re.compile(rf"区?{_NO_ROAD}{_GAP}")
UNKNOWN_CITY = re.compile(rf"{_CHARACTER}{{1,6}}?(?:市|自治州|地区|盟){_GAP}")
UNKNOWN_DISTRICT = re.compile(rf"{_CHARACTER}{{1,7}}?(?:区(?!间)|县|旗|市){_GAP}")
TOWN = re.compile(
    rf"{_CHARACTER}{{1,7}}?(?:街道办事处|街道办|街道|镇|乡|新区|开发区|高新区|保税区|科技园|工业园区|工业园|工业区|产业园|社区|"
    rf"村委会|村(?!庄)|屯|农场|林场|牧场)(?!(?:大|[东南西北中一二三])?[路街]|道(?!里)|胡同|里弄|[村巷]){_GAP}"
)
LABEL = re.compile(
    r"(?:(?:住所|居住|户籍|所在|注册|经营|登记)地(?!址)|"
    r"地址|住址|住所|住在|家住|家在|居住在|现居住?|居于|暂住|租住|我住|寄到|寄往|送到|送至|送往|发到|发往|位于|搬到|搬去|改到|改成|改为|"
    r"配送到|快递到|收货地址?|上门到)"
    r"(?:是|为|改为|改成|变更为|换成|在|到|填的|:| |,|\"|“|一下){0,3}"
)
# Both begin with a set of characters, which the engine seeks quickly; what stands where is asked behind it.
ANCHOR = re.compile(
    rf"[路街道巷胡弄村里屯组号栋幢单座#期0-9](?:"
    rf"(?:(?<=[路街道巷弄村里屯组])|(?<=胡)同)[东南西北中甲乙]?[{_COUNT}]{{1,6}}(?:[\-之][0-9]{{1,4}})?(?:号|弄|院|组)|"
    r"(?<=[0-9])楼(?=[0-9]{3,4}(?![0-9元块平米]))|"
    r"(?<=[0-9A-Za-z一二三四五六七八九十].)(?:(?<=号)楼|(?<=[栋幢座期])|(?<=单)元|(?<=#)楼?)"
    r"(?=[0-9一二三四五六七八九十A-Za-z ])|"
    r"(?<=[一-鿿][0-9])[0-9]{0,2}-[0-9]{1,3}-[0-9]{3,4}(?![0-9\-]))"
)
# Two levels of places in a row.
CHAIN = re.compile("[省市区州盟][ ,]?[一-鿿]{1,9}[市区县旗州]")
COUNTED = frozenset("0123456789一二三四五六七八九十ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
ROAD = re.compile(
    rf"(?:{_CHARACTER}|[0-9]){{1,9}}?(?:大道|大街|公路|路|街|巷|胡同|道|弄|里|条)(?!胡同|大道|[由线过程上路街巷弄])"
    r"(?:[东南西北中一二三四五六七八九十]{0,2}(?:段|路|街|巷|横街|支路)|[东南西北中](?=[0-9甲乙附]))?"
)
CROSSING = re.compile(
    rf"(?:与|和|、)(?:{_CHARACTER}|[0-9]){{1,9}}?(?:大道|大街|公路|路|街|巷)(?:交叉路?口|交汇处|交界处|交口|路口)?"
    r"(?:[东南西北]{1,2}[侧角]|往[东南西北][0-9]{1,4}米)?|(?:交叉路?口|交汇处|路口)"
)
NUMBER = re.compile(
    rf"(?:甲|乙|附)?[{_COUNT}]{{1,6}}(?:[\-之甲乙][0-9]{{0,4}})?(?:号(?![楼码])|弄|组|队|社(?!区))(?:院|大院|附[0-9]+号|内)?"
)
ESTATE = re.compile(
    rf"(?:{_CHARACTER}|[A-Za-z0-9·]){{1,12}}?(?:小区|花园|花苑|家园|公寓|大厦|广场|中心|公馆|新城|新村|家属院|宿舍|体育场|体育馆|图书馆|博物馆|火车站|"
    rf"别墅|国际|庄园|嘉园|雅苑|佳苑|名苑|华府|华庭|豪庭|大学|学院|中学|学校|医院|科技园|产业园|创业园|软件园|"
    rf"工业园|商务楼|写字楼|山庄|苑|府|园|城|湾|庭|居|轩|阁|里|邸|郡|院|坊|墅|岸|台|都|楼|村)"
    rf"(?:[一二三四五六七八九十0-9A-Z东南西北]{{1,2}}(?:期|区|苑))?(?:小区|花园|新村|家园|公寓|大厦|广场|中心){{0,2}}"
    rf"(?:[东南西北正后]{{1,2}}门)?"
)
# The name of an estate without any such ending is known by the building or room right behind it (锦绣江南1栋).
NAMED = re.compile(
    rf"(?!附近|旁边|对面|隔壁|楼下|门口|里面|后面|前面|负责|打|拨|致电|联系|电话|手机|预计|今天|明天|昨天|订单|快递|客户|收件|收货)"
    rf"(?:{_CHARACTER}|[0-9]{{1,3}}(?={_CHARACTER})){{2,8}}?(?:[0-9]{{2,3}}(?=[一二三四五六七八九十0-9A-Z]{{1,2}}(?:期|区|栋|幢|号楼)))?"
    rf"(?:[一二三四五六七八九十0-9A-Z东南西北]{{1,2}}[期区])?"
    r"(?=(?:[A-Za-z]?[0-9]{1,4}[A-Za-z]?|[A-Za-z]|[一二三四五六七八九十]{1,3})(?:号楼|栋|幢|座|单元|楼|层|室|号房|#)"
    r"|[0-9]{1,3}-[0-9]{1,4}(?:-[0-9]{1,4})?(?![0-9A-Za-z号]))"
)
UNIT = re.compile(
    r"(?:[A-Za-z]?[0-9]{1,5}[A-Za-z]?|[A-Za-z]|[一二三四五六七八九十百东南西北]{1,3})(?:号楼|栋|幢|座|单元|楼层|层|"
    r"楼|室|号房|号(?!码)|户(?![主号籍口])|房间?(?![东主租])|门(?![口卫票铃锁禁])|期|区|铺|梯|#楼?)"
    r"|[0-9]{1,3}(?:-[0-9]{1,4}){1,3}(?![0-9A-Za-z号弄院])|(?<=[栋幢座楼元层期号门梯#院 \-])"
    r"[A-Za-z]?[0-9]{3,4}[A-Za-z]?(?![0-9A-Za-z]|[元块万%年月日点])"
)
ROOM = ("室", "户", "号房", "房", "房间")
STREET_NUMBER = ("号", "号院", "大院", "号内", "弄", "组", "队", "社")
HINT = re.compile("[号栋幢室弄楼座路街区县镇村道市省#0-9](?:(?<![0-9])|-[0-9])")
