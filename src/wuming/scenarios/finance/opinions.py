"""Reads the opinion of one message: words with a sign, turned by negations, and what follows a "but" counts most.

A fixed public function of one de-identified text: nothing is learned from the messages, so one person's texts change
nobody else's row. Not private by itself; its results are counted with noise.

Limits: it knows the words below. Irony and idioms are read as neutral or wrong, and what is misread is counted under
the wrong opinion: that error is measured where the truth is known, and is in no interval.
"""

from __future__ import annotations

import re
from typing import Final

from wuming.core.canonical import digest
from wuming.scenarios.customer_service.grammar import words
from wuming.scenarios.finance.public import Opinion

_POSITIVE_ZH: Final = words(
    """
    不错 满意 很稳 稳健 稳定 很好 挺好 太好 最好
    很快 挺快 更快 快多了 及时 耐心 专业 负责 热情 周到 很低 合理 划算 省心 放心 方便 顺手 好用 靠谱
    推荐 值得 喜欢 感谢 优惠 实惠 便宜 清楚 贴心 顺利 比我预期的高 高于预期 超出预期 物超所值
    """
)
_NEGATIVE_ZH: Final = words(
    """
    太低 不如 亏 亏损 失望 太慢 很慢 好慢 拖延 一拖再拖 拖了 很差 太差
    差劲 差评 推来推去 推诿 出过错 不耐烦 太高 乱收费 不明不白 出错 报错 失败 后悔
    投诉 误导 没法用 不能用 麻烦 复杂 坑 骗 糟糕 垃圾 生气 敷衍 吓人 隐瞒 烦人
    """
)
_POSITIVE_EN: Final = words(
    """
    good great excellent well better best fast quick quickly on_time helpful patient professional friendly low fair easy
    convenient reliable recommend happy satisfied pleased love like value smooth transparent glad trust enjoy perfect
    worth work works
    """
)
_NEGATIVE_EN: Final = words(
    """
    bad poor worse worst losing lost lose disappointing disappointed disappoint slow late delayed delay rude useless
    unhelpful unfriendly high unfair hidden unreliable inconvenient hard failing failed fail fails declined regret
    unhappy dissatisfied terrible awful horrible waste misleading complain complaint trouble broken angry hate scam
    """
)
# Asked or requested, so no opinion: "high or not", "please", "how".
_ASKED_ZH: Final = re.compile("高不高|低不低|好不好|快不快|麻烦(?:帮|您|你)|是不是")
_NEGATION_ZH: Final = re.compile("不是|不会|不太|不怎么|不算|没有|没|不|未|毫无|无|并非")
_NEGATION_EN: Final = frozenset(
    words("not no never neither nor without hardly cannot can't don't doesn't isn't wasn't")
)
_TURN_ZH: Final = re.compile("但是|不过|可是|然而|但")
_TURN_EN: Final = re.compile(r"\b(?:but|however|yet)\b")
_REACH_ZH, _REACH_EN = 8, 3
"""How far before a word a negation counts, in characters and in words."""


def _pattern(positive: tuple[str, ...], negative: tuple[str, ...], edge: str) -> re.Pattern[str]:
    known = sorted({*positive, *negative}, key=lambda word: (-len(word), word))
    return re.compile(edge + "(?:" + "|".join(map(re.escape, known)) + ")" + edge)


_WORDS_ZH: Final = _pattern(_POSITIVE_ZH, _NEGATIVE_ZH, "")
_WORDS_EN: Final = _pattern(_POSITIVE_EN, _NEGATIVE_EN, r"\b")
_SIGNS: Final = dict.fromkeys((*_POSITIVE_ZH, *_POSITIVE_EN), 1) | dict.fromkeys((*_NEGATIVE_ZH, *_NEGATIVE_EN), -1)

READER: Final = digest({"version": 1, "signs": _SIGNS, "turns": [_TURN_ZH.pattern, _TURN_EN.pattern]})
"""Digest of the words and rules, for the record."""


def read_opinion(text: str, *, language: str) -> Opinion:
    """Return the opinion of one text.

    Args:
        text: de-identified.
        language: `zh` or `en`.
    """
    turn = _TURN_ZH if language == "zh" else _TURN_EN
    parts = turn.split(text if language == "zh" else text.casefold())
    score = 0
    for part in parts[::-1]:  # the last word counts, unless nothing is said after the turn
        score = _score_zh(part) if language == "zh" else _score_en(part)
        if score:
            break
    return "positive" if score > 0 else "negative" if score < 0 else "neutral"


def _score_zh(text: str) -> int:
    text = _ASKED_ZH.sub("", text)
    score, end = 0, 0
    for found in _WORDS_ZH.finditer(text):
        before = re.split("[，。！？；,]", text[max(end, found.start() - _REACH_ZH) : found.start()])[-1]
        score += _SIGNS[found[0]] * (-1) ** len(_NEGATION_ZH.findall(before))
        end = found.end()
    return score


def _score_en(text: str) -> int:
    score, end = 0, 0
    for found in _WORDS_EN.finditer(text):
        clause = re.split("[.,;!?]", text[end : found.start()])[-1]
        before = clause.split()[-_REACH_EN:]
        score += _SIGNS[found[0]] * (-1) ** sum(word in _NEGATION_EN for word in before)
        end = found.end()
    return score
