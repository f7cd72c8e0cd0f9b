"""What each operator does with each kind."""

from __future__ import annotations

from datetime import date

import pytest

from wuming.core.errors import PlanError
from wuming.deidentification import KINDS, Deidentifier, Setting
from wuming.deidentification.kinds import ATTRIBUTES
from wuming.deidentification.operators import OPTIONS
from wuming.deidentification.operators.dates import read_date
from wuming.deidentification.operators.redact import LABELS
from wuming.deidentification.recognizers import checks

from ..examples import EXAMPLES, VALUES, Whole

KEY = b"0123456789abcdef0123456789abcdef"


def replaced(
    kind: str, value: str, operator: str | Setting = "surrogate", subject: str = "s", language: str = ""
) -> str:
    return Deidentifier(Whole(kind), KEY, operator).deidentify(value, subject=subject, language=language).text


def test_labels_name_every_kind_in_two_languages() -> None:
    assert set(LABELS) == set(KINDS)
    for kind, (chinese, english) in LABELS.items():
        assert any("一" <= character <= "鿿" for character in chinese), kind
        assert english.isascii()


@pytest.mark.parametrize(("language", "label"), [("zh", "[电话]"), ("en", "[PHONE]"), ("", "[PHONE]")])
def test_redact(language: str, label: str) -> None:
    assert replaced("PHONE", "13812345678", "redact", language=language) == label
    assert replaced("PHONE", "13812345678", "redact") == replaced("PHONE", "010-62345678", "redact")
    assert replaced("EMPLOYEE_ID", "E-1", "redact") == "[EMPLOYEE ID]"


@pytest.mark.parametrize(("kind", "value"), VALUES)
def test_mask_shows_at_most_four_characters_of_long_cards(kind: str, value: str) -> None:
    kept = [character for character in replaced(kind, value, "mask") if character.isalnum()]
    assert len(kept) <= (4 if kind in ("BANK_CARD", "CREDIT_CARD", "IBAN") else 0)


def test_masks_of_names_and_secrets_say_nothing_of_their_length() -> None:
    for kind in ("PERSON", "ADDRESS", "SECRET", "EMAIL", "URL"):
        assert replaced(kind, "abc", "mask") == replaced(kind, "a much longer one", "mask") == "***"


def test_tokens_and_hashes_are_keyed_typed_and_equal_for_equal_values() -> None:
    for operator, beginning in (("hash", "⟦PHONE:"), ("token", "<PHONE_")):
        one = replaced("PHONE", "13812345678", operator)
        assert one.startswith(beginning)
        assert one == replaced("PHONE", "+86 138 1234 5678", operator)
        assert one != replaced("PHONE", "13812345678", operator, subject="t")
        other = Deidentifier(Whole("PHONE"), b"k" * 32, operator).deidentify("13812345678", subject="s").text
        assert one != other


def test_encrypted_values_are_deterministic_and_bound_to_subject_and_kind() -> None:
    one = replaced("PHONE", "13812345678", "encrypt")
    assert one == replaced("PHONE", "13812345678", "encrypt")
    assert one != replaced("PHONE", "13812345678", "encrypt", subject="t")
    assert one.removeprefix("⟦PHONE") != replaced("QQ", "13812345678", "encrypt").removeprefix("⟦QQ")


@pytest.mark.parametrize(
    ("kind", "value", "setting", "expected"),
    [
        ("DATE_OF_BIRTH", "1990-01-02", Setting("generalise"), "1990"),
        ("DATE_OF_BIRTH", "1990年1月2日", Setting("generalise"), "1990年"),
        ("DATE_OF_BIRTH", "Jan 2, 1990", Setting("generalise"), "1990"),
        ("DATE_OF_BIRTH", "no date", Setting("generalise"), "[DATE OF BIRTH]"),
        ("DATE_OF_BIRTH", "1月2日", Setting("generalise"), "[出生日期]"),
        ("DATE_OF_BIRTH", "1930-01-02", Setting("generalise", oldest=1937), "1936 or earlier"),
        ("DATE_OF_BIRTH", "1930年1月2日", Setting("generalise", oldest=1937), "1936年或更早"),
        ("AGE", "35岁", Setting("generalise"), "30-39岁"),
        ("AGE", "三十五岁", Setting("generalise"), "30-39岁"),
        ("AGE", "aged 93", Setting("generalise"), "aged 90+"),
        ("AGE", "aged 88", Setting("generalise", width=20), "aged 80-89"),
        ("AGE", "aged 88", Setting("generalise", width=1), "aged 88"),
        ("ADDRESS", "广东省深圳市南山区科技园路1号", Setting("generalise"), "广东省深圳市"),
        ("ADDRESS", "广东省深圳市南山区科技园路1号", Setting("generalise", level="province"), "广东省"),
        ("ADDRESS", "科技园路1号", Setting("generalise"), "[地址]"),
        ("ADDRESS", "12 Main St, Springfield, IL 62704", Setting("generalise"), "Springfield, IL"),
        ("ADDRESS", "12 Main St, Springfield, IL 62704", Setting("generalise", level="province"), "IL 627**"),
        ("ADDRESS", "1 Oak Rd, Nowhere, WY 82101", Setting("generalise", level="province"), "WY 000**"),
        ("IP_ADDRESS", "10.1.2.3", Setting("generalise"), "10.1.2.0/24"),
        ("IP_ADDRESS", "2001:db8:1:2::3", Setting("generalise"), "2001:db8:1::/48"),
        ("URL", "https://user:pw@host.example/a?token=1", Setting("generalise"), "https://host.example/"),
        ("GEO_COORDINATE", "39.9042, 116.4074", Setting("generalise"), "39.9, 116.4"),
        ("PHONE", "13812345678", Setting("generalise"), "[PHONE]"),
    ],
)
def test_generalise(kind: str, value: str, setting: Setting, expected: str) -> None:
    assert replaced(kind, value, setting) == expected


