"""Each recogniser: published check digits, hits and near misses, and decoys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wuming.deidentification import Detector
from wuming.deidentification.recognizers import checks

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "deidentification.json").read_text())
DETECTOR = Detector()


def found(text: str, kind: str) -> list[str]:
    """The stretches of `text` found as `kind`."""
    return [text[span.start : span.end] for span in DETECTOR.find(text) if span.kind == kind]


CHECKS = {
    "resident_id": lambda v: checks.calendar_date(v[6:14]) and checks.resident_check(v[:17]) == v[17],
    "uscc": lambda v: checks.uscc_check(v[:17]) == v[17],
    "luhn": checks.luhn,
    "iban": checks.mod_97,
}


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_published_check_digits(name: str) -> None:
    assert all(CHECKS[name](value) for value in VECTORS[name]["valid"])
    assert not any(CHECKS[name](value) for value in VECTORS[name]["invalid"])


@pytest.mark.parametrize("name", ["luhn", "iban"])
def test_every_single_digit_error_is_caught(name: str) -> None:
    value = VECTORS[name]["valid"][0]
    for place, old in enumerate(value):
        if old.isdigit():
            for new in set("0123456789") - {old}:
                assert not CHECKS[name](value[:place] + new + value[place + 1 :])


HITS = [
    ("CN_RESIDENT_ID", "我的身份证号是11010519491231002X，请核实", "11010519491231002X"),
    ("CN_RESIDENT_ID", "号码11010519491231002x啊", "11010519491231002x"),
    ("CN_RESIDENT_ID", "身份证 110105 19491231 002X", "110105 19491231 002X"),
    ("CN_RESIDENT_ID", "身份证号:110105194912310021", "110105194912310021"),  # a slip in the check character
    ("CN_RESIDENT_ID", "身份证１１０１０５１９４９１２３１００２Ｘ", "１１０１０５１９４９１２３１００２Ｘ"),
    ("PHONE", "请拨打13812345678联系", "13812345678"),
    ("PHONE", "手机+86 138-1234-5678。", "+86 138-1234-5678"),
    ("PHONE", "1 3 8-1234-5678", "1 3 8-1234-5678"),
    ("PHONE", "号码138.1234.5678", "138.1234.5678"),
    ("PHONE", "电话一三八一二三四五六七八", "一三八一二三四五六七八"),
    ("PHONE", "幺三八幺二三四五六七八", "幺三八幺二三四五六七八"),
    ("PHONE", "tel 138\u200b1234\u200b5678", "138\u200b1234\u200b5678"),
    ("PHONE", "①③⑧①②③④⑤⑥⑦⑧", "①③⑧①②③④⑤⑥⑦⑧"),
    ("PHONE", "电话13812345678\n", "13812345678"),
    ("PHONE", "call me at (303) 555-0142 please", "(303) 555-0142"),
    ("PHONE", "my number is 303-555-0142.", "303-555-0142"),
    ("PHONE", "+44 7700 900123", "+44 7700 900123"),
    ("PHONE", "座机010-62345678转801", "010-62345678转801"),
    ("PHONE", "电话(0755)2345 6789", "(0755)2345 6789"),
    ("PHONE", "家里电话是62345678", "62345678"),
    ("BANK_CARD", "卡号6222021234567890128转账", "6222021234567890128"),
    ("BANK_CARD", "6222 0212 3456 7890 128", "6222 0212 3456 7890 128"),
    ("BANK_CARD", "银行卡6228 4844 1485 7374 135，名字", "6228 4844 1485 7374 135"),  # a mobile's layout inside
    ("PHONE", "0755-12345678", "0755-12345678"),
    ("WECHAT", "WeChat: my-name-123", "my-name-123"),
    ("PHONE", "she can be reached at (137) 998-9912.", "(137) 998-9912"),
    ("PHONE", "phone +852 9123 4567 / 12", "+852 9123 4567"),
    ("PHONE", "reach us at +49 151 23456789", "+49 151 23456789"),
    ("CREDIT_CARD", "信用卡4111111111111111已扣款", "4111111111111111"),
    ("CREDIT_CARD", "card 3782 822463 10005", "3782 822463 10005"),
    ("EMAIL", "邮箱zhangwei@example.com收件", "zhangwei@example.com"),
    ("EMAIL", "a.b+c@mail.example.co.uk.", "a.b+c@mail.example.co.uk"),
    ("EMAIL", "zhangwei[at]example[dot]com", "zhangwei[at]example[dot]com"),
    ("EMAIL", "zhangwei艾特example点com", "zhangwei艾特example点com"),
    ("EMAIL", "邮箱ｌｉｌｙ＠example.com", "ｌｉｌｙ＠example.com"),
    ("IP_ADDRESS", "服务器192.168.1.100宕机", "192.168.1.100"),
    ("IP_ADDRESS", "from 2001:db8:85a3::8a2e:370:7334,", "2001:db8:85a3::8a2e:370:7334"),
    ("CN_USCC", "信用代码91350100M000100Y43开票", "91350100M000100Y43"),
    ("CN_USCC", "统一社会信用代码91350211M0000XUF46", "91350211M0000XUF46"),  # registered with a wrong check
    ("CN_PASSPORT", "护照E12345678", "E12345678"),
    ("CN_PASSPORT", "护照号EA1234567", "EA1234567"),
    ("PASSPORT", "my passport number is 561234567", "561234567"),
    ("CN_PLATE", "车牌京A12345", "京A12345"),
    ("CN_PLATE", "粤B·D12345停着", "粤B·D12345"),
    ("US_PLATE", "license plate 7ABC123 was towed", "7ABC123"),
    ("WECHAT", "我的微信是lily_2024", "lily_2024"),
    ("WECHAT", "微信号：zhangweihao", "zhangweihao"),
    ("WECHAT", "加V信 wxh19900101 吧", "wxh19900101"),
    ("WECHAT", "My WeChat ID is mike-1988", "mike-1988"),
    ("WECHAT", "wxid_abc123def456", "wxid_abc123def456"),
    ("QQ", "QQ 12345678", "12345678"),
    ("QQ", "加我扣扣：987654321", "987654321"),
    ("US_SSN", "My SSN is 078-05-1120.", "078-05-1120"),
    ("US_SSN", "social security number 219099999", "219099999"),
    ("IBAN", "IBAN GB82 WEST 1234 5698 7654 32.", "GB82 WEST 1234 5698 7654 32"),
    ("IBAN", "账号DE89370400440532013000", "DE89370400440532013000"),
]


@pytest.mark.parametrize(("kind", "text", "value"), HITS)
def test_hits(kind: str, text: str, value: str) -> None:
    assert found(text, kind) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "订单号2024031213812345已发货",
        "运单号SF1234567890123",
        "快递单号773138123456789",
        "时间戳1700000000000",
        "订单号：13812345678",
        "order number 13812345678 shipped",
        "金额13812345678元",
        "合计138123456.78元",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "客服热线4008123123，95588",
        "固件版本10.0.1.2",
        "2026-03-14 12:30:45",
        "tracking number 1Z999AA10123456784",
        "std::vector, a::b, 12:30:45",
        "型号 RTX4090-24G，批次20260314",
        "共 1234 5678 9012 件",
        "WeChat account please",
        "微信支付失败了",
        "QQ群",
        "4111111111111112",  # a failing check digit and no word for cards
    ],
)
def test_decoys_and_near_misses(text: str) -> None:
    # A number that is called an order's is one, and nothing else.
    assert {span.kind for span in DETECTOR.find(text)} <= {"ORDER_OR_ACCOUNT"}


def test_a_number_inside_a_longer_one_is_left_alone() -> None:
    assert DETECTOR.find("x13812345678901234567890123") == []


def test_languages_choose_the_countries() -> None:
    text = "SSN 078-05-1120, 手机13812345678"
    assert "US_SSN" not in [span.kind for span in Detector(("zh",)).find(text)]
    assert "US_SSN" in [span.kind for span in Detector(("en",)).find(text)]
