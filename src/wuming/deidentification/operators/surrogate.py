"""surrogate: another value of the same kind and format, that belongs to nobody.

Numbers come from ranges that are reserved or assigned to nobody (sources beside each maker); names and places from
lists of our own. The separators of the original stay where they were.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from wuming.deidentification.lexicon import surrogates as lexicon
from wuming.deidentification.lexicon.chinese_names import COMPOUND_SURNAMES, TITLES
from wuming.deidentification.normalisation import CHINESE_DIGITS, canonical_value, normalise
from wuming.deidentification.operators.stream import Stream
from wuming.deidentification.recognizers.checks import compact, digits_of, luhn_digit, resident_check, uscc_check

_TITLE = re.compile("(?:" + "|".join(sorted(TITLES, key=len, reverse=True)) + "|总)$")
_SPOKEN = "零一二三四五六七八九"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def surrogate(value: str, kind: str, language: str, stream: Stream) -> str:
    """Return a value of the same kind in the same format; unknown kinds get a typed token."""
    del language
    maker = _MAKERS.get(kind)
    return maker(value, stream) if maker else f"⟦{kind}:{stream.token}⟧"


def into_layout(value: str, replacement: str) -> str:
    """Write `replacement` (ASCII letters and digits) into the separators and script of `value`.

    Where the counts of letters and digits differ, the replacement stands alone.
    """
    places = [place for place, character in enumerate(value) if character.isalnum()]
    if len(places) != len(replacement):
        return replacement
    characters = list(value)
    for place, new in zip(places, replacement, strict=True):
        old = characters[place]
        if "０" <= old <= "ｚ":
            new = chr(ord(new) + 0xFEE0)
        elif old in CHINESE_DIGITS and new.isdigit():
            new = _SPOKEN[int(new)]
        elif old.islower():
            new = new.lower()
        characters[place] = new
    return "".join(characters)


def _mobile(value: str, stream: Stream) -> str:
    digits = digits_of(normalise(value).text)
    country = digits[:-11]
    if len(digits) >= 11 and country in ("", "86", "086", "0086") and digits[-11] == "1" and digits[-10] != "0":
        return into_layout(value, country + "154" + stream.digits(8))  # 154: not assigned (MIIT plan, 2017)
    if len(digits) in (10, 11):  # exchange 555, 01xx: reserved for fiction (North American Numbering Plan)
        number = f"{2 + stream.below(8)}{stream.digits(2)}55501{stream.digits(2)}"
        return into_layout(value, ("1" if len(digits) == 11 else "") + number)
    return into_layout(value, "999" + stream.digits(len(digits) - 3)) if len(digits) > 3 else "154" + stream.digits(8)


def _landline(value: str, stream: Stream) -> str:
    digits = digits_of(normalise(value).text)
    country = "86" if digits.startswith("860") else ""
    # Of the area codes that begin with 01 only 010 is in use.
    return into_layout(
        value, country + f"01{1 + stream.below(9)}" + stream.digits(max(4, len(digits) - len(country) - 3))
    )


def _resident_id(value: str, stream: Stream) -> str:
    number = compact(normalise(value).text)
    # Area 99: no province. The check character is right, so that software accepts the format.
    born = f"{1950 + stream.below(60)}{1 + stream.below(12):02}{1 + stream.below(28):02}"
    if len(number) == 15:
        return into_layout(value, "99" + stream.digits(4) + born[2:] + stream.digits(3))
    first = "99" + stream.digits(4) + born + stream.digits(3)
    return into_layout(value, first + resident_check(first))


def _card(value: str, stream: Stream) -> str:
    count = len(digits_of(normalise(value).text))
    # 9 and the country code 999: left to national standards bodies, assigned to none (ISO/IEC 7812-1, clause 4).
    first = "9999" + stream.digits(max(4, count - 5))
    return into_layout(value, first + luhn_digit(first))


def _email(value: str, stream: Stream) -> str:
    del value
    word = f"{stream.choose(lexicon.WORDS)}.{stream.choose(lexicon.WORDS)}{stream.digits(6)}"
    return f"{word}@example.{stream.choose(('com', 'org', 'net'))}"  # RFC 2606, section 3


def _ip(value: str, stream: Stream) -> str:
    if ":" in normalise(value).text:
        return "2001:db8:" + ":".join(f"{stream.below(65536):x}" for _ in range(4)) + "::1"  # RFC 3849
    # 192.0.2/24, 198.51.100/24, 203.0.113/24 (RFC 5737) hold 768; 198.18/15 (RFC 2544, benchmarks) holds 131,072.
    return f"198.{18 + stream.below(2)}.{stream.below(256)}.{stream.below(256)}"


def _uscc(value: str, stream: Stream) -> str:
    first = "Y1" + "99" + stream.digits(4) + "".join(stream.choose("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(9))
    return into_layout(value, first + uscc_check(first))


def _passport(value: str, stream: Stream) -> str:
    length = max(7, len(compact(normalise(value).text)))
    # Two letters XX: no layout of Chinese or American passports.
    return into_layout(value, "XX" + stream.digits(length - 2))


def _plate(value: str, stream: Stream) -> str:
    plain = normalise(value).text
    if not ("一" <= plain[0] <= "鿿"):
        return into_layout(
            value, "".join(stream.choose(_LETTERS) for _ in range(len(compact(plain)) - 3)) + stream.digits(3)
        )
    # No plate begins with 民: the province characters are fixed by GA 36-2018.
    count = sum(character.isascii() and character.isalnum() for character in plain)
    body = (
        stream.choose(_LETTERS)
        + "".join(stream.choose(_LETTERS + "0123456789") for _ in range(count - 3))
        + stream.digits(2)
    )
    return into_layout(value, "民" + body + (plain[-1] if "一" <= plain[-1] <= "鿿" else ""))


def _wechat(value: str, stream: Stream) -> str:
    del value
    return f"wx_{stream.choose(lexicon.WORDS)}_{stream.digits(7)}"


def _qq(value: str, stream: Stream) -> str:
    del value
    return f"99{stream.digits(9)}"  # eleven digits from 99: above all that are issued


def _ssn(value: str, stream: Stream) -> str:
    return into_layout(value, "000" + stream.digits(6))  # area 000: never issued (Social Security Administration)


def _iban(value: str, stream: Stream) -> str:
    length = max(15, len(compact(normalise(value).text)))
    body = stream.digits(length - 4)
    # XX: user-assigned in ISO 3166-1, so no country's; check digits as for a real one.
    remainder = int(body + "333300") % 97
    return into_layout(value, f"XX{98 - remainder:02}{body}")


def _person_name(value: str, stream: Stream) -> str:
    plain = normalise(value).text
    if not any("一" <= character <= "鿿" for character in plain):
        return _english_name(plain, stream)
    title = _TITLE.search(plain)
    name, suffix = (plain[: title.start()], title.group()) if title and title.start() else (plain, "")
    length = 2 if name[:2] in COMPOUND_SURNAMES else 1
    surname = stream.part("surname", name[:length]).choose(lexicon.SURNAMES)
    if len(name) <= length and suffix:
        return surname + suffix
    return surname + stream.choose(lexicon.GIVEN) + stream.choose(lexicon.GIVEN) + suffix


def _english_name(plain: str, stream: Stream) -> str:
    words = plain.split()
    # Parts are replaced each by itself, so that "Sarah" and "Sarah Miller" of one subject stay one person.
    first = stream.part("word of a name", canonical_value(words[0])).choose(lexicon.FIRST)
    if len(words) == 1:
        return first
    return f"{first} {stream.part('word of a name', canonical_value(words[-1])).choose(lexicon.LAST)}"


def _address(value: str, stream: Stream) -> str:
    if not any("一" <= character <= "鿿" for character in value):
        return (
            f"{100 + stream.below(9900)} {stream.choose(lexicon.STREETS)} {stream.choose(lexicon.STREET_TYPES)}, "
            f"{stream.choose(lexicon.TOWNS)}, ZZ {stream.digits(5)}"
        )
    place = f"{stream.choose(lexicon.CITIES)}市{stream.choose(lexicon.DISTRICTS)}区"
    road = f"{stream.choose(lexicon.ROADS)}路{1 + stream.below(999)}号{stream.choose(lexicon.ESTATES)}"
    room = f"{1 + stream.below(30)}{1 + stream.below(6):02}室"
    return f"{place}{road}{1 + stream.below(40)}栋{1 + stream.below(6)}单元{room}"


_MAKERS: dict[str, Callable[[str, Stream], str]] = {
    "PHONE": _mobile, "PHONE": _landline, "CN_RESIDENT_ID": _resident_id, "BANK_CARD": _card, "CREDIT_CARD": _card,
    "EMAIL": _email, "IP_ADDRESS": _ip, "CN_USCC": _uscc, "PASSPORT": _passport, "CN_PLATE": _plate, "WECHAT": _wechat, "QQ": _qq,
    "US_SSN": _ssn, "IBAN": _iban, "PERSON": _person_name, "ADDRESS": _address,
}  # fmt: skip
