"""Surrogates of numbers, from ranges that are reserved or assigned to nobody where there are such; sources beside each.

The separators of the original stay where they were. Of numbers with check digits the check digit is right, or wrong on
purpose. Where a domain has 1,000,000 numbers or more and the original fits in, a permutation of the subject's makes two
originals meet never; `COLLISIONS` states the probability for a pair elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from wuming.deidentification.operators.setting import Setting, Value
from wuming.deidentification.operators.stream import Stream
from wuming.deidentification.operators.surrogates.layout import into_layout
from wuming.deidentification.recognizers.checks import (
    aba_digit,
    compact,
    digits_of,
    hong_kong_check,
    iban_check,
    luhn_digit,
    nhs_digit,
    resident_check,
    taiwan_digit,
    uscc_check,
    vin_character,
)

_ALL_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I, no O
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VIN = "ABCDEFGHJKLMNPRSTUVWXYZ"
_AMERICAN = re.compile(r"\+ ?1[ .(\-]|\+1[2-9]|1[ .\-]\(?[2-9][0-9]{2}\)?[ .\-]?[2-9][0-9]{2}[ .\-][0-9]{4}$")
_CHINESE_MOBILE = ("", "86", "086", "0086")

COLLISIONS: Mapping[str, float] = {
    "PHONE": 1e-8, "CN_RESIDENT_ID": 1e-11, "CN_FOREIGN_PERMANENT_RESIDENT": 1e-9, "CN_USCC": 1e-15, "BANK_CARD": 1e-8,
    "CREDIT_CARD": 1e-8, "IBAN": 1e-11, "US_SSN": 2e-8, "US_ITIN": 2e-7, "US_BANK_ROUTING": 1e-6, "UK_NHS": 1.1e-6,
    "UK_NINO": 2.5e-7, "IMEI": 1e-12, "VIN": 1e-18, "HK_ID": 1e-6, "MO_ID": 1e-6, "TW_ID": 4e-8, "QQ": 1e-10,
    "CN_PASSPORT": 5e-8, "PASSPORT": 1e-5,
}  # fmt: skip
"""Kind → probability, at most, that two given values of one subject meet on one surrogate (usual lengths, no `keep`).

Names: 1 in 230 for two surnames that are both unlisted, none for listed ones; places, organisations 1 in 400."""


def phone(value: Value, stream: Stream, setting: Setting) -> str:
    """Mobile and fixed numbers of China, numbers of North America, and others, told apart by their digits."""
    digits = digits_of(value.plain)
    country, local = digits[:-11], digits[-11:]
    american = _AMERICAN.match(value.plain) is not None
    if not american and len(digits) >= 11 and country in _CHINESE_MOBILE and local[0] == "1" and local[1] in "3456789":
        # 154 is assigned to nobody (numbering plan of the MIIT, 2017 and later).
        return into_layout(value.text, country + "154" + stream.permute_digits(local[3:], f"mobile {local[:3]}"))
    if american or (len(digits) == 10 and digits[0] != "0"):
        # Exchange 555 with 0100 to 0199 is kept for fiction (North American Numbering Plan).
        area = digits[-10:-7] if "region" in setting.keep else f"{2 + stream.below(8)}{stream.digits(2)}"
        return into_layout(value.text, digits[:-10] + f"{area}55501{stream.digits(2)}")
    fixed = digits.removeprefix("0086").removeprefix("86")
    if 10 <= len(fixed) <= 12 and (fixed[0] == "0" or (len(fixed) < len(digits) and fixed[0] in "123456789")):
        prefix = digits[: len(digits) - len(fixed)]
        return into_layout(value.text, prefix + _fixed(fixed, stream, setting))
    if len(digits) in (7, 8) and digits[0] != "0":
        return into_layout(value.text, "1" + stream.digits(len(digits) - 1))  # no subscriber's number begins with 1
    if len(digits) >= 9:
        # The country code 999 is not assigned (ITU-T E.164, list of codes).
        return into_layout(value.text, "999" + stream.permute_digits(digits[3:], f"phone {digits[:3]}"))
    return into_layout(value.text, "154" + stream.digits(max(len(digits) - 3, 4)))


def _fixed(digits: str, stream: Stream, setting: Setting) -> str:
    leading = "0" if digits[0] == "0" else ""
    area = 2 if digits[len(leading)] in "12" else 3  # 10, 2x: Beijing, Guangzhou and others; else three digits
    if "region" in setting.keep:
        # Subscribers' numbers begin with 2 to 8.
        rest = digits[len(leading) + area + 1 :]
        return digits[: len(leading) + area] + "1" + stream.permute_digits(rest, f"fixed {digits[: -len(rest)]}")
    # Of the area codes that begin with 01 only 010 is in use. Without the 0, 13 and on would look like a mobile number.
    tail = digits[len(leading) + 2 :]
    return f"{leading}1{1 + stream.below(9 if leading else 2)}" + stream.permute_digits(
        tail, f"fixed {digits[: -len(tail)]}"
    )


def resident_id(value: Value, stream: Stream, setting: Setting) -> str:
    """Area 99: no province. With `region`: the province with area 99 below it, which is no city's."""
    number = compact(value.plain)
    area = number[:2] + "99" if "region" in setting.keep and number[:2].isdigit() else "99" + stream.digits(2)
    born = f"{1950 + stream.below(60)}{1 + stream.below(12):02}{1 + stream.below(28):02}"
    serial, sex = stream.digits(2), stream.below(10)
    if "gender" in setting.keep and len(number) in (15, 18):
        old = number[14] if len(number) == 15 else number[16]
        sex = sex - sex % 2 + (int(old) % 2 if old.isdigit() else 0)
    if len(number) == 15:
        return into_layout(value.text, f"{area}{stream.digits(2)}{born[2:]}{serial}{sex}")
    first = f"{area}{stream.digits(2)}{born}{serial}{sex}"
    return into_layout(value.text, first + _check(resident_check(first), "0123456789X", setting))


