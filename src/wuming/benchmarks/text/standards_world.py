"""Telephone numbers, cards, accounts and documents of other countries, drawn from what their standards say.

Written for this bench alone. Telephone: ITU-T E.164 with national plans. Cards: ISO/IEC 7812. IBAN: ISO 13616. SSN and
ITIN: rules of their issuers. ABA: weights 3-7-1. NHS: weights 10 to 2, mod 11. NINO: HMRC manual NIM39110.
"""

from __future__ import annotations

from random import Random

from wuming.benchmarks.text.standards_china import luhn
from wuming.benchmarks.text.values import Form, digits, letters
from wuming.scenarios.customer_service.grammar import words

_MOBILE = words(
    """
    130 131 132 134 135 136 137 138 139 145 147 150 151 155 156 157 158 159 166 170 172 175 176 177 178 180 183
    186 187 188 189 190 191 193 195 198 199
    """
)

_AREAS = words(
    """
    010 021 022 023 024 025 027 028 029 0311 0351 0411 0431 0451 0512 0532 0551 0571 0574 0591 0592 0731 0755
    0769 0771 0791 0851 0871 0898 0931 0991
    """
)

_ABROAD = (
    "+44 7{9}",
    "+49 15{9}",
    "+33 6{8}",
    "+81 90{8}",
    "+82 10{8}",
    "+65 9{7}",
    "+61 4{8}",
    "+91 98{8}",
    "+852 9{7}",
    "+853 6{7}",
    "+886 9{8}",
    "+39 34{8}",
    "+34 6{8}",
    "+55 119{8}",
    "+7 916{7}",
)

_US_AREAS = words(
    """
    201 202 206 212 213 214 253 303 305 312 313 323 347 404 415 425 469 503 510 512 516 602 615 617 626 646 650
    702 703 713 718 720 732 770 773 801 805 813 818 832 847 858 903 908 917 925 949 954 972
    """
)


def mobile_grouped(rng: Random) -> str:
    """Return a mainland mobile number in its usual groups, in one of two with its country code."""
    value, sign = rng.choice(_MOBILE) + digits(rng, 8), rng.choice(" -")
    grouped = sign.join((value[:3], value[3:7], value[7:]))
    return rng.choice(("", "", "+86 ", "+86-", "0086 ", "86-")) + grouped


def mobile_prefixed(rng: Random) -> str:
    """Return a mainland mobile number with its country code."""
    return rng.choice(("+86", "0086", "+86 ", "(+86)")) + rng.choice(_MOBILE) + digits(rng, 8)


def landline(rng: Random) -> str:
    """Return a mainland landline number."""
    area, value = rng.choice(_AREAS), rng.choice("2345678") + digits(rng, 7)
    return rng.choice((f"{area}-{value}", f"({area}){value}", f"{area} {value}", f"+86-{area[1:]}-{value}"))


def abroad(rng: Random) -> str:
    """Return a number of another country with its code."""
    head, _, count = rng.choice(_ABROAD).partition("{")
    value = digits(rng, int(count[:-1]))
    if rng.random() < 0.5:
        return head.replace(" ", "") + value
    middle = len(value) // 2
    return f"{head}{value[:middle]} {value[middle:]}"


def north_america(rng: Random) -> str:
    """Return a number of the North American plan in one of its usual layouts."""
    parts = (rng.choice(_US_AREAS), rng.choice("23456789") + digits(rng, 2), digits(rng, 4))
    layout = rng.choice(
        ("({}) {}-{}", "{}-{}-{}", "+1 {} {} {}", "+1-{}-{}-{}", "{}.{}.{}", "1-{}-{}-{}", "+1 ({}) {}-{}")
    )
    return layout.format(*parts)


def card(rng: Random) -> str:
    """Return a card number of Visa, Mastercard, American Express or Discover."""
    head, length = rng.choice((("4", 16), ("51", 16), ("54", 16), ("2221", 16), ("37", 15), ("6011", 16)))
    return luhn(head + digits(rng, length - len(head) - 1))


def iban(rng: Random) -> str:
    """Return an IBAN of a country whose accounts are of digits alone."""
    country, length = rng.choice((("DE", 18), ("AT", 16), ("PL", 24), ("PT", 21), ("DK", 14), ("FI", 14)))
    return iban_check(country, digits(rng, length))


def iban_check(country: str, account: str) -> str:
    """Return an IBAN with its check digits (ISO 13616, MOD 97-10)."""
    number = int("".join(str(int(sign, 36)) for sign in f"{account}{country}00"))
    return f"{country}{98 - number % 97:02d}{account}"


def ssn(rng: Random) -> tuple[str, str, str]:
    """Return area, group and serial of a social security number that may have been issued."""
    area = rng.choice([n for n in range(1, 900) if n != 666])
    return f"{area:03d}", f"{rng.randrange(1, 100):02d}", f"{rng.randrange(1, 10000):04d}"


def itin(rng: Random) -> tuple[str, str, str]:
    """Return the parts of a taxpayer number: group 50-65, 70-88, 90-92 or 94-99."""
    group = rng.choice([*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)])
    return "9" + digits(rng, 2), str(group), digits(rng, 4)