def test_dates_of_a_subject_move_together_and_never_stay() -> None:
    dates = ("1990-01-02", "1990年3月2日", "March 2, 2001", "19991231")
    for number in range(40):
        shifts = set()
        for text in dates:
            old = read_date(text)
            new = read_date(replaced("DATE_OF_BIRTH", text, Setting("perturb", days=3), subject=str(number)))
            assert old is not None
            assert new is not None
            shifts.add((new.day - old.day).days)
        assert len(shifts) == 1
        assert 0 < abs(shifts.pop()) <= 3


def test_amounts_change_within_the_bound_in_their_form() -> None:
    values = {replaced("AMOUNT", "1,234.50元", Setting("perturb", share=0.05), subject=str(n)) for n in range(50)}
    assert len(values) > 40
    for value in values:
        assert value.endswith("元")
        assert value[1] == ","
        assert 1234.5 * 0.95 - 0.01 <= float(value[:-1].replace(",", "")) <= 1234.5 * 1.05 + 0.01


def test_a_number_that_names_somebody_is_no_amount() -> None:
    for kind, value in VALUES:
        if kind not in ("DATE_OF_BIRTH", "AGE"):
            assert replaced(kind, value, "perturb").startswith("["), kind


@pytest.mark.parametrize(
    ("text", "day", "again"),
    [
        ("1990-01-02", date(1990, 1, 2), "2001-12-31"),
        ("1990/1/2", date(1990, 1, 2), "2001/12/31"),
        ("1990年1月2日", date(1990, 1, 2), "2001年12月31日"),
        ("19900102", date(1990, 1, 2), "20011231"),
        ("Jan 2, 1990", date(1990, 1, 2), "Dec 31, 2001"),
        ("2nd of January 1990", date(1990, 1, 2), "31st of December 2001"),
        ("02 MAY 1990", date(1990, 5, 2), "31 DEC 2001"),
        ("01/02/1990", date(1990, 1, 2), "12/31/2001"),
        ("25/12/1990", date(1990, 12, 25), "31/12/2001"),
        ("25.12.1990", date(1990, 12, 25), "31.12.2001"),
        ("1/2/90", date(1990, 1, 2), "12/31/01"),
        ("January 1990", date(1990, 1, 1), "December 2001"),
        ("1990年1月", date(1990, 1, 1), "2001年12月"),
        ("5月6日", date(2000, 5, 6), "12月31日"),
        ("born in 1990", date(1990, 1, 1), "born in 2001"),
    ],
)
def test_dates_are_written_back_in_their_form(text: str, day: date, again: str) -> None:
    written = read_date(text)
    assert written is not None
    assert written.day == day
    assert written.with_day(date(2001, 12, 31)) == again
    assert written.with_day(written.day) == text


@pytest.mark.parametrize("text", ["", "31/31/1990", "138 1234 5678", "99999999", "1990-13-45"])
def test_what_is_no_date(text: str) -> None:
    written = read_date(text)
    assert written is None or written.parts == {"year"}


@pytest.mark.parametrize(
    ("operator", "options", "named"),
    [
        ("rot13", {}, "rot13"),
        ("redact", {"width": 5}, "width"),
        ("surrogate", {"days": 5}, "days"),
        ("generalise", {"width": 0}, "width"),
        ("generalise", {"width": True}, "width"),
        ("generalise", {"level": "street"}, "level"),
        ("perturb", {"share": 1.5}, "share"),
        ("perturb", {"days": 0}, "days"),
        ("surrogate", {"keep": frozenset({"age"})}, "keep"),
        ("surrogate", {"check_digit": "maybe"}, "check_digit"),
    ],
)
def test_settings_refuse_what_they_do_not_know(operator: str, options: dict[str, object], named: str) -> None:
    with pytest.raises(PlanError, match=named):
        Setting(operator, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("operator", OPTIONS)
def test_every_operator_takes_every_kind_and_odd_values(operator: str) -> None:
    for kind in (*KINDS, "OWN_KIND"):
        for value in (*EXAMPLES.get(kind, ()), "x", "?", "\n", "张", "\ud800", "0" * 300, "１２", "🙂"):
            assert replaced(kind, value, operator) is not None


def test_check_digits_are_right_or_wrong_as_asked() -> None:
    wrong = Setting("surrogate", check_digit="invalid")
    tests = {
        "CN_RESIDENT_ID": ("11010519491231002X", lambda v: checks.resident_check(v[:17]) == v[17]),
        "CN_USCC": ("91350100M000100Y43", lambda v: checks.uscc_check(v[:17]) == v[17]),
        "BANK_CARD": ("6222021234567890128", checks.luhn),
        "IMEI": ("490154203237518", checks.luhn),
        "IBAN": ("GB82WEST12345698765432", checks.mod_97),
    }
    for kind, (value, right) in tests.items():
        for number in range(20):
            assert right(replaced(kind, value, subject=str(number)))
            assert not right(replaced(kind, value, wrong, subject=str(number)))


def test_attributes_may_stay_by_chance() -> None:
    genders = {replaced("GENDER", "男", subject=str(number)) for number in range(30)}
    assert genders == {"男", "女"}
    assert "GENDER" in ATTRIBUTES