def permanent_resident(value: Value, stream: Stream, setting: Setting) -> str:
    """The card of 2023 (18 digits) with nationality 999, which is nobody's (ISO 3166-1); the old one with XXX."""
    number = compact(value.plain)
    born = f"{1950 + stream.below(60)}{1 + stream.below(12):02}{1 + stream.below(28):02}"
    if len(number) == 18:
        first = f"9{stream.digits(2)}999{born}{stream.digits(3)}"
        return into_layout(value.text, first + _check(resident_check(first), "0123456789X", setting))
    return into_layout(value.text, "XXX" + stream.digits(max(4, len(number) - 3)))


def uscc(value: Value, stream: Stream, setting: Setting) -> str:
    """Registration department Y1 (others) in area 99."""
    first = "Y199" + stream.digits(4) + "".join(stream.choose(_USCC) for _ in range(9))
    return into_layout(value.text, first + _check(uscc_check(first), _USCC, setting))


def card(value: Value, stream: Stream, setting: Setting) -> str:
    """9 and the country code 999: left to national standards bodies, assigned to none (ISO/IEC 7812-1, clause 4)."""
    digits = digits_of(value.plain)
    body = digits[4:-1] if len(digits) >= 12 else ""
    new = stream.permute_digits(body, f"card {digits[:4]}") if body else stream.digits(max(6, len(digits) - 5))
    return into_layout(value.text, "9999" + new + _check(luhn_digit("9999" + new), "0123456789", setting))


def iban(value: Value, stream: Stream, setting: Setting) -> str:
    """XX: user-assigned in ISO 3166-1, so no country's; the check digits are those of a real one."""
    body = stream.digits(max(15, len(compact(value.plain))) - 4)
    check = int(iban_check("XX", body))
    if setting.check_digit == "invalid":
        check = (check - 1) % 97 + 2
    return into_layout(value.text, f"XX{check:02}{body}")


def bank_code(value: Value, stream: Stream, setting: Setting) -> str:
    """A bank in ZZ, which is user-assigned in ISO 3166-1 and so no country's (ISO 9362)."""
    del setting
    count = max(8, len(compact(value.plain)))
    code = "".join(stream.choose(_LETTERS) for _ in range(4)) + "ZZ" + stream.choose(_LETTERS) + stream.choose(_LETTERS)
    return into_layout(value.text, code + "".join(stream.choose(_LETTERS) for _ in range(count - 8)))


def ssn(value: Value, stream: Stream, setting: Setting) -> str:
    """Area 900 to 999 is never issued (Social Security Administration); groups 00 to 49 are no ITIN's either."""
    del setting
    return into_layout(value.text, f"9{stream.below(100):02}{stream.below(50):02}{stream.digits(4)}")


def itin(value: Value, stream: Stream, setting: Setting) -> str:
    """Groups 66 to 69 and 89 are issued neither for ITINs nor for adoption (Internal Revenue Service)."""
    del setting
    return into_layout(
        value.text, f"9{stream.below(100):02}{stream.choose(('66', '67', '68', '69', '89'))}{stream.digits(4)}"
    )


def routing(value: Value, stream: Stream, setting: Setting) -> str:
    """99 is no Federal Reserve routing symbol (American Bankers Association)."""
    body = "99" + stream.digits(6)
    return into_layout(value.text, body + _check(aba_digit(body), "0123456789", setting))


def nhs(value: Value, stream: Stream, setting: Setting) -> str:
    """999 000 0000 to 999 999 9999 are kept for tests (NHS England)."""
    while True:
        body = "999" + stream.digits(6)
        check = nhs_digit(body)
        if len(check) == 1:
            return into_layout(value.text, body + _check(check, "0123456789", setting))


def nino(value: Value, stream: Stream, setting: Setting) -> str:
    """QQ is no prefix that is issued (HM Revenue and Customs, NIM39110)."""
    del setting
    return into_layout(value.text, "QQ" + stream.digits(6) + stream.choose("ABCD"))


