"""Ways to write a value so that people still read it and a plain pattern does not.

Each spelling says for which types it is meaningful: a circled letter does not exist, and a key that lost its exact
letters opens nothing. Written before any result was seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

Respell = Callable[[str, Random], str]

# Types whose values are digits (some with an X, dashes or spaces), and those that mix digits with letters.
DIGITS = frozenset({
    "PHONE", "CN_RESIDENT_ID", "BANK_CARD", "CREDIT_CARD", "QQ", "IMEI", "US_SSN", "US_ITIN", "UK_NHS",
    "US_BANK_ROUTING",
})  # fmt: skip
MIXED = frozenset({
    "CN_USCC", "CN_PLATE", "CN_PASSPORT", "CN_TRAVEL_PERMIT", "HK_ID", "TW_ID", "VIN", "IBAN", "UK_NINO",
})  # fmt: skip
ADDRESSES = frozenset({"EMAIL", "IP_ADDRESS", "MAC_ADDRESS"})
CONFUSED = frozenset({"PHONE", "CN_RESIDENT_ID", "BANK_CARD", "CREDIT_CARD"})
"""Types whose values are long enough to be known with some letters for digits."""
SPOKEN = frozenset({"PHONE", "CN_RESIDENT_ID", "BANK_CARD", "QQ"})
"""Types that Chinese speakers spell out in numerals."""

_PLAIN = "0123456789"
_CYRILLIC = str.maketrans("ABCEHKMOPTXaceopxy", "АВСЕНКМОРТХасеорху")
_GREEK = str.maketrans("ABEHIKMNOPTXZov", "ΑΒΕΗΙΚΜΝΟΡΤΧΖον")
_MARKS = "\u0301\u0336\u0332\u0335"
_ARROWS = "\u200e\u200f\u202a\u202c\u2066\u2069"
_SEPARATORS = re.compile(r"[ \-()+./]+")


@dataclass(frozen=True)
class Spelling:
    """One way to write.

    Attributes:
        name: in reports.
        respell: from the plain value to the spelling.
        kinds: types for which it is meaningful.
        language: of the sentences around it; empty: any.
    """

    name: str
    respell: Respell
    kinds: frozenset[str]
    language: str = ""


def _table(signs: str) -> Respell:
    """Replace each digit by the sign at its place in a string of ten."""
    table = str.maketrans(_PLAIN, signs)
    return lambda value, _: value.translate(table)


def _offset(zero: int) -> Respell:
    return _table("".join(chr(zero + digit) for digit in range(10)))


def _joined(value: str) -> str:
    return _SEPARATORS.sub("", value)


def _separated(sign: str) -> Respell:
    """Write `sign` between all characters; separators that were there give way."""
    return lambda value, _: sign.join(_joined(value))


def _sprinkled(signs: str, share: float = 0.4) -> Respell:
    """Write invisible signs after some characters, at least one."""

    def respell(value: str, rng: Random) -> str:
        places = {place for place in range(len(value) - 1) if rng.random() < share} or {len(value) // 2 - 1}
        return "".join(c + (rng.choice(signs) if place in places else "") for place, c in enumerate(value))

    return respell


def full_width(value: str, _: Random) -> str:
    """Write all of ASCII in its full-width form."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in value)


def keycaps(value: str, _: Random) -> str:
    """Write digits as keycap emoji."""
    return "".join(f"{c}\ufe0f\u20e3" if c in _PLAIN else c for c in value)


def uneven(value: str, rng: Random) -> str:
    """Write groups of uneven length with a different sign at each joint."""
    rest, groups = _joined(value), []
    while rest:
        size = rng.choice((1, 2, 3, 4))
        groups.append(rest[:size])
        rest = rest[size:]
    return groups[0] + "".join(rng.choice((" ", "-", ".", " - ", "·", "/", "_")) + group for group in groups[1:])


def broken_line(value: str, rng: Random) -> str:
    """Break the line within the value, as mail programs do."""
    plain = _joined(value)
    place = rng.randrange(2, max(3, len(plain) - 1))
    return f"{plain[:place]}\n{plain[place:]}"


def letters_for_digits(value: str, rng: Random) -> str:
    """Write O for 0 and l or I for 1, everywhere or in one of two places."""
    share = rng.choice((0.5, 1.0))
    return "".join({"0": "O", "1": rng.choice("lI")}[c] if c in "01" and rng.random() < share else c for c in value)


def homoglyphs(table: Mapping[int, int | str | None]) -> Respell:
    """Write letters of another script that look the same."""
    return lambda value, _: value.translate(table)


def at_and_dot(value: str, rng: Random) -> str:
    """Spell the signs of an e-mail address out."""
    at = rng.choice(("[at]", "(at)", " at ", " [at] ", "{at}", "＠", "#at#"))
    dot = rng.choice((".", "[dot]", "(dot)", " dot "))
    name, _, host = value.partition("@")
    return f"{name}{at}{host.replace('.', dot)}"


