"""Texts in traditional characters, as they are written in Taiwan, Hong Kong and Macau."""

from __future__ import annotations

import pytest

from wuming.deidentification import Deidentifier, Detector, codepoints
from wuming.deidentification.normalisation import normalise

DETECTOR = Detector()
PAIRS = codepoints._simplified()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我叫陳志豪，手機0912-345-678", [("PERSON", "陳志豪"), ("PHONE", "0912-345-678")]),
        ("住台北市信義區市府路1號", [("ADDRESS", "台北市信義區市府路1號")]),
        ("地址：新北市板橋區中山路一段161號15樓", [("ADDRESS", "新北市板橋區中山路一段161號15樓")]),
        ("住在香港九龍旺角彌敦道688號旺角中心一期15樓", [("ADDRESS", "香港九龍旺角彌敦道688號旺角中心一期15樓")]),
        ("聯絡人：鄭秀文 電話：+852 9123 4567", [("PERSON", "鄭秀文"), ("PHONE", "+852 9123 4567")]),
        ("劉經理讓我聯絡您", [("PERSON", "劉經理")]),
        ("護照號碼 312345678", [("PASSPORT", "312345678")]),
        ("出生日期：1990年3月7日，國籍：加拿大", [("DATE_OF_BIRTH", "1990年3月7日"), ("NATIONALITY", "加拿大")]),
        ("密碼是 Abc@12345", [("SECRET", "Abc@12345")]),
        ("我確診糖尿病", [("MEDICAL", "糖尿病")]),
    ],
)
def test_they_are_read_as_simplified_ones(text: str, expected: list[tuple[str, str]]) -> None:
    spans = DETECTOR.find(text)
    assert [(span.kind, text[span.start : span.end]) for span in spans] == expected
    assert DETECTOR.find(normalise(text).text) == spans


def test_only_characters_that_simplified_text_does_not_use_are_replaced() -> None:
    assert len(PAIRS) > 2_500
    for old, new in PAIRS.items():
        assert new.encode("gb2312"), new
        assert ord(new) not in PAIRS, new
        with pytest.raises(UnicodeEncodeError):
            chr(old).encode("gb2312")


def test_values_are_the_same_in_both() -> None:
    assert normalise("臺灣國語").text == "台湾国语"
    assert normalise("乾隆於是").text == "乾隆於是"


def test_one_person_is_one_person_in_both() -> None:
    deidentifier = Deidentifier(DETECTOR, key=bytes(32))
    texts = [f"我叫{name}。{name}，{title}好" for name, title in (("陳志豪", "陳先生"), ("陈志豪", "陈先生"))]
    old, new = (deidentifier.deidentify(text, subject="one").text for text in texts)
    assert old == new
    name = new[2:5]
    assert new == f"我叫{name}。{name}，{name[0]}先生好"
