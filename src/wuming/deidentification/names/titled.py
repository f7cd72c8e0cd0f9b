"""Somebody named by surname and title alone: 李主任, 欧阳老师."""

from __future__ import annotations

import re
from functools import lru_cache

from wuming.deidentification.names.lexicon import sections
from wuming.deidentification.specification import Candidate

_SCORE, _PRIORITY, _LONGER = 0.75, 29, 31
_TITLES = (
    "先生", "女士", "小姐", "太太", "夫人", "老师", "师傅", "经理", "医生", "大夫", "阿姨", "叔叔", "同学", "教授",
    "律师", "主任", "警官", "护士", "总监", "总经理", "总裁", "主管", "局长", "处长", "科长", "校长", "院长", "所长",
    "队长", "书记",
    "部长", "市长", "县长", "镇长", "村长", "店长", "班长", "组长", "法官", "检察官", "博士", "老板", "会计", "秘书",
    "大娘", "大妈", "大爷", "大叔", "大哥", "大姐", "大伯", "大婶", "奶奶", "爷爷", "婆婆", "伯伯", "嫂子",
)  # fmt: skip
_MORE = ("总监", "总经理", "总裁")
_SHORT = "[总太](?=[您你好说让请,。;!?、 \x00]|$)"  # \x00 lies between texts that are read as one
_LEADS = frozenset("请找给告跟和与让问是叫由被的嘅说帮陪等听替了去到见")
_ROLES = (
    "主任", "同事", "领导", "上司", "医生", "护士", "邻居", "房东", "老板", "同学", "朋友", "客户", "教练", "队友",
    "导师", "爱人", "亲戚", "保姆", "司机", "会计", "秘书", "经理", "组长", "班长",
)  # fmt: skip
_COMMON = 150
_WORDS = frozenset("于向任常付易安单时应成")  # 向老师学习, 任经理一职


def find_titled(text: str) -> list[Candidate]:
    """Return surnames with a title behind them, at the beginning of a clause, after a word such as 请 or a role.

    Args:
        text: normalised.
    """
    single, double, pattern = _read()
    found = []
    for match in pattern.finditer(text):  # begins with a set of characters, which is sought quickly
        start = match.start()
        if text[start - 1 : start + 1] in double:
            start -= 1
        elif text[start] not in single:
            continue
        led = start == 0 or text[start - 1] in _LEADS or not "一" <= text[start - 1] <= "鿿"
        if led or text.endswith(_ROLES, 0, start):
            more = text.startswith(_MORE, match.start() + 1)  # 孙总监 is more than 孙总
            found.append(Candidate(start, match.end(), "PERSON", _SCORE, _LONGER if more else _PRIORITY))
    return found


@lru_cache(maxsize=1)
def _read() -> tuple[frozenset[str], frozenset[str], re.Pattern[str]]:
    people = sections("people.txt")
    single = frozenset(people["surnames"][:_COMMON]) - _WORDS
    double = frozenset(people["compound_surnames"])
    last = "".join(sorted(single | {surname[-1] for surname in double}))
    first = "".join(sorted({title[0] for title in _TITLES})) + "总太"
    titles = "|".join((*_TITLES, _SHORT))
    return single, double, re.compile(rf"[{last}](?=[{first}])(?:{titles})(?![们级部室助])")
