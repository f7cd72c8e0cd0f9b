"""Check digits, each written once."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from datetime import date
from itertools import cycle
from operator import mul

_DOUBLED = bytes(2 * (code - 48) % 10 + (code > 52) if 48 <= code < 58 else 0 for code in range(256))  # digits summed
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECK = "10X98765432"
_ABA_WEIGHTS, _NHS_WEIGHTS = (3, 7, 1, 3, 7, 1, 3, 7), tuple(range(10, 1, -1))
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUES = {character: value for value, character in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(30))  # after thirty they come again
_OTHER_THAN_DIGITS, _OTHER_THAN_LETTERS = re.compile("[^0-9]+"), re.compile("[^0-9A-Za-z]+")
_LETTERS = {ord(letter): str(int(letter, 36)) for letter in string.ascii_letters}


def digits_of(value: str) -> str:
    """Return the ASCII digits of `value`."""
    return value if value.isascii() and value.isdigit() else _OTHER_THAN_DIGITS.sub("", value)


def compact(value: str) -> str:
    """Return the ASCII letters and digits of `value`, upper case."""
    return (value if value.isascii() and value.isalnum() else _OTHER_THAN_LETTERS.sub("", value)).upper()


def _weighted(weights: Sequence[int], digits: str) -> int:
    """Return the weighted sum of as many digits as there are weights."""
    if len(digits) != len(weights) or not digits.isdecimal():
        raise ValueError("no digits, or another number of them than of weights")
    total: int = sum(map(mul, weights, digits.encode("ascii")))
    return total - ord("0") * sum(weights)


def luhn(digits: str) -> bool:
    """Say whether the digits hold the Luhn check (ISO/IEC 7812-1, Annex B)."""
    values = digits.encode("ascii")
    # Codes instead of digits: those of 0 to 9 leave 8 by ten, and the doubled ones are looked up.
    return (sum(values[::-2]) - 48 * len(values[::-2]) + sum(values[-2::-2].translate(_DOUBLED))) % 10 == 0


def luhn_digit(digits: str) -> str:
    """Return the digit that completes `digits` under the Luhn check."""
    return next(candidate for candidate in "0123456789" if luhn(digits + candidate))


def resident_check(first_17: str) -> str:
    """Return the 18th character of a resident identity number (GB 11643-1999; ISO 7064 MOD 11-2)."""
    return _RESIDENT_CHECK[_weighted(_RESIDENT_WEIGHTS, first_17) % 11]


def calendar_date(digits: str) -> bool:
    """Say whether eight digits are a day between 1850 and 2099."""
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return 1850 <= day.year <= 2099


def uscc_check(first_17: str) -> str:
    """Return the 18th character of a unified social credit code (GB 32100-2015)."""
    total = sum(map(mul, cycle(_USCC_WEIGHTS), map(_USCC_VALUES.__getitem__, first_17)))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def iban_check(country: str, account: str) -> str:
    """Return the third and fourth character of an IBAN."""
    return f"{98 - _in_digits(account + country + '00') % 97:02}"


def _in_digits(value: str) -> int:
    if not (value.isascii() and value.isalnum()):
        raise ValueError("not of letters and digits of ASCII")
    return int(value.translate(_LETTERS))


def mod_97(value: str) -> bool:
    """Say whether an IBAN, compact and upper case, holds its check (ISO 13616-1; ISO 7064 MOD 97-10)."""
    return _in_digits(value[4:] + value[:4]) % 97 == 1


_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "012345678912345678123457923456789"), strict=True))


def vin_character(value: str) -> str:
    """Return the ninth of 17 characters, the check of a VIN (49 CFR 565.15(c)); I, O and Q have no value."""
    total = sum(weight * _VIN_VALUES.get(character, 0) for weight, character in zip(_VIN_WEIGHTS, value, strict=True))
    return "0123456789X"[total % 11]


def vin_check(value: str) -> bool:
    """Say whether 17 characters hold the check character of a VIN."""
    return value[8] == vin_character(value)


def aba_digit(first_8: str) -> str:
    """Return the ninth digit of a routing number (weights 3, 7, 1; ANSI X9.100-160)."""
    return str(-_weighted(_ABA_WEIGHTS, first_8) % 10)


def aba_check(digits: str) -> bool:
    """Say whether nine digits hold the check of a routing number."""
    return digits[8] == aba_digit(digits[:8])


def nhs_digit(first_9: str) -> str:
    """Return the tenth digit of an NHS number (modulo 11; NHS Data Dictionary); 10: these nine are not issued."""
    return str(-_weighted(_NHS_WEIGHTS, first_9) % 11)


def nhs_check(digits: str) -> bool:
    """Say whether ten digits hold the check of an NHS number."""
    return digits[9] == nhs_digit(digits[:9])


def organization_check(first_8: str) -> str:
    """Return the ninth character of an organisation code (GB 11714-1997); letters count from A = 10."""
    weighted = zip((3, 7, 9, 10, 5, 8, 4, 2), first_8, strict=True)
    rest = 11 - sum(weight * int(character, 36) for weight, character in weighted) % 11
    return "X" if rest == 10 else "0" if rest == 11 else str(rest)


def machine_readable_check(value: str) -> str:
    """Return the check digit of a field of a travel document (ICAO Doc 9303-3, section 4.9; weights 7, 3, 1)."""
    return str(sum((7, 3, 1)[place % 3] * int(character, 36) for place, character in enumerate(value)) % 10)


def hong_kong_check(letters: str, digits: str) -> str:
    """Return the character in brackets of a Hong Kong identity card: one or two letters, six digits.

    A missing first letter counts 36, letters count from A = 10; weights 9 to 2; modulo 11.
    """
    values = [int(character, 36) for character in letters + digits]
    if len(letters) == 1:
        values.insert(0, 36)
    rest = -sum(weight * value for weight, value in zip(range(9, 1, -1), values, strict=True)) % 11
    return "A" if rest == 10 else str(rest)


_TAIWAN_LETTERS = {letter: 10 + place for place, letter in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO")}


def taiwan(value: str) -> bool:
    """Say whether an identity number of Taiwan holds its check: a letter, then nine digits or a letter and eight.

    The first letter stands for two digits, the second letter (of residents without household registration) for the
    last digit of its number; weights 1, 9, 8, … 1, 1; modulo 10.
    """
    return value[9] == taiwan_digit(value[:9])


def taiwan_digit(first_9: str) -> str:
    """Return the tenth character of an identity number of Taiwan."""
    first = _TAIWAN_LETTERS[first_9[0]]
    second = str(_TAIWAN_LETTERS[first_9[1]] % 10) if first_9[1].isalpha() else first_9[1]
    weighted = zip((1, 9, 8, 7, 6, 5, 4, 3, 2, 1), f"{first}{second}{first_9[2:]}", strict=True)
    return str(-sum(weight * int(digit) for weight, digit in weighted) % 10)
