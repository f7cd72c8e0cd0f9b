"""Ordinary words that begin with a surname are no names; names made of ordinary characters are."""

# ruff: noqa: SIM905 - word lists, kept in dense blocks

from __future__ import annotations

import itertools

import numpy as np
import pytest

from wuming.deidentification import Detector
from wuming.deidentification.lexicon.chinese_names import AMBIGUOUS_SURNAMES, CLEAR_SURNAMES
from wuming.deidentification.names import candidates
from wuming.deidentification.names.lexicon import Words, sections

from .surname_words import SURNAME_WORDS

DETECTOR = Detector()
# The class, in words of the test's own choice; the lexicon must know them, in every frame.
WORDS = (
    "明白 安装 韩国 芦苇 明天 高兴 方便 安全 平时 常见 时间 许多 何时 任何 毛病 白天 黄金 金额 马上 成功 程序 "
    "全部 应该 房间 车载 车牌 花费 温度 单独 连接 包装 冷静 管理 解决 万一 熊猫 石头 陆续 江苏 顾客 文件 于是 "
    "关于 申请 纪念 路由 左右 季节 古代 游戏 费用 商品 阳光 简单 年轻 强烈 初始 曲线 毕业 蓝色 张开 王者 陈旧 "
    "郑重 谢谢 董事 杜绝 戴上 焦急 庞大 沙发 杨树 卫生 卓越 凌晨 项目 周末 高级 经济 明显 安排 万能 白色 全国 "
    "时候 文字 金属 方法 牛奶 向上 易碎 常用 雷达 钱包 汤圆 武器 龙头 段落 历史 孔雀 康复 毛巾 田野 "
).split()  # fmt: skip
FRAMES = (
    "{}", "客户：{}了，谢谢", "我是{}的", "您好，{}", "帮我{}一下", "客服{}吗", "联系{}客服", "要{}的，谢谢",
    "客户是{}的", "和{}一起", "用户：{}，好的", "我叫{}师傅来",
)  # fmt: skip
ORDINARY_NAMES = (
    "郝国睿 段萍语 曹佳语 金宁成 姚国平 罗桂 曾明 高语 常国 蒋生华 田树林 邓才英 许厚群 叶书环 汪程彩 夏策".split()
)
NAME_FRAMES = (
    "我是{}，手机坏了", "收件人{}，电话如下", "收件人：{}", "我和{}一起来的", "这是{}的账户", "{}女士您好", "我叫{}。",
)  # fmt: skip


def found(text: str) -> list[str]:
    """The names found in `text`."""
    return [text[span.start : span.end] for span in DETECTOR.find(text) if span.kind == "PERSON"]


def false_alarms(words: list[str]) -> list[str]:
    """The sentences in which a word was taken for a name."""
    return [frame.format(word) for word in words for frame in FRAMES if found(frame.format(word))]


def test_the_stop_list_is_large_and_of_surnames_only() -> None:
    assert len(SURNAME_WORDS) >= 300
    assert all(len(word) == 2 and word[0] in CLEAR_SURNAMES | AMBIGUOUS_SURNAMES for word in SURNAME_WORDS)


def test_materials_that_begin_with_a_surname_are_no_names() -> None:
    for word in ("高硼硅", "马口铁", "白松露", "花梨木", "单宁布"):
        assert found(f"{word}杯子") == found(f"材质：{word}") == [], word


def test_ordinary_words_are_no_names() -> None:
    assert false_alarms(WORDS) == []


def test_every_word_of_the_list_is_left_alone() -> None:
    # 林肯, 汤姆 and 李逵 were counted among the words: they are names.
    ordinary = sorted(SURNAME_WORDS - {"李逵", *sections("people.txt")["foreign_people"]})
    texts = ["，".join(f"客户是{word}的，{word}了" for word in chunk) for chunk in _chunks(ordinary, 40)]
    assert [name for text in texts for name in found(text)] == []


def test_without_the_list_they_would_be_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the broken twin knows no ordinary words."""
    nothing = Words(np.zeros(1, dtype=np.uint64), np.zeros(1, dtype=np.uint8))
    monkeypatch.setattr(candidates, "words", lambda: nothing)
    assert len(false_alarms(WORDS)) > 100


@pytest.mark.parametrize(
    "text",
    [
        "麻烦帮我换成青豆味的", "改成青豆", "车载云台能用吗", "这是车载云镜", "当成马桶用了", "做成华夫饼",
        "装载高清地图",
        "安装好了", "芦苇叶", "Hi Little Luan,", "Hello Little Luan", "Hi Big Magic Box", "北京杜莎夫人蜡像馆",
    ],
)  # fmt: skip
def test_complements_and_products_are_no_names(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫高兴", "高兴"), ("姓名：安全", "安全"), ("收件人：明白", "明白"), ("明白女士，您好", "明白"),
        ("高兴先生您好", "高兴"), ("Hi Sarah Little", "Sarah Little"),
        ("Dear Ms. Little", "Little"),
    ],
)  # fmt: skip
def test_strong_context_wins_over_the_list(text: str, name: str) -> None:
    assert found(text) == [name]


@pytest.mark.parametrize("name", ORDINARY_NAMES)
def test_names_of_ordinary_characters(name: str) -> None:
    assert [frame for frame in NAME_FRAMES if found(frame.format(name)) != [name]] == []


def test_two_names_joined_speak_for_each_other() -> None:
    pairs = list(itertools.permutations(["常国", "曾明", "高语", "罗桂", "段萍语", "郝国睿"], 2))
    wrong = [(a, b) for a, b in pairs if found(f"{a}和{b}共用一个账号") != [a, b]]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "Beatrice Sanders called",
        "Clara Larsen is here",
        "I met Tobias Jennings",
        "we saw Mason Singh",
        "please ask Mason",
    ],
)
def test_english_names(text: str) -> None:
    names_found = found(text)
    assert len(names_found) == 1
    assert names_found[0] == " ".join(word for word in text.split() if word[0].isupper() and word != "I")


def _chunks(words: list[str], size: int) -> list[list[str]]:
    return [words[start : start + size] for start in range(0, len(words), size)]
