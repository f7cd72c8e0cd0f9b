"""Surrogates: same format, ranges that belong to nobody, what is kept on request, one person one name."""

from __future__ import annotations

import re

import pytest

from wuming.deidentification import Deidentifier, Detector, Setting
from wuming.deidentification.linking import link_persons
from wuming.deidentification.operators.surrogates import words
from wuming.deidentification.operators.surrogates.numbers import COLLISIONS
from wuming.deidentification.recognizers import checks

from ..examples import Marked, Whole, marked

KEY = b"0123456789abcdef0123456789abcdef"


def replaced(kind: str, value: str, operator: str | Setting = "surrogate", subject: str = "s") -> str:
    return Deidentifier(Whole(kind), KEY, operator).deidentify(value, subject=subject).text


@pytest.mark.parametrize(
    ("kind", "value", "pattern"),
    [
        ("PHONE", "138-1234-5678", r"154-\d{4}-\d{4}"),
        ("PHONE", "+86 13812345678", r"\+86 154\d{8}"),
        ("PHONE", "１３８１２３４５６７８", r"１５４[０-９]{8}"),
        ("PHONE", "一三八一二三四五六七八", r"一五四[零一二三四五六七八九]{8}"),
        ("PHONE", "010-62345678", r"01[1-9]-\d{8}"),
        ("PHONE", "0755-87654321", r"01[1-9]\d-\d{8}"),
        ("PHONE", "+86 755 8765 4321", r"\+86 1[12]\d \d{4} \d{4}"),
        ("PHONE", "(303) 555-1234", r"\([2-9]\d\d\) 555-01\d\d"),
        ("PHONE", "+1 303 555 1234", r"\+1 [2-9]\d\d 555 01\d\d"),
        ("PHONE", "+44 20 7946 0958", r"\+99 9\d \d{4} \d{4}|\+99 \d\d \d{4} \d{4}"),
        ("CN_RESIDENT_ID", "11010519491231002X", r"99\d{15}[0-9X]"),
        ("BANK_CARD", "6222 0212 3456 7890 128", r"9999 \d{4} \d{4} \d{4} \d{3}"),
        ("IP_ADDRESS", "10.1.2.3", r"2(?:4[0-9]|5[0-5])(?:\.\d{1,3}){3}"),
        ("IP_ADDRESS", "fe80::1", r"2001:db8:[0-9a-f:]+"),
        ("EMAIL", "a@b.cn", r"[a-z]+\.[a-z]+\d{6}@example\.(?:com|org|net)"),
        ("US_SSN", "078-05-1120", r"9\d\d-[0-4]\d-\d{4}"),
        ("CN_PLATE", "京A·12345", r"民[A-Z]·[A-Z0-9]{3}\d\d"),
        ("CN_PASSPORT", "E12345678", r"E[IO]\d{7}"),
        ("MAC_ADDRESS", "00-1a-2b-3c-4d-5e", r"02(?:-[0-9a-f]{2}){5}"),
        ("UK_NHS", "943 476 5919", r"999 \d{3} \d{4}"),
        ("SECRET", "sk-ant-abc123DEF456", r"sk-ant-[a-z]{3}\d{3}[A-Z]{3}\d{3}"),
        ("ORGANIZATION", "北京某某科技有限公司", r"[一-鿿]{4,6}科技有限公司"),
        ("ORGANIZATION", "Acme Systems Inc.", r"[A-Z][a-z]+ [A-Z][a-z]+ [A-Z][a-z]+ Inc\."),
        ("ADDRESS", "北京市朝阳区", r"[一-鿿]+市[一-鿿]+区"),
        ("ADDRESS", "广东省深圳市南山区某路1号望海花园3栋2单元1202室", r"[一-鿿]+市.+区.+路\d+号.+\d+栋\d单元\d+室"),
        ("PERSON", "张伟", r"[一-鿿]{2}"),
        ("PERSON", "欧阳修远", r"[一-鿿]{4}"),
        ("PERSON", "王先生", r"[一-鿿]先生"),
        ("PERSON", "SARAH MILLER", r"[A-Z]+ [A-Z]+"),
        ("PERSON", "Dr. Sarah J. Miller", r"Dr\. [A-Z][a-z]+ [A-Z]\. [A-Z][A-Za-z]+"),
        ("PERSON", "约翰·史密斯", r"[一-鿿]+·[一-鿿]+"),
    ],
)  # fmt: skip
def test_format_and_range(kind: str, value: str, pattern: str) -> None:
    for subject in "abc":
        assert re.fullmatch(pattern, replaced(kind, value, subject=subject)), replaced(kind, value, subject=subject)


def test_no_surrogate_of_a_fixed_number_looks_like_a_mobile() -> None:
    for number in range(200):
        new = replaced("PHONE", "+86 755 8765 4321", subject=str(number))
        assert not re.search(r"\+86 1[3-9]", new)


