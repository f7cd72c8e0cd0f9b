"""Identifiers of the mainland, Hong Kong, Macao and Taiwan, drawn from what their standards say.

Written for this bench alone, from the standards, so that it shares no mistake with the recognisers. Resident ID: GB
11643-1999. Unified social credit code: GB 32100-2015 with GB 11714-1997 inside. Plates: GA 36-2018. Permanent
residents: the card of 2023 (18 digits, ISO 7064 MOD 11-2), that of 2004 (three letters, twelve digits, weights 7-3-1).
Hong Kong: Registration of Persons Regulations. Taiwan: Ministry of the Interior, letter table with weights 1-9-8-…-1-1.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from wuming.benchmarks.text.values import Form, digits, letters
from wuming.scenarios.customer_service.grammar import words

# County codes of GB/T 2260 beyond those of the customer-service scenario.
_COUNTIES = words(
    """
    110102 110107 110112 110228 120104 120111 130104 130203 130602 131003 140107 140202 140802 150102 150203
    150402 210103 210211 210302 210604 220104 220202 220302 230102 230203 230602 310105 310107 310109 310112
    310113 310230 320104 320206 320311 320402 320507 320602 321002 330105 330205 330302 330402 330602 330702
    331002 340102 340202 340503 340802 341202 350103 350206 350502 350582 360103 360702 361102 370103 370203
    370303 370602 370702 371302 410103 410302 410502 410702 411302 411502 420103 420203 420503 420602 421002
    421102 430103 430202 430302 430602 431002 431302 440104 440112 440204 440303 440402 440507 440605 440703
    440902 441302 441900 442000 450102 450203 450305 450702 460106 460202 500105 500107 500108 500222 510105
    510108 510302 510502 510703 511102 511302 511602 520102 520203 520302 522401 530103 530302 530402 532301
    540102 610102 610303 610402 610502 610702 620103 620502 630102 640104 650103 652801 654002
    """
)
_ABOLISHED = frozenset({"500222", "522401"})  # before credit codes began; resident IDs keep them
_PROVINCES = "京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新"
_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_NUMERIC_COUNTRIES = words(
    """
    840 826 392 410 276 250 036 124 643 356 702 458 764 608
    """
)
_TAIWAN = {
    **{letter: 10 + place for place, letter in enumerate("ABCDEFGH")},
    "I": 34,
    "J": 18,
    "K": 19,
    "L": 20,
    "M": 21,
    "N": 22,
    "O": 35,
    "P": 23,
    "Q": 24,
    "R": 25,
    "S": 26,
    "T": 27,
    "U": 28,
    "V": 29,
    "W": 32,
    "X": 30,
    "Y": 31,
    "Z": 33,
}


def _birth(rng: Random) -> date:
    return date(1938, 1, 1) + timedelta(days=rng.randrange(365 * 80))


def mod_11_2(body: str) -> str:
    """Return the check character of a resident ID's first 17 digits (ISO 7064, MOD 11-2)."""
    return "10X98765432"[sum(int(c) * w for c, w in zip(body, _ID_WEIGHTS, strict=True)) % 11]


def _resident(rng: Random, area: str) -> str:
    body = f"{area}{_birth(rng):%Y%m%d}{rng.randrange(1, 1000):03d}"
    return body + mod_11_2(body)


def resident_18(rng: Random) -> str:
    """Return 18 characters; an X at the end is written small in one of ten."""
    value = _resident(rng, rng.choice(_COUNTIES))
    return value.lower() if rng.random() < 0.1 else value


def resident_grouped(rng: Random) -> str:
    """Return 18 characters in three groups, as people read them out."""
    value = _resident(rng, rng.choice(_COUNTIES))
    sign = rng.choice(" -")
    return sign.join((value[:6], value[6:14], value[14:]))


def resident_15(rng: Random) -> str:
    """Return the old number of 15 digits, without check digit."""
    return f"{rng.choice(_COUNTIES)}{_birth(rng):%y%m%d}{rng.randrange(1, 1000):03d}"


def residence_permit(rng: Random) -> str:
    """Return the number of a residence permit for people of Hong Kong, Macao or Taiwan."""
    return _resident(rng, rng.choice(("810000", "820000", "830000")))


def permanent_2023(rng: Random) -> str:
    """Return the number of a foreign permanent resident's card of 2023: 9, place, nationality, birth, sequence."""
    body = (
        f"9{rng.choice(_COUNTIES)[:2]}{rng.choice(_NUMERIC_COUNTRIES)}{_birth(rng):%Y%m%d}{rng.randrange(1, 1000):03d}"
    )
    return body + mod_11_2(body)


def permanent_2004(rng: Random) -> str:
    """Return the number of the card of 2004: nationality, place, birth, sequence, check digit (weights 7-3-1)."""
    country = rng.choice(("USA", "GBR", "JPN", "KOR", "DEU", "FRA", "CAN", "AUS", "SGP", "IND", "RUS", "ITA"))
    body = f"{country}{rng.choice(_COUNTIES)[:4]}{_birth(rng):%y%m%d}{rng.randrange(10)}"
    return body + str(sum(int(c, 36) * (7, 3, 1)[place % 3] for place, c in enumerate(body)) % 10)