def imei(value: Value, stream: Stream, setting: Setting) -> str:
    """Reporting body 00: devices under test (GSMA TS.06)."""
    first = "00" + stream.digits(12)
    if len(digits_of(value.plain)) == 16:
        return into_layout(value.text, first + stream.digits(2))
    return into_layout(value.text, first + _check(luhn_digit(first), "0123456789", setting))


def vin(value: Value, stream: Stream, setting: Setting) -> str:
    """Z8: no manufacturer's region is assigned there (ISO 3780); the check digit as in ISO 3779 for North America."""
    body = "Z8" + "".join(stream.choose(_VIN + "0123456789") for _ in range(6)) + "0"
    body += "".join(stream.choose(_VIN + "0123456789") for _ in range(4)) + stream.digits(4)
    check = _check(vin_character(body), "0123456789X", setting)
    return into_layout(value.text, body[:8] + check + body[9:])


def hong_kong(value: Value, stream: Stream, setting: Setting) -> str:
    """Prefix QX, which no list of issued prefixes holds; the check digit is right."""
    letters = "QX" if len(compact(value.plain)) == 9 else "Q"
    digits = stream.digits(6)
    check = _check(hong_kong_check(letters, digits), "0123456789A", setting)
    return into_layout(value.text, letters + digits + check)


def macao(value: Value, stream: Stream, setting: Setting) -> str:
    """Numbers that are issued begin with 1, 5 or 7; the rule of the check digit is not published."""
    del setting
    return into_layout(value.text, "9" + stream.digits(max(6, len(compact(value.plain)) - 1)))


def taiwan(value: Value, stream: Stream, setting: Setting) -> str:
    """The second character 0 stands for no sex; the check digit is right."""
    number = compact(value.plain)
    letter = number[0] if "region" in setting.keep and "A" <= number[:1] <= "Z" else stream.choose(_ALL_LETTERS)
    first = f"{letter}0{stream.digits(7)}"
    return into_layout(value.text, first + _check(taiwan_digit(first), "0123456789", setting))


def qq(value: Value, stream: Stream, setting: Setting) -> str:
    """Eleven digits from 9: above all that are issued, which have ten at most."""
    del setting
    digits = digits_of(value.plain)
    body = stream.permute(int(digits), 10**10, "QQ") if 0 < len(digits) <= 10 else stream.below(10**10)
    return f"9{body:010}"


def chinese_passport(value: Value, stream: Stream, setting: Setting) -> str:
    """E, then I or O: letters that the layout leaves out so that they are not read as digits."""
    del setting
    return into_layout(value.text, "E" + stream.choose("IO") + stream.digits(max(7, len(compact(value.plain)) - 2)))


def passport(value: Value, stream: Stream, setting: Setting) -> str:
    """Two letters XX: no layout of American, British or Chinese passports."""
    del setting
    return into_layout(value.text, "XX" + stream.digits(max(5, len(compact(value.plain)) - 2)))


def travel_permit(value: Value, stream: Stream, setting: Setting) -> str:
    """Z: no letter that a permit begins with; of the permits of digits alone, those from 00."""
    del setting
    number = compact(value.plain)
    if number[:1].isdigit():
        return into_layout(value.text, "00" + stream.digits(max(6, len(number) - 2)))
    return into_layout(value.text, "Z" + stream.digits(max(7, len(number) - 1)))


def plate(value: Value, stream: Stream, setting: Setting) -> str:
    """No plate begins with 民, and none has I after its province (GA 36-2018)."""
    plain = value.plain.strip()
    if not "一" <= plain[:1] <= "鿿":
        letters = "".join(stream.choose(_LETTERS) for _ in range(max(1, len(compact(plain)) - 3)))
        return into_layout(value.text, letters + stream.digits(3))
    count = max(3, sum(character.isascii() and character.isalnum() for character in plain))
    first = plain[0] + "I" if "region" in setting.keep else "民" + stream.choose(_LETTERS)
    body = "".join(stream.choose(_LETTERS + "0123456789") for _ in range(count - 3)) + stream.digits(2)
    return into_layout(value.text, first + body + (plain[-1] if "一" <= plain[-1] <= "鿿" else ""))


def same_layout(value: Value, stream: Stream, setting: Setting) -> str:
    """Other digits for digits and letters for letters, for what has no range kept free: it may be somebody's."""
    if value.kind == "CN_SOCIAL_SECURITY" and len(compact(value.plain)) == 18:
        return resident_id(value, stream, setting)  # where the resident number is the number of the card
    return "".join(_other(character, stream) for character in value.plain)


def _other(character: str, stream: Stream) -> str:
    if "0" <= character <= "9":
        return stream.digits(1)
    if character.isascii() and character.isalpha():
        new = stream.choose(_LETTERS)
        return new if character.isupper() else new.lower()
    return character


def _check(right: str, alphabet: str, setting: Setting) -> str:
    """Return the check character, or the one after it where a wrong one is wanted."""
    if setting.check_digit == "valid":
        return right
    return alphabet[(alphabet.index(right) + 1) % len(alphabet)]


Maker = Callable[[Value, Stream, Setting], str]