def test_spellings_of_one_value_become_one_value() -> None:
    plain = replaced("PHONE", "13812345678")
    assert replaced("PHONE", "138 1234 5678").replace(" ", "") == plain
    assert replaced("PHONE", "+8613812345678") == "+86" + plain


def test_mobiles_of_one_prefix_never_meet() -> None:
    parts: list[str | tuple[str, str]] = []
    for number in range(300):
        parts += [("PHONE", f"138{number:08}"), "，"]
    text, spans = marked(*parts)
    result, _ = Deidentifier(Marked({text: spans}), KEY).deidentify_apart(text, subject="s")
    assert len(set(result.text.split("，"))) == 301
    assert max(COLLISIONS.values()) <= 1e-5


def test_what_is_kept_on_request() -> None:
    keep = Setting("surrogate", keep=frozenset({"gender", "region"}))
    for number in range(20):
        subject = str(number)
        woman = replaced("CN_RESIDENT_ID", "110105194912310020", keep, subject)
        assert woman.startswith("1199")
        assert int(woman[16]) % 2 == 0
        assert checks.resident_check(woman[:17]) == woman[17]
        assert int(replaced("CN_RESIDENT_ID", "11010519491231003X", keep, subject)[16]) % 2 == 1
        assert replaced("PHONE", "010-62345678", keep, subject).startswith("010-1")
        assert replaced("CN_PLATE", "粤B12345", keep, subject).startswith("粤I")
        assert replaced("ADDRESS", "北京市朝阳区建国路88号", keep, subject).startswith("北京市")
        assert replaced("PERSON", "王丽", keep, subject)[1] in words.GIVEN_FEMALE
        assert replaced("PERSON", "王强", keep, subject)[1] in words.GIVEN_MALE
        assert replaced("PERSON", "Sarah Miller", keep, subject).split()[0] in words.FIRST_FEMALE
        assert replaced("GENDER", "女", keep, subject) == "女"
    plain = {int(replaced("CN_RESIDENT_ID", "110105194912310020", subject=str(n))[16]) % 2 for n in range(20)}
    assert plain == {0, 1}


# --- one person, one name ------------------------------------------------------------------------------------------


def names_in(*names: str, operator: str = "surrogate") -> list[str]:
    """Return what becomes of the names of one text."""
    parts: list[str | tuple[str, str]] = []
    for name in names:
        parts += [("PERSON", name), "、"]
    text, spans = marked(*parts)
    result, _ = Deidentifier(Marked({text: spans}), KEY, operator).deidentify_apart(text, subject="s")
    return result.text.split("、")[:-1]


def test_one_person_written_three_ways_gets_one_surrogate() -> None:
    whole, title, familiar = names_in("张伟", "张先生", "小张")
    assert title == whole[0] + "先生"
    assert familiar == "小" + whole[0]
    english, first, last = names_in("Sarah Miller", "Sarah", "Ms. Miller")
    assert first == english.split()[0]
    assert last == "Ms. " + english.split()[1]
    assert names_in("张建国", "建国")[0][1:] == names_in("张建国", "建国")[1]


def test_one_person_written_three_ways_gets_one_token() -> None:
    for names in (
        ("张伟", "张先生", "小张"),
        ("Sarah Miller", "Sarah", "Ms. Miller"),
        ("欧阳小芳", "欧阳女士", "小芳"),
    ):
        assert len(set(names_in(*names, operator="token"))) == 1


@pytest.mark.parametrize(
    "names",
    [
        ("张伟", "张强", "张先生"),  # two Zhangs: which is meant?
        ("张伟", "王先生"),
        ("Sarah Miller", "Sarah Jones", "Sarah"),
        ("张先生", "张女士"),
    ],
)
def test_two_persons_stay_two(names: tuple[str, ...]) -> None:
    linked = link_persons(names)
    assert len(set(linked.values())) == len(names)


def test_links_do_not_depend_on_order() -> None:
    names = ["张伟", "张先生", "小张", "李娜", "Sarah Miller", "Miller", "小娜"]
    assert link_persons(names) == link_persons(reversed(names))
    assert link_persons(["张伟", "张丽", "张先生"])["张先生"] == "张伟"
    assert link_persons(names)["小娜"] == "李娜"
    assert link_persons(names)["小张"] == "张伟"


def test_links_reach_no_other_text() -> None:
    alone = names_in("张先生", operator="token")
    assert names_in("张伟", "张先生", operator="token")[1] != alone[0]
    assert names_in("张先生", operator="token") == alone


def test_surrogates_are_found_again_as_what_they_are() -> None:
    """Names and addresses that are made here read as names and addresses."""
    detector = Detector()
    for number in range(10):
        person = replaced("PERSON", "王小波", subject=str(number))
        kinds = [span.kind for span in detector.find(f"收件人：{person}，电话13812345678")]
        assert kinds == ["PERSON", "PHONE"]
