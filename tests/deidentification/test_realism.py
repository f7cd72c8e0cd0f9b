"""Service dialogues of our own, and public sets where they are at hand: recall, precision, false alarms."""

from __future__ import annotations

import json
import os
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from wuming.deidentification import Detector, measure
from wuming.deidentification.recognizers.checks import luhn_digit, resident_check

DETECTOR = Detector()
SHARED = Path(os.environ.get("WUMING_DATA") or Path(__file__).parents[3] / "shared" / "data")
CHINESE_NAMES = [
    "何雨柔", "马晓东", "汤佳怡", "石磊", "贺兰英", "江一鸣", "段雪梅", "祁志强", "欧阳静", "卫建平", "田甜", "左思源",
    "蓝心洁", "单国强", "佟丽娟", "顾清扬",
]  # fmt: skip
ENGLISH_NAMES = ["Rachel Green", "Omar Khan", "Li Wei", "Jennifer O'Brien", "Carlos Mendoza", "Priya Nair"]
ADDRESSES = [
    "四川省成都市武侯区天府大道中段666号2栋1单元1203室",
    "杭州市滨江区江南大道3900号5幢402",
    "南京市鼓楼区汉中路2号金陵公寓B座18楼1802室",
    "山东省青岛市市南区香港中路12号丰合广场A座901",
    "保利花园12栋3单元502室",
]
TEMPLATES = [
    "客服：您好，请问怎么称呼？用户：我叫{N}，电话是{M}。",
    "收件人：{N}，地址：{A}，手机{M}，麻烦尽快发货。",
    "我的身份证号是{R}，银行卡{C}，名字是{N}，请帮我核实",
    "请退到{C}这张卡，持卡人{N}",
    "{N}女士您好，您的订单20260314998877已发出，预计明天送到{A}。",
    "换货的话寄到{A}，联系人{N}，微信{W}",
    "发票发到{E}，QQ是{Q}，谢谢",
    "Hi, my name is {L}, please call me at (303) 555-{F} or write to {E}.",
    "Dear {L}, your parcel 1Z999AA10123456784 is on its way.",
    "我老公{N}的手机{M}收不到验证码，工单号20260314{F}",
]
PRODUCTS = [
    "空调不制冷，屏幕显示错误代码E3，请问怎么处理？",
    "请问满299减50的活动到周末还有吗？",
    "The router keeps losing its connection.",
]


def digits(rng: random.Random, count: int) -> str:
    """Random digits."""
    return "".join(rng.choice("0123456789") for _ in range(count))


def resident(rng: random.Random) -> str:
    """A resident number with its check character."""
    first = f"510107{rng.randint(1950, 2005)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}{digits(rng, 3)}"
    return first + resident_check(first)


def card(rng: random.Random) -> str:
    """A bank card number, sometimes in groups of four."""
    first = "622848" + digits(rng, 12)
    number = first + luhn_digit(first)
    return number if rng.random() < 0.5 else " ".join(number[i : i + 4] for i in range(0, 19, 4))


VALUES: dict[str, tuple[str, Callable[[random.Random], str]]] = {
    "N": ("PERSON", lambda rng: rng.choice(CHINESE_NAMES)),
    "L": ("PERSON", lambda rng: rng.choice(ENGLISH_NAMES)),
    "A": ("ADDRESS", lambda rng: rng.choice(ADDRESSES)),
    "M": ("PHONE", lambda rng: "1" + rng.choice("35789") + digits(rng, 9)),
    "R": ("CN_RESIDENT_ID", resident),
    "C": ("BANK_CARD", card),
    "W": ("WECHAT", lambda rng: "wx" + digits(rng, 6)),
    "Q": ("QQ", lambda rng: "7" + digits(rng, 8)),
    "E": ("EMAIL", lambda rng: f"user{digits(rng, 4)}@mail.example.cn"),
}


def dialogues(count: int) -> tuple[dict[str, str], dict[str, list[tuple[int, int, str]]]]:
    """Texts and where the personal data is in them."""
    rng = random.Random(20260314)
    texts, truth = {}, {}
    for number in range(count):
        text, spans = "", []
        template = rng.choice(TEMPLATES) + " " + rng.choice(PRODUCTS)
        for part in re.split(r"(\{\w\})", template):
            name = part[1:-1] if part.startswith("{") else ""
            if name in VALUES:
                kind, make = VALUES[name]
                value = make(rng)
                spans.append((len(text), len(text) + len(value), kind))
                text += value
            else:
                text += digits(rng, 4) if name == "F" else part
        # The telephone number of the English template is true data too.
        spans += [(m.start(), m.end(), "PHONE") for m in re.finditer(r"\(303\) 555-\d{4}", text)]
        texts[str(number)], truth[str(number)] = text, spans
    return texts, truth


def test_service_dialogues() -> None:
    texts, truth = dialogues(600)
    result = measure(truth, {identifier: DETECTOR.find(text) for identifier, text in texts.items()})
    assert result["structured"]["recall"] >= 0.995
    assert result["structured"]["precision"] >= 0.99
    assert result["names_and_addresses"]["recall"] >= 0.97
    assert result["names_and_addresses"]["precision"] >= 0.95


def test_the_same_dialogues_expose_a_blind_detector() -> None:
    """Negative control: with \\b in the place of the ASCII look-arounds, numbers beside Chinese characters are lost."""
    texts, truth = dialogues(100)
    glued = sum(bool(re.search(r"\b1[3-9]\d{9}\b", text)) for text in texts.values())
    mobiles = sum(kind == "PHONE" for spans in truth.values() for _, _, kind in spans)
    assert glued < 0.5 * mobiles


def test_crosswoz_has_few_false_names() -> None:
    path = SHARED / "crosswoz" / "val.json.zip"
    if not path.exists():
        pytest.skip("CrossWOZ is not at hand (WUMING_DATA)")
    with zipfile.ZipFile(path) as archive:
        talks = json.loads(archive.read(archive.namelist()[0]))
    messages = [message["content"] for talk in list(talks.values())[:200] for message in talk["messages"]]
    names = sum(span.kind == "PERSON" for message in messages for span in DETECTOR.find(message))
    # Venues named after people (杜莎夫人蜡像馆) are taken for names; ordinary words must not be.
    assert names / len(messages) < 0.02


def test_presidio_research_structured() -> None:
    path = SHARED / "presidio-research" / "synth_dataset_v2.json"
    if not path.exists():
        pytest.skip("presidio-research is not at hand (WUMING_DATA)")
    kinds = {"CREDIT_CARD", "US_SSN", "EMAIL_ADDRESS", "IBAN_CODE", "IP_ADDRESS"}
    total = hit = 0
    for row in json.loads(path.read_text()):
        covered = {place for span in DETECTOR.find(row["full_text"]) for place in range(span.start, span.end)}
        for span in row["spans"]:
            if span["entity_type"] in kinds:
                total += 1
                hit += all(place in covered for place in range(span["start_position"], span["end_position"]))
    assert hit / total >= 0.98
