"""Identifiers of mainland China: published checks, hits and near misses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from wuming.deidentification import Detector
from wuming.deidentification.kinds import STRUCTURED
from wuming.deidentification.recognizers import checks

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "deidentification.json").read_text())
DETECTOR = Detector(kinds=STRUCTURED)
CHECKS: dict[str, Callable[[str], bool]] = {
    "organization": lambda value: checks.organization_check(value[:8]) == value[8],
    "machine_readable": lambda value: checks.machine_readable_check(value[:-1]) == value[-1],
}


def found(text: str) -> list[tuple[str, str]]:
    """What is found in `text`, with its kind."""
    return [(span.kind, text[span.start : span.end]) for span in DETECTOR.find(text)]


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_published_values(name: str) -> None:
    assert [value for value in VECTORS[name]["valid"] if not CHECKS[name](value)] == []
    assert [value for value in VECTORS[name]["invalid"] if CHECKS[name](value)] == []


HITS = [
    ("CN_RESIDENT_ID", "身份证110105194912310021", "110105194912310021"),  # a slip in the check character
    ("CN_RESIDENT_ID", "11010519491231002x就是我", "11010519491231002x"),
    ("CN_RESIDENT_ID", "1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X", "1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X"),
    ("CN_RESIDENT_ID", "110105-19491231-002X", "110105-19491231-002X"),
    ("CN_RESIDENT_ID", "110105 19491231\n002X", "110105 19491231\n002X"),
    ("CN_RESIDENT_ID", "Order #110101199003074610 has shipped", "110101199003074610"),  # no order has a right check
    ("CN_RESIDENT_ID", "居住证810000199408230021", "810000199408230021"),
    ("CN_RESIDENT_ID", "身份证110101900307123", "110101900307123"),  # 15 digits, before 1999
    ("CN_FOREIGN_PERMANENT_RESIDENT", "永居证911124198108030024", "911124198108030024"),
    ("CN_FOREIGN_PERMANENT_RESIDENT", "CAN110081080310", "CAN110081080310"),
    ("CN_FOREIGN_PERMANENT_RESIDENT", "永久居留证 USA110081080311", "USA110081080311"),
    ("CN_USCC", "91350100M000100Y43", "91350100M000100Y43"),
    ("CN_USCC", "代码：91350100m000100y43", "91350100m000100y43"),
    ("CN_USCC", "统一社会信用代码91350211M0000XUF46", "91350211M0000XUF46"),  # registered with a wrong check
    ("CN_USCC", "税号：11010812345678X", "11010812345678X"),  # 15 characters, before 2015
    ("BANK_CARD", "6222021234567890128", "6222021234567890128"),
    ("BANK_CARD", "6222-0212-3456-7890-128", "6222-0212-3456-7890-128"),
    ("BANK_CARD", "工行卡6222021234567890", "6222021234567890"),  # a slip
    ("PHONE", "19212345678", "19212345678"),  # the newest prefix
    ("PHONE", "+86 138 1234 5678", "+86 138 1234 5678"),
    ("PHONE", "0086-13812345678", "0086-13812345678"),
    ("PHONE", "联系电话：3.13812345678", "13812345678"),  # the item of a list
    ("PHONE", "(+86)13812345678", "(+86)13812345678"),
    ("PHONE", "1 3 8 1 2 3 4 5 6 7 8", "1 3 8 1 2 3 4 5 6 7 8"),
    ("PHONE", "13-81-23-45-67-8", "13-81-23-45-67-8"),
    ("PHONE", "手机138\n12345678", "138\n12345678"),
    ("PHONE", "010-62345678转801", "010-62345678转801"),
    ("PHONE", "电话075523456789", "075523456789"),
    ("PHONE", "+86-10-62345678", "+86-10-62345678"),
    ("CN_PLATE", "京A12345", "京A12345"),
    ("CN_PLATE", "粤B·D12345停着", "粤B·D12345"),
    ("CN_PLATE", "京AD12345", "京AD12345"),  # new energy, small
    ("CN_PLATE", "沪A12345D", "沪A12345D"),  # new energy, large
    ("CN_PLATE", "鲁B1234学", "鲁B1234学"),
    ("CN_PLATE", "粤Z1234港", "粤Z1234港"),
    ("CN_PLATE", "川O1234警", "川O1234警"),
    ("CN_PLATE", "川X1234应急", "川X1234应急"),
    ("CN_PLATE", "WJ京12345", "WJ京12345"),
    ("CN_PLATE", "军A12345", "军A12345"),
    ("CN_PLATE", "车牌VA12345", "VA12345"),
    ("CN_PLATE", "使014578的车", "使014578"),
    ("CN_PASSPORT", "E12345678", "E12345678"),
    ("CN_PASSPORT", "EA1234567", "EA1234567"),
    ("CN_PASSPORT", "护照号G12345678", "G12345678"),
    ("CN_PASSPORT", "公务护照SE1234567", "SE1234567"),
    ("CN_TRAVEL_PERMIT", "回乡证H12345678", "H12345678"),
    ("CN_TRAVEL_PERMIT", "回乡证号M1234567801", "M1234567801"),
    ("CN_TRAVEL_PERMIT", "往来港澳通行证C12345678", "C12345678"),
    ("CN_TRAVEL_PERMIT", "往来港澳通行证CA1234567", "CA1234567"),
    ("CN_TRAVEL_PERMIT", "往来台湾通行证L12345678", "L12345678"),
    ("CN_TRAVEL_PERMIT", "台胞证12345678", "12345678"),
    ("CN_MILITARY_ID", "军字第12345678号", "军字第12345678号"),
    ("CN_MILITARY_ID", "士兵证号12345678", "12345678"),
    ("CN_SOCIAL_SECURITY", "社保卡号：A12345678", "A12345678"),
    ("CN_MEDICAL_INSURANCE", "医保卡号：0012345678", "0012345678"),
    ("CN_MEDICAL_INSURANCE", "0012345678是我的医保号", "0012345678"),
]


@pytest.mark.parametrize(("kind", "text", "value"), HITS)
def test_hits(kind: str, text: str, value: str) -> None:
    assert found(text) == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "110101199003071235",  # a failing check character and no word
        "110101199013074610",  # no thirteenth month
        "000000199003074610",
        "91350100M000100Y44",
        "1234567890123456",
        "单号6222021234567890128",  # named as something else
        "10012345678",
        "138123456789",
        "1381234567",
        "17179869184",  # bytes in 16 GiB
        "13812345678元",
        "192.168.100.256.",
        "400-820-1234",
        "京A123",
        "中A12345",
        "最新A12345",
        "使用224578使用",
        "编号G12345678的货",
        "EP1234567",  # a patent
        "H12345678",
        "C12345678",
        "12345678",
        "汉字第12345678行",
        "社保卡丢了",
        "1.5 3 8 12 34 56 78",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("make", "check"),
    [
        (lambda rng: f"{rng.randrange(10**17):017}", checks.resident_check),
        (lambda rng: "".join(rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(17)), checks.uscc_check),
        (lambda rng: "".join(rng.choice("0123456789ABCDEFGHJK") for _ in range(8)), checks.organization_check),
    ],
)
def test_every_single_error_is_caught(make: Callable[[Random], str], check: Callable[[str], str]) -> None:
    rng = Random(3)
    for _ in range(20):
        value = make(rng)
        for place, old in enumerate(value):
            for new in set("0123456789") - {old}:
                if old.isdigit():
                    assert check(value[:place] + new + value[place + 1 :]) != check(value)


def test_a_check_of_the_digits_alone_would_accept_other_numbers() -> None:
    """Negative control: without the date one in eleven rows of 18 digits is a resident number."""
    rng = Random(5)
    numbers = [f"{rng.randrange(10**17, 10**18)}" for _ in range(2000)]
    loose = sum(checks.resident_check(number[:17]) == number[17] for number in numbers)
    strict = sum(("CN_RESIDENT_ID", number) in found(number) for number in numbers)
    assert loose > 100
    assert strict < 10