def at_and_dot_chinese(value: str, rng: Random) -> str:
    """Spell the signs of an e-mail address out in Chinese."""
    name, _, host = value.partition("@")
    return f"{name}{rng.choice(('艾特', '(艾特)', '圈a', '#'))}{host.replace('.', rng.choice(('.', '点', '。')))}"


def html(value: str, rng: Random) -> str:
    """Write HTML character references, decimal or hexadecimal."""
    form = rng.choice(("&#{};", "&#x{:x};"))
    return "".join(form.format(ord(c)) for c in value)


def json_escapes(value: str, _: Random) -> str:
    """Write JSON escapes."""
    return "".join(f"\\u{ord(c):04x}" for c in value)


def percent(value: str, _: Random) -> str:
    """Write URL escapes of UTF-8."""
    return "".join(f"%{byte:02X}" for byte in value.encode())


def reading(value: str, rng: Random) -> str:
    """Write what is read out at a counter: radio numerals in groups."""
    spoken = _table("洞幺两三四五六拐八勾")(_joined(value), rng)
    return "，".join(spoken[i : i + 4] for i in range(0, len(spoken), 4))


def mixed(value: str, rng: Random) -> str:
    """Write every digit in a spelling of its own, with something invisible or a space between some."""
    styles = [
        str.maketrans(_PLAIN, signs)
        for signs in (_PLAIN, "０１２３４５６７８９", "⓪①②③④⑤⑥⑦⑧⑨", "⁰¹²³⁴⁵⁶⁷⁸⁹", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")
    ]
    signs = ("", "", "", "\u200b", "\u00ad", " ", "-")
    plain = _joined(value)
    written = [c.translate(rng.choice(styles)) + rng.choice(signs) for c in plain[:-1]]
    return "".join(written) + plain[-1].translate(rng.choice(styles))


_NUMBERS = DIGITS | MIXED
_GLYPHS = _NUMBERS | {"IP_ADDRESS"}
_ALL = _NUMBERS | ADDRESSES

SPELLINGS = (
    Spelling("full-width", full_width, _ALL),
    Spelling("circled digits", _table("⓪①②③④⑤⑥⑦⑧⑨"), _GLYPHS),
    Spelling("black circled digits", _table("⓿❶❷❸❹❺❻❼❽❾"), _GLYPHS),
    Spelling("superscript digits", _table("⁰¹²³⁴⁵⁶⁷⁸⁹"), _GLYPHS),
    Spelling("subscript digits", _offset(0x2080), _GLYPHS),
    Spelling("mathematical bold digits", _offset(0x1D7CE), _GLYPHS),
    Spelling("double-struck digits", _offset(0x1D7D8), _GLYPHS),
    Spelling("keycap emoji", keycaps, _GLYPHS),
    Spelling("numerals 〇一二", _table("〇一二三四五六七八九"), SPOKEN, "zh"),
    Spelling("numerals 零壹贰", _table("零壹贰叁肆伍陆柒捌玖"), SPOKEN, "zh"),
    Spelling("numerals 洞幺两", _table("洞幺两三四五六拐八勾"), SPOKEN, "zh"),
    Spelling("read out in groups", reading, frozenset({"PHONE", "QQ"}), "zh"),
    Spelling("spaces between", _separated(" "), _NUMBERS),
    Spelling("dashes between", _separated("-"), _NUMBERS),
    Spelling("dots between", _separated("."), DIGITS),
    Spelling("slashes between", _separated("/"), DIGITS),
    Spelling("middle dots between", _separated("·"), DIGITS),
    Spelling("uneven groups", uneven, DIGITS),
    Spelling("line break inside", broken_line, _NUMBERS),
    Spelling("zero-width spaces", _sprinkled("\u200b"), _ALL),
    Spelling("zero-width joiners", _sprinkled("\u200d\u200c\u2060"), _ALL),
    Spelling("soft hyphens", _sprinkled("\u00ad"), _ALL),
    Spelling("byte order marks", _sprinkled("\ufeff"), _ALL),
    Spelling("direction marks", _sprinkled(_ARROWS), _ALL),
    Spelling("combining marks", _sprinkled(_MARKS), _GLYPHS | {"EMAIL"}),
    Spelling("letters for digits", letters_for_digits, CONFUSED),
    Spelling("Cyrillic look-alikes", homoglyphs(_CYRILLIC), MIXED | {"EMAIL"}),
    Spelling("Greek look-alikes", homoglyphs(_GREEK), MIXED | {"EMAIL"}),
    Spelling("(at) and (dot)", at_and_dot, frozenset({"EMAIL"})),
    Spelling("艾特 and 点", at_and_dot_chinese, frozenset({"EMAIL"}), "zh"),
    Spelling("HTML references", html, _ALL),
    Spelling("JSON escapes", json_escapes, _ALL),
    Spelling("URL escapes", percent, _ALL),
    Spelling("several at once", mixed, DIGITS),
)  # fmt: skip
