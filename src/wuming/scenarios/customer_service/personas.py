"""The generated people: one stable persona a user, and the many ways in which each personal item gets written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from wuming.scenarios.customer_service import identifiers as ids
from wuming.scenarios.customer_service import lexicon_en as en
from wuming.scenarios.customer_service import lexicon_zh as zh
from wuming.scenarios.customer_service.grammar import Piece, words

STRUCTURED = frozenset(
    {"resident_id", "mobile", "landline", "bank_card", "credit_card", "email", "ip"}
    | {"uscc", "passport", "plate", "wechat", "qq", "ssn", "iban"}
)
"""Kinds with a fixed format (names and addresses are the others)."""

AWKWARD_SHARE = 0.03
_NUMERALS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789"}
_HANDLES = words(
    """
        sunny moon leaf cloud river fox tea rain star panda bamboo wave maple kite coral pine snow echo nova
        mint
        """
)
_PINYIN = words(
    """
    wei li na min jing lei yan jun tao ming hui xin yu fei bo lin kai rui mei hao ling peng dan qi
    """
)


@dataclass(frozen=True)
class Persona:
    """One generated user.

    Attributes:
        subject: pseudonymous key of the user.
        language: `zh` or `en`, the language of most dialogues.
        male: sex, used for the resident ID and the table.
        birth: date of birth.
        values: canonical personal values by item name (`name`, `kin`, `mobile`, …).
    """

    subject: str
    language: str
    male: bool
    birth: date
    city: int
    values: dict[str, str] = field(repr=False)


def make_persona(rng: Random, *, subject: str, language: str, birth_year: int) -> Persona:
    """Draw one user; every identifier has a valid form."""
    male = rng.random() < 0.5
    birth = ids.birth_date(rng, year=birth_year)
    city = rng.randrange(len(zh.CITIES if language == "zh" else en.CITIES))
    if language == "zh":
        name = zh.person_name(rng, male=male)
        kin = zh.person_name(rng, male=rng.random() < 0.5)
        address = zh.address(rng, city)
        handle = "".join(rng.sample(_PINYIN, rng.choice((1, 2)))) + rng.choice(("", "_", ".")) + ids.digits(rng, 3)
    else:
        name = en.person_name(rng, male=male)
        kin = en.person_name(rng, male=rng.random() < 0.5)
        address = en.address(rng, city)
        first, last = name.lower().split()[:2]
        handle = rng.choice((f"{first}.{last}", f"{first[0]}{last}{ids.digits(rng, 2)}", f"{first}_{last}"))
    values = {
        "name": name,
        "kin": kin,
        "address": address,
        "mobile": ids.mobile(rng),
        "landline": ids.landline(rng),
        "resident_id": ids.resident_id(rng, birth=birth, male=male),
        "bank_card": ids.bank_card(rng, length=rng.choice((19, 19, 16))),
        "credit_card": ids.credit_card(rng),
        "email": f"{handle}@{rng.choice(zh.MAIL_DOMAINS if language == 'zh' else en.MAIL_DOMAINS)}",
        "wechat": f"{rng.choice(_HANDLES)}{rng.choice(('', '_', '-'))}{rng.choice(_PINYIN)}{ids.digits(rng, 2)}",
        "qq": ids.qq_number(rng),
        "ip": ids.ip_address(rng),
        "plate": ids.plate(rng),
        "passport": ids.passport(rng),
        "uscc": ids.social_credit_code(rng),
        "ssn": ids.social_security_number(rng),
        "iban": ids.iban(rng),
    }
    return Persona(subject, language, male, birth, city, values)


def speaker(persona: Persona, rng: Random) -> Callable[[str], Sequence[Piece]]:
    """Return what a scene needs to write this persona's items, each time in one of their surface forms."""

    def item(name: str) -> Sequence[Piece]:
        value = persona.values[name]
        if name in {"name", "kin"}:
            if persona.language == "en" and rng.random() < 0.12:
                value = value.split()[0]
            return [(value, "name")]
        if name == "address":
            return [(_address_form(persona, rng), "address")]
        return [(surface(name, value, rng, chinese=persona.language == "zh"), name)]

    return item


def _address_form(persona: Persona, rng: Random) -> str:
    city, _, rest = persona.values["address"].partition("|")
    if persona.language == "zh":
        province = zh.CITIES[persona.city][0]
        return rng.choice((rest, city + rest, city + rest, province + city + rest if province else city + rest))
    return rng.choice((rest, f"{rest}, {city}", f"{rest}, {city}"))


def surface(kind: str, value: str, rng: Random, *, chinese: bool) -> str:
    """Write a structured identifier as people do: plain, grouped, full-width; about 3% awkwardly."""
    if kind in {"mobile", "resident_id", "bank_card", "credit_card", "landline"} and rng.random() < 1.6 * AWKWARD_SHARE:
        return _awkward(value, rng, chinese=chinese)
    chance = rng.random()
    if kind == "mobile":
        return _mobile_form(value, chance, chinese=chinese)
    if kind in {"bank_card", "credit_card"}:
        if chance < 0.18:
            return _grouped(value, " ", 4)
        return _grouped(value, "-", 4) if chance < 0.24 else value
    if kind == "resident_id":
        if chance < 0.06:
            return f"{value[:6]} {value[6:14]} {value[14:]}"
        return value.lower() if chance < 0.12 else value
    if kind == "landline":
        area, _, number = value.partition("-")
        return (value, value, f"({area}){number}", f"{area} {number}", area + number)[int(chance * 5)]
    if kind == "plate":
        return f"{value[:2]}·{value[2:]}" if chance < 0.35 else value
    if kind == "iban" and chance < 0.4:
        return _grouped(value, " ", 4)
    return value


def _mobile_form(value: str, chance: float, *, chinese: bool) -> str:
    head, middle, tail = value[:3], value[3:7], value[7:]
    if chance < 0.08:
        return f"{head} {middle} {tail}"
    if chance < 0.15:
        return f"{head}-{middle}-{tail}"
    if chance < 0.20 or (not chinese and chance < 0.45):
        return f"+86 {head} {middle} {tail}" if chance < 0.17 else f"+86{value}"
    if chinese and chance > 0.97:
        return value.translate(_FULL_WIDTH)
    return value


def _awkward(value: str, rng: Random, *, chinese: bool) -> str:
    """Odd spaces, dots between digits, or Chinese numerals mixed in; still readable by a person."""
    form = rng.randrange(3)
    if form == 0 and chinese:
        first = rng.randrange(0, max(1, len(value) - 5))
        return "".join(_NUMERALS.get(c, c) if first <= i < first + 3 else c for i, c in enumerate(value))
    if form == 1:
        return _grouped(value, ".", rng.choice((3, 4)))
    cuts = set(rng.sample(range(2, len(value) - 1), 3))
    return "".join((" " if i in cuts else "") + c for i, c in enumerate(value))


def _grouped(value: str, separator: str, size: int) -> str:
    return separator.join(value[i : i + size] for i in range(0, len(value), size))
