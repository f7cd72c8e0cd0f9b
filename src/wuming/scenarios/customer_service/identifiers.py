"""Identifiers with valid form and check digits, drawn at random: for generated people only.

Sources: resident ID GB 11643-1999 (ISO 7064 MOD 11-2); unified social credit code GB 32100-2015 with GB 11714 inside;
bank cards ISO/IEC 7812-1 annex B (Luhn); IBAN ISO 13616 (MOD 97-10); plates GA 36-2018; SSN per the rules of the issuer
(no area 000, 666 or 9xx; no group 00; no serial 0000). The numbers are random: a match with a real one is coincidence.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from wuming.scenarios.customer_service.grammar import words

AREA_CODES = words(
    """
    110101 110105 110108 120101 120103 130102 140105 210102 210202 220102 230103 310101 310104 310115 320102
    320106 320505 330102 330106 330203 340103 350102 350203 360102 370102 370202 410102 420102 420106 430102
    430104 440103 440106 440304 440305 450103 460105 500103 500112 510104 510107 520103 530102 610102 610113
    620102 650102
    """
)
"""County codes (GB/T 2260) of some large cities' districts."""

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_PROVINCES = "京津冀晋辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云陕甘新"
_MOBILE_PREFIXES = words(
    """
    130 131 132 133 135 136 137 138 139 147 150 151 152 153 155 156 157 158 159 166 173 175 176 177 178 180
    181 182 183 185 186 187 188 189 191 198 199
    """
)
_BANK_PREFIXES = words(
    """
    622202 621700 622848 621661 622588 621483 622700 621226 622262 623058 621799 622155
    """
)


def digits(rng: Random, count: int) -> str:
    """Return `count` random decimal digits."""
    return "".join(rng.choice("0123456789") for _ in range(count))


def luhn_digit(body: str) -> str:
    """Return the Luhn check digit that completes `body`."""
    total = 0
    for index, character in enumerate(reversed(body)):
        value = int(character) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def resident_id_check(body: str) -> str:
    """Return the 18th character for the first 17 digits of a resident ID (0–9 or X)."""
    return _ID_CHECKS[sum(int(c) * w for c, w in zip(body, _ID_WEIGHTS, strict=True)) % 11]


def resident_id(rng: Random, *, birth: date, male: bool, area: str | None = None) -> str:
    """Return an 18-character resident ID; the sequence number is odd for men."""
    sequence = rng.randrange(1, 999)
    if sequence % 2 != int(male):
        sequence = sequence + 1 if sequence < 998 else sequence - 1
    body = f"{area or rng.choice(AREA_CODES)}{birth:%Y%m%d}{sequence:03d}"
    return body + resident_id_check(body)


def birth_date(rng: Random, *, year: int) -> date:
    """Return a random day of `year`."""
    return date(year, 1, 1) + timedelta(days=rng.randrange(365))


def mobile(rng: Random) -> str:
    """Return an 11-digit mainland mobile number."""
    return rng.choice(_MOBILE_PREFIXES) + digits(rng, 8)


def landline(rng: Random) -> str:
    """Return a mainland landline number with area code."""
    area = rng.choice(("010", "021", "0571", "0755", "028", "027", "025", "0512", "0592", "0371"))
    return f"{area}-{rng.choice('2345678')}{digits(rng, 7)}"


def bank_card(rng: Random, *, length: int = 19) -> str:
    """Return a UnionPay card number (BIN 62…) of `length` digits, Luhn valid."""
    prefix = rng.choice(_BANK_PREFIXES)
    body = prefix + digits(rng, length - len(prefix) - 1)
    return body + luhn_digit(body)


def credit_card(rng: Random) -> str:
    """Return a 16-digit card number of the Visa or Mastercard ranges, Luhn valid."""
    prefix = rng.choice(("4", "51", "52", "53", "54", "55"))
    body = prefix + digits(rng, 15 - len(prefix))
    return body + luhn_digit(body)


def social_credit_code(rng: Random) -> str:
    """Return an 18-character unified social credit code with both check characters valid."""
    organisation = "MA" + "".join(rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(6))
    values = (_ORGANISATION_ALPHABET.index(c) for c in organisation)
    check = 11 - sum(v * w for v, w in zip(values, _ORGANISATION_WEIGHTS, strict=True)) % 11
    body = "91" + rng.choice(AREA_CODES) + organisation + {10: "X", 11: "0"}.get(check, str(check))
    total = sum(_CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + _CREDIT_ALPHABET[-total % 31]


def plate(rng: Random) -> str:
    """Return a plate: a small-car one, or one of the new-energy series (one in four)."""
    head = rng.choice(_PROVINCES) + rng.choice("ABCDEFGH")
    if rng.random() < 0.25:
        return head + rng.choice("DF") + digits(rng, 5)
    tail = [rng.choice("0123456789") for _ in range(5)]
    for position in rng.sample(range(5), rng.choice((1, 1, 2))):
        tail[position] = rng.choice(_PLATE_LETTERS)
    return head + "".join(tail)


def passport(rng: Random) -> str:
    """Return the number of an ordinary Chinese passport: E and 8 digits, or E, a letter and 7 digits."""
    if rng.random() < 0.5:
        return "E" + digits(rng, 8)
    return "E" + rng.choice("ABCDEFGHJK") + digits(rng, 7)


def social_security_number(rng: Random) -> str:
    """Return a US social security number written with dashes."""
    area = rng.choice([n for n in range(1, 900) if n != 666])
    return f"{area:03d}-{rng.randrange(1, 100):02d}-{rng.randrange(1, 10000):04d}"


def iban(rng: Random) -> str:
    """Return an IBAN of Germany, the Netherlands or the United Kingdom, MOD 97-10 valid."""
    country = rng.choice(("DE", "NL", "GB"))
    if country == "DE":
        account = digits(rng, 18)
    else:
        bank = "".join(rng.choice("ABCDEFGHIKLMNOPRSTW") for _ in range(4))
        account = bank + digits(rng, 10 if country == "NL" else 14)
    number = "".join(str(int(c, 36)) for c in account + country + "00")
    return f"{country}{98 - int(number) % 97:02d}{account}"


def ip_address(rng: Random) -> str:
    """Return an IPv4 address (half private range, half public-looking)."""
    if rng.random() < 0.5:
        return f"192.168.{rng.randrange(0, 256)}.{rng.randrange(2, 255)}"
    first = rng.choice((36, 58, 61, 101, 112, 117, 119, 123, 180, 183, 202, 218, 223))
    return f"{first}.{rng.randrange(1, 255)}.{rng.randrange(1, 255)}.{rng.randrange(2, 255)}"


def qq_number(rng: Random) -> str:
    """Return a QQ number of 8 to 10 digits."""
    return rng.choice("123456789") + digits(rng, rng.choice((7, 8, 8, 9)))
