"""Somebody named by surname and title alone: 李主任, 欧阳老师."""

from __future__ import annotations

import re
from functools import lru_cache

from wuming.deidentification.names.lexicon import sections
from wuming.deidentification.specification import Candidate

_SCORE, _PRIORITY = 0.75, 29
_TITLES = (
    "先生|女士|小姐|太太|夫人|老师|师傅|经理|医生|大夫|阿姨|叔叔|同学|教授|律师|主任|警官|护士|总监|主管|局长|处长|科长"
    "|校长|院长|所长|队长|书记|部长|市长|县长|镇长|村长|店长|班长|组长|法官|检察官|博士|老板|会计|秘书"
    "|[总太](?=[您你好说让请,。;!?、 ]|$)"
)
_LEADS = "请找给告跟和与让问是叫由被的嘅、"
_COMMON = 150
_WORDS = frozenset("于向任常付易安单时应")  # 向老师学习, 任经理一职


def find_titled(text: str) -> list[Candidate]:
    """Return surnames with a title behind them, at the beginning of a clause or after a word such as 请.

    Args:
        text: normalised.
    """
    return [Candidate(*match.span(), "PERSON", _SCORE, _PRIORITY) for match in _pattern().finditer(text)]


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    people = sections("people.txt")
    single = "".join(one for one in people["surnames"][:_COMMON] if one not in _WORDS)
    double = "|".join(people["compound_surnames"])
    return re.compile(rf"(?:(?<![\u4e00-\u9fff])|(?<=[{_LEADS}]))(?:[{single}]|{double})(?:{_TITLES})(?![们级部室助])")
