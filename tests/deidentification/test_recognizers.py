"""Each recogniser: published check digits, hits and near misses, and decoys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wuming.deidentification import KINDS, Detector
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
    ("resident_id", "我的身份证号是11010519491231002X，请核实", "11010519491231002X"),
    ("resident_id", "号码11010519491231002x啊", "11010519491231002x"),
    ("resident_id", "身份证 110105 19491231 002X", "110105 19491231 002X"),
    ("resident_id", "身份证号:110105194912310021", "110105194912310021"),  # a slip in the check character
    ("resident_id", "身份证１１０１０５１９４９１２３１００２Ｘ", "１１０１０５１９４９１２３１００２Ｘ"),
    ("mobile", "请拨打13812345678联系", "13812345678"),
    ("mobile", "手机+86 138-1234-5678。", "+86 138-1234-5678"),
    ("mobile", "1 3 8-1234-5678", "1 3 8-1234-5678"),
    ("mobile", "号码138.1234.5678", "138.1234.5678"),
    ("mobile", "电话一三八一二三四五六七八", "一三八一二三四五六七八"),
    ("mobile", "幺三八幺二三四五六七八", "幺三八幺二三四五六七八"),
    ("mobile", "tel 138\u200b1234\u200b5678", "138\u200b1234\u200b5678"),
    ("mobile", "①③⑧①②③④⑤⑥⑦⑧", "①③⑧①②③④⑤⑥⑦⑧"),
    ("mobile", "电话13812345678\n", "13812345678"),
    ("mobile", "call me at (303) 555-0142 please", "(303) 555-0142"),
    ("mobile", "my number is 303-555-0142.", "303-555-0142"),
    ("mobile", "+44 7700 900123", "+44 7700 900123"),
    ("landline", "座机010-62345678转801", "010-62345678转801"),
    ("landline", "电话(0755)2345 6789", "(0755)2345 6789"),
    ("landline", "家里电话是62345678", "62345678"),
    ("bank_card", "卡号6222021234567890128转账", "6222021234567890128"),
    ("bank_card", "6222 0212 3456 7890 128", "6222 0212 3456 7890 128"),
    ("bank_card", "银行卡6228 4844 1485 7374 135，名字", "6228 4844 1485 7374 135"),  # a mobile's layout inside
    ("landline", "0755-12345678", "0755-12345678"),
    ("wechat", "WeChat: my-name-123", "my-name-123"),
    ("mobile", "reach us at +49 151 23456789", "+49 151 23456789"),
    ("credit_card", "信用卡4111111111111111已扣款", "4111111111111111"),
    ("credit_card", "card 3782 822463 10005", "3782 822463 10005"),
    ("email", "邮箱zhangwei@example.com收件", "zhangwei@example.com"),
    ("email", "a.b+c@mail.example.co.uk.", "a.b+c@mail.example.co.uk"),
    ("email", "zhangwei[at]example[dot]com", "zhangwei[at]example[dot]com"),
    ("email", "zhangwei艾特example点com", "zhangwei艾特example点com"),
    ("email", "邮箱ｌｉｌｙ＠example.com", "ｌｉｌｙ＠example.com"),
    ("ip", "服务器192.168.1.100宕机", "192.168.1.100"),
    ("ip", "from 2001:db8:85a3::8a2e:370:7334,", "2001:db8:85a3::8a2e:370:7334"),
    ("uscc", "信用代码91350100M000100Y43开票", "91350100M000100Y43"),
    ("uscc", "统一社会信用代码91350211M0000XUF46", "91350211M0000XUF46"),  # registered with a wrong check
    ("passport", "护照E12345678", "E12345678"),
    ("passport", "护照号EA1234567", "EA1234567"),
    ("passport", "my passport number is 561234567", "561234567"),
    ("plate", "车牌京A12345", "京A12345"),
    ("plate", "粤B·D12345停着", "粤B·D12345"),
    ("plate", "license plate 7ABC123 was towed", "7ABC123"),
    ("wechat", "我的微信是lily_2024", "lily_2024"),
    ("wechat", "微信号：zhangweihao", "zhangweihao"),
    ("wechat", "加V信 wxh19900101 吧", "wxh19900101"),
    ("wechat", "My WeChat ID is mike-1988", "mike-1988"),
    ("wechat", "wxid_abc123def456", "wxid_abc123def456"),
    ("qq", "QQ 12345678", "12345678"),
    ("qq", "加我扣扣：987654321", "987654321"),
    ("ssn", "My SSN is 078-05-1120.", "078-05-1120"),
    ("ssn", "social security number 219099999", "219099999"),
    ("iban", "IBAN GB82 WEST 1234 5698 7654 32.", "GB82 WEST 1234 5698 7654 32"),
    ("iban", "账号DE89370400440532013000", "DE89370400440532013000"),
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
    assert DETECTOR.find(text) == []


def test_a_number_inside_a_longer_one_is_left_alone() -> None:
    assert DETECTOR.find("x13812345678901234567890123") == []


def test_languages_choose_the_countries() -> None:
    text = "SSN 078-05-1120, 手机13812345678"
    assert [span.kind for span in Detector(("zh",)).find(text)] == ["mobile"]
    assert "ssn" in [span.kind for span in Detector(("en",)).find(text)]