def routing(rng: Random) -> str:
    """Return an ABA routing number of a Federal Reserve district."""
    return routing_check(f"{rng.choice([*range(1, 13), *range(21, 33)]):02d}{digits(rng, 6)}")


def routing_check(body: str) -> str:
    """Return eight digits with their check digit (weights 3-7-1)."""
    return f"{body}{-sum(int(c) * w for c, w in zip(body, (3, 7, 1, 3, 7, 1, 3, 7), strict=True)) % 10}"


def driver_license(rng: Random) -> str:
    """Return a licence number as California, Florida, Illinois, New York, Texas or New Jersey write it."""
    return rng.choice(
        (
            letters(rng, 1) + digits(rng, 7),
            letters(rng, 1) + digits(rng, 12),
            letters(rng, 1) + digits(rng, 11),
            digits(rng, 9),
            digits(rng, 8),
            letters(rng, 1) + digits(rng, 14),
        )
    )


def nhs(rng: Random) -> str:
    """Return an NHS number; those whose check digit would be 10 are not issued."""
    while True:
        value = nhs_check(rng.choice("4679") + digits(rng, 8))
        if len(value) == 10:
            return f"{value[:3]} {value[3:6]} {value[6:]}" if rng.random() < 0.5 else value


def nhs_check(body: str) -> str:
    """Return nine digits with their check: weights 10 to 2, mod 11."""
    return f"{body}{(11 - sum(int(c) * w for c, w in zip(body, range(10, 1, -1), strict=True)) % 11) % 11}"


def nino(rng: Random, sign: str) -> str:
    """Return a national insurance number with `sign` between its parts."""
    while True:
        head = rng.choice("ABCEGHJKLMNOPRSTWXYZ") + rng.choice("ABCEGHJKLMNPRSTWXYZ")
        if head not in {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}:
            return sign.join((head, digits(rng, 2), digits(rng, 2), digits(rng, 2), rng.choice("ABCD")))


_DOCTOR, _LAWYER = "LICENSE_NUMBER/doctor", "LICENSE_NUMBER/lawyer"

FORMS = (
    Form("PHONE", "mainland mobile", lambda r: r.choice(_MOBILE) + digits(r, 8), bare=True),
    Form("PHONE", "mainland mobile in groups", mobile_grouped, bare=True),
    Form("PHONE", "mainland mobile with code", mobile_prefixed, bare=True),
    Form("PHONE", "mainland landline", landline, bare=True),
    Form("PHONE", "other countries", abroad, bare=True),
    Form("PHONE", "North America", north_america, bare=True),
    Form("CREDIT_CARD", "four brands", card, bare=True),
    Form("IBAN", "six countries", iban, bare=True),
    Form(
        "SWIFT_BIC",
        "8 or 11 characters",
        lambda r: (
            letters(r, 4)
            + r.choice(("CN", "DE", "GB", "US", "HK", "JP", "FR"))
            + letters(r, 2, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789")
            + r.choice(("", "XXX", digits(r, 3)))
        ),
    ),
    Form("US_SSN", "dashes", lambda r: "-".join(ssn(r)), bare=True),
    Form("US_SSN", "spaces or joined", lambda r: r.choice((" ", "")).join(ssn(r))),
    Form("US_ITIN", "dashes", lambda r: "-".join(itin(r)), bare=True),
    Form("US_ITIN", "joined", lambda r: "".join(itin(r))),
    Form("US_BANK_ROUTING", "nine digits", routing),
    Form("US_DRIVER_LICENSE", "six states", driver_license),
    Form(
        "US_PLATE",
        "letters and digits",
        lambda r: r.choice(
            (
                f"{letters(r, 3)} {digits(r, 4)}",
                f"{r.choice('123456789')}{letters(r, 3)}{digits(r, 3)}",
                f"{letters(r, 3)}-{digits(r, 4)}",
            )
        ),
    ),
    Form(
        "PASSPORT", "nine digits, or a letter and eight digits", lambda r: r.choice("0123456789CLAXMKN") + digits(r, 8)
    ),
    Form("UK_NHS", "ten digits", nhs),
    Form("UK_NINO", "spaces", lambda r: nino(r, " "), bare=True),
    Form("UK_NINO", "joined", lambda r: nino(r, "")),
    Form("LICENSE_NUMBER", "lawyer", lambda r: "1" + digits(r, 4) + "20" + digits(r, 10), labels=_LAWYER),
    Form("LICENSE_NUMBER", "doctor", lambda r: "1" + digits(r, 14), labels=_DOCTOR),
    Form(
        "LICENSE_NUMBER",
        "letters and digits",
        lambda r: letters(r, 2) + r.choice(("", "-")) + digits(r, r.choice((6, 7, 8))),
    ),
    Form("ORDER_OR_ACCOUNT", "digits", lambda r: digits(r, r.choice((8, 10, 12, 16)))),
    Form("ORDER_OR_ACCOUNT", "letters and digits", lambda r: letters(r, 2) + digits(r, r.choice((8, 10, 12)))),
)
