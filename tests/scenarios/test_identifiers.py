"""Identifiers: published numbers pass, damaged ones do not, and everything drawn passes a second implementation."""

from __future__ import annotations

import re
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.scenarios.customer_service import identifiers as ids


def luhn_plain(number: str) -> bool:
    """Luhn as in ISO/IEC 7812-1 annex B, written with a digit-sum table."""
    table = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]
    return sum(table[int(d)] if i % 2 else int(d) for i, d in enumerate(reversed(number))) % 10 == 0


def resident_plain(number: str) -> bool:
    """ISO 7064 MOD 11-2 as the polynomial: Σ digit·2^(position) ≡ 1 (mod 11)."""
    values = [10 if c in "Xx" else int(c) for c in number]
    return sum(v * pow(2, 17 - i, 11) for i, v in enumerate(values)) % 11 == 1


def credit_code_plain(code: str) -> bool:
    """GB 32100-2015: Σ value·3^(i-1) over all 18 places ≡ 0 (mod 31), the check's weight being 1."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    values = [alphabet.index(c) for c in code]
    return (sum(v * 3**i for i, v in enumerate(values[:17])) + values[17]) % 31 == 0


def iban_plain(number: str) -> bool:
    return int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 == 1


PUBLISHED = [
    (luhn_plain, "4111111111111111", "ISO/IEC 7812-1 test number"),
    (luhn_plain, "79927398713", "Luhn's worked example"),
    (resident_plain, "11010519491231002X", "GB 11643-1999, example"),
    (resident_plain, "440524188001010014", "GB 11643-1999, example"),
    (credit_code_plain, "91350100M000100Y43", "GB 32100-2015, example"),
    (iban_plain, "GB82WEST12345698765432", "ISO 13616 registry"),
    (iban_plain, "DE89370400440532013000", "ISO 13616 registry"),
]


@pytest.mark.parametrize(("check", "number", "source"), PUBLISHED)
def test_the_second_implementations_accept_published_numbers_and_refuse_damaged_ones(check, number, source):
    assert check(number), source
    position = len(number) - 5
    damaged = number[:position] + str((int(number[position]) + 1) % 10) + number[position + 1 :]
    assert not check(damaged)


def test_check_digits_equal_the_published_ones():
    assert ids.luhn_digit("7992739871") == "3"
    assert ids.resident_id_check("11010519491231002") == "X"
    assert ids.resident_id_check("44052418800101001") == "4"


@settings(max_examples=40, deadline=None)
@given(st.integers())
def test_everything_drawn_is_valid(seed):
    rng = Random(seed)
    for length in (16, 19):
        card = ids.bank_card(rng, length=length)
        assert len(card) == length
        assert card.startswith("62")
        assert luhn_plain(card)
    visa = ids.credit_card(rng)
    assert len(visa) == 16
    assert visa[0] in "45"
    assert luhn_plain(visa)
    male = rng.random() < 0.5
    birth = ids.birth_date(rng, year=1980)
    number = ids.resident_id(rng, birth=birth, male=male)
    assert resident_plain(number)
    assert int(number[16]) % 2 == int(male)
    assert number[6:14] == f"{birth:%Y%m%d}"
    assert number[14:17] != "000"
    assert credit_code_plain(ids.social_credit_code(rng))
    assert iban_plain(ids.iban(rng))
    assert re.fullmatch(r"1[3-9]\d{9}", ids.mobile(rng))
    assert re.fullmatch(r"0\d{2,3}-[2-8]\d{6,7}", ids.landline(rng))
    assert re.fullmatch(r"[一-龥][A-HJ-NP-Z]([A-HJ-NP-Z0-9]{5}|[DF]\d{5})", ids.plate(rng))
    assert re.fullmatch(r"E(\d{8}|[A-HJ-NP-Z]\d{7})", ids.passport(rng))
    area, group, serial = ids.social_security_number(rng).split("-")
    assert area not in {"000", "666"}
    assert not area.startswith("9")
    assert group != "00"
    assert serial != "0000"
    assert all(0 <= int(part) <= 255 for part in ids.ip_address(rng).split("."))
    assert re.fullmatch(r"[1-9]\d{7,9}", ids.qq_number(rng))


def test_a_generator_that_forgets_the_check_digit_is_noticed():
    rng = Random(1)
    bodies = [f"110101{date(1980, 1, 1):%Y%m%d}{i:03d}" + rng.choice("0123456789") for i in range(1, 200)]
    assert sum(resident_plain(body) for body in bodies) < 60