def credit_code(rng: Random) -> str:
    """Return a unified social credit code of any registering department, both check characters right."""
    organisation = letters(rng, 8, "0123456789") if rng.random() < 0.5 else "MA" + letters(rng, 6, _CREDIT_SIGNS)
    department = rng.choice(("11", "12", "13", "51", "52", "53", "91", "91", "91", "92", "92", "93", "N1", "N2", "Y1"))
    county = rng.choice([code for code in _COUNTIES if code not in _ABOLISHED])
    return mod_31(department + county + mod_11(organisation))


def mod_11(organisation: str) -> str:
    """Return an organisation code with its check character (GB 11714-1997)."""
    total = sum(int(c, 36) * w for c, w in zip(organisation, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return organisation + "0123456789X0"[11 - total % 11]


def mod_31(body: str) -> str:
    """Return a credit code with its check character (GB 32100-2015)."""
    return body + _CREDIT_SIGNS[-sum(_CREDIT_SIGNS.index(c) * pow(3, i, 31) for i, c in enumerate(body)) % 31]


def union_pay(rng: Random) -> str:
    """Return a UnionPay number of 16 or 19 digits, Luhn valid."""
    head = rng.choice(
        ("622202", "622848", "621700", "622588", "623668", "625958", "621799", "620522", "622155", "624301")
    )
    return luhn(head + digits(rng, rng.choice((16, 19, 19)) - 7))


def union_pay_grouped(rng: Random) -> str:
    """Return the same in groups of four."""
    return fours(union_pay(rng), rng.choice(" -"))


def luhn(body: str) -> str:
    """Return `body` with its Luhn check digit (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, sign in enumerate(reversed(body)):
        doubled = int(sign) * (2 - place % 2)
        total += doubled // 10 + doubled % 10
    return f"{body}{-total % 10}"


def fours(value: str, sign: str) -> str:
    """Return `value` in groups of four."""
    return sign.join(value[i : i + 4] for i in range(0, len(value), 4))


def plate_common(rng: Random) -> str:
    """Return a plate of five places after the letter, with at most two letters among them."""
    tail = list(digits(rng, 5))
    for place in rng.sample(range(5), rng.choice((0, 1, 1, 2))):
        tail[place] = rng.choice(_PLATE_LETTERS)
    dot = "·" if rng.random() < 0.3 else ""
    return f"{rng.choice(_PROVINCES)}{rng.choice(_PLATE_LETTERS)}{dot}{''.join(tail)}"


def plate_new_energy(rng: Random) -> str:
    """Return a new-energy plate: small cars begin with the letter, large ones end with it."""
    head = f"{rng.choice(_PROVINCES)}{rng.choice(_PLATE_LETTERS)}"
    if rng.random() < 0.7:
        return head + rng.choice("ABCDEFGHJK") + rng.choice("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ") + digits(rng, 4)
    return head + digits(rng, 5) + rng.choice("ABCDEFGHJK")


def plate_special(rng: Random) -> str:
    """Return a plate of a driving school, the police, a trailer, Hong Kong or Macao, or an embassy."""
    if rng.random() < 0.15:
        return "使" + digits(rng, 6)
    if rng.random() < 0.3:
        return f"粤Z{digits(rng, 4)}{rng.choice('港澳')}"
    return f"{rng.choice(_PROVINCES)}{rng.choice('ABCDEFGH')}{digits(rng, 4)}{rng.choice('学警挂')}"


def passport_ordinary(rng: Random) -> str:
    """Return an ordinary passport's number: E and eight places, or an older G."""
    draw = rng.random()
    if draw < 0.4:
        return "E" + digits(rng, 8)
    return "E" + letters(rng, 1, "ABCDEFGHJKLMNPQRSTUVWXYZ") + digits(rng, 7) if draw < 0.7 else "G" + digits(rng, 8)


def passport_service(rng: Random) -> str:
    """Return the number of a diplomatic, service or public-affairs passport."""
    return rng.choice(("DE", "SE", "PE")) + digits(rng, 7)


def hong_kong(rng: Random) -> tuple[str, str]:
    """Return one or two letters with six digits, and the check digit."""
    body = letters(rng, 1 if rng.random() < 0.85 else 2) + digits(rng, 6)
    return body, hong_kong_check(body)


def hong_kong_check(body: str) -> str:
    """Return the check digit: weights 9 to 2, letters from 10, a space 36, mod 11."""
    numbers = [36 if c == " " else int(c, 36) for c in body.rjust(8)]
    return "0123456789A"[-sum(n * w for n, w in zip(numbers, range(9, 1, -1), strict=True)) % 11]


def macao(rng: Random) -> str:
    """Return a Macao number; how its check digit comes about is not published."""
    body, check = rng.choice("157") + digits(rng, 6), digits(rng, 1)
    return f"{body}({check})" if rng.random() < 0.7 else f"{body[0]}/{body[1:]}/{check}"


def taiwan(rng: Random, second: str) -> str:
    """Return a Taiwan number: a letter, a digit of `second`, seven digits and a check digit."""
    body = letters(rng, 1) + rng.choice(second) + digits(rng, 7)
    return body + taiwan_check(body)


def taiwan_check(body: str) -> str:
    """Return the check digit: the letter's two digits and the others, weights 1-9-8-…-1."""
    code = _TAIWAN[body[0]]
    total = code // 10 + code % 10 * 9 + sum(int(c) * w for c, w in zip(body[1:], range(8, 0, -1), strict=True))
    return str(-total % 10)


def _hong_kong_brackets(rng: Random) -> str:
    body, check = hong_kong(rng)
    return f"{body}({check})" if rng.random() < 0.8 else f"{body}（{check}）"


def _military(rng: Random) -> str:
    return digits(rng, rng.choice((7, 8)))


_RETURN, _TO_TAIWAN = "CN_TRAVEL_PERMIT/home", "CN_TRAVEL_PERMIT/taiwan"
_TO_HONG_KONG, _COMPATRIOT = "CN_TRAVEL_PERMIT/hong-kong", "CN_TRAVEL_PERMIT/compatriot"

FORMS = (
    Form("CN_RESIDENT_ID", "18 characters", resident_18, bare=True),
    Form("CN_RESIDENT_ID", "18 in groups", resident_grouped, bare=True),
    Form("CN_RESIDENT_ID", "15 digits", resident_15),
    Form("CN_RESIDENT_ID", "residence permit", residence_permit, bare=True),
    Form("CN_FOREIGN_PERMANENT_RESIDENT", "2023", permanent_2023),
    Form("CN_FOREIGN_PERMANENT_RESIDENT", "2004", permanent_2004),
    Form("CN_USCC", "all departments", credit_code, bare=True),
    Form("BANK_CARD", "UnionPay", union_pay, bare=True),
    Form("BANK_CARD", "UnionPay in fours", union_pay_grouped, bare=True),
    Form("CN_PLATE", "common", plate_common, bare=True),
    Form("CN_PLATE", "new energy", plate_new_energy, bare=True),
    Form("CN_PLATE", "special", plate_special, labels="CN_PLATE"),
    Form("CN_PASSPORT", "ordinary", passport_ordinary),
    Form("CN_PASSPORT", "service", passport_service),
    Form(
        "CN_TRAVEL_PERMIT",
        "to the mainland",
        lambda r: r.choice("HM") + digits(r, r.choice((8, 8, 10))),
        labels=_RETURN,
    ),
    Form("CN_TRAVEL_PERMIT", "Taiwan compatriot", lambda r: digits(r, 8), labels=_COMPATRIOT),
    Form("CN_TRAVEL_PERMIT", "to Taiwan", lambda r: r.choice("LT") + digits(r, 8), labels=_TO_TAIWAN),
    Form("CN_TRAVEL_PERMIT", "to Hong Kong", lambda r: "C" + digits(r, 8), labels=_TO_HONG_KONG),
    Form(
        "CN_TRAVEL_PERMIT",
        "to Hong Kong, letter",
        lambda r: "C" + letters(r, 1, "ABCDEFGHJKLMNPQRSTUVWXYZ") + digits(r, 7),
        labels=_TO_HONG_KONG,
    ),
    *(
        Form("CN_MILITARY_ID", f"{arm}字第…号", _military, bare=True, frame=f"{arm}字第{{value}}号")
        for arm in "军武空海南沈"
    ),
    *(Form("CN_MILITARY_ID", "number", _military) for _ in range(2)),
    Form("CN_SOCIAL_SECURITY", "card", lambda r: letters(r, 1) + digits(r, 8), language="zh"),
    Form("CN_SOCIAL_SECURITY", "personal number", lambda r: digits(r, r.choice((9, 10, 11, 12))), language="zh"),
    Form("CN_SOCIAL_SECURITY", "resident ID", resident_18, language="zh"),
    Form("CN_MEDICAL_INSURANCE", "card", lambda r: letters(r, 1) + digits(r, 8), language="zh"),
    Form("CN_MEDICAL_INSURANCE", "personal number", lambda r: digits(r, r.choice((8, 9, 10, 12))), language="zh"),
    Form("CN_MEDICAL_INSURANCE", "resident ID", resident_18, language="zh"),
    Form("HK_ID", "brackets", _hong_kong_brackets, bare=True),
    Form("HK_ID", "joined", lambda r: "".join(hong_kong(r))),
    Form("MO_ID", "brackets or slashes", macao),
    Form("TW_ID", "citizen", lambda r: taiwan(r, "12"), bare=True),
    Form("TW_ID", "resident", lambda r: taiwan(r, "89"), bare=True),
)
