"""Surrogates of addresses in networks: e-mail, accounts, hosts, devices, wallets, keys."""

from __future__ import annotations

import hashlib
import re

from wuming.deidentification.operators.setting import Setting, Value
from wuming.deidentification.operators.stream import Stream
from wuming.deidentification.operators.surrogates import words
from wuming.deidentification.operators.surrogates.layout import into_layout
from wuming.deidentification.recognizers.checks import compact

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SECRET_PREFIX = re.compile(
    r"^(?:sk-(?:ant-|proj-|or-)?|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|AKIA|ASIA|AKID|LTAI|AIza|hf_|eyJ|Bearer )"
)
_PEM = re.compile(r"-----[A-Z ]{3,40}-----")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,3}\.[0-9]{1,15}")


def email(value: Value, stream: Stream, setting: Setting) -> str:
    """At example.com, .org or .net, which are kept for examples (RFC 2606, section 3)."""
    del value, setting
    word = f"{stream.choose(words.WORDS)}.{stream.choose(words.WORDS)}{stream.digits(6)}"
    return f"{word}@example.{stream.choose(('com', 'org', 'net'))}"


def account(value: Value, stream: Stream, setting: Setting) -> str:
    """A name of words and seven digits, with the @ that it had."""
    del setting
    sign = "@" if value.plain.startswith("@") else ""
    return f"{sign}{stream.choose(words.WORDS)}_{stream.choose(words.WORDS)}{stream.digits(7)}"


def wechat(value: Value, stream: Stream, setting: Setting) -> str:
    """As an account, beginning as new accounts do."""
    del value, setting
    return f"wx_{stream.choose(words.WORDS)}_{stream.digits(7)}"


def ip(value: Value, stream: Stream, setting: Setting) -> str:
    """240/4: kept for future use (RFC 1112, section 4); 2001:db8::/32: documentation (RFC 3849)."""
    del setting
    if ":" in value.plain:
        return "2001:db8:" + ":".join(f"{stream.below(65536):x}" for _ in range(4)) + "::1"
    octets = [int(part) for part in value.plain.split(".") if part.isdigit()]
    if len(octets) == 4 and max(octets) < 256:
        number = int.from_bytes(bytes(octets), "big")
        low = stream.permute(number & 0xFFFFFFF, 1 << 28, f"IP {number >> 28}")
    else:
        low = stream.below(1 << 28)
    return ".".join(map(str, (0xF0000000 | low).to_bytes(4, "big")))


def mac(value: Value, stream: Stream, setting: Setting) -> str:
    """Locally administered, of no maker (IEEE 802, section 8.4)."""
    del setting
    count = max(12, len(compact(value.plain)))
    small = any(character.islower() for character in value.plain)
    body = "".join(stream.choose("0123456789abcdef" if small else "0123456789ABCDEF") for _ in range(count - 2))
    return into_layout(value.text, "02" + body)


def url(value: Value, stream: Stream, setting: Setting) -> str:
    """The scheme stays; host example.com (RFC 2606), with a path of its own."""
    del setting
    scheme, sign, _ = value.plain.partition("://")
    code = "".join(stream.choose("0123456789abcdef") for _ in range(12))
    return f"{scheme if sign else 'https'}://example.com/{stream.choose(words.WORDS)}/{code}"


def secret(value: Value, stream: Stream, setting: Setting) -> str:
    """What names the maker stays (`sk-`, the lines of PEM); every other letter and digit is drawn anew."""
    del setting
    kept: list[tuple[int, int]] = [match.span() for match in _PEM.finditer(value.text)]
    if prefix := _SECRET_PREFIX.match(value.text):
        kept.append(prefix.span())
    stays = {place for start, end in kept for place in range(start, end)}
    return "".join(
        character if place in stays else _drawn(character, stream) for place, character in enumerate(value.text)
    )


def _drawn(character: str, stream: Stream) -> str:
    if "0" <= character <= "9":
        return stream.digits(1)
    if "a" <= character <= "z":
        return stream.choose(_LETTERS)
    if "A" <= character <= "Z":
        return stream.choose(_LETTERS).upper()
    return stream.choose(_LETTERS) if character.isalnum() else character


def wallet(value: Value, stream: Stream, setting: Setting) -> str:
    """Bitcoin (base58check, bech32) with right check digits, Ethereum in small letters; nobody has a key to it."""
    plain = value.plain
    drawn = bytes(stream.below(256) for _ in range(32))
    if plain[:2].lower() == "0x":
        return plain[:2] + drawn[:20].hex()
    if plain[:3].lower() in ("bc1", "tb1"):
        return _bech32(plain[:2].lower(), drawn, len(plain), valid=setting.check_digit == "valid")
    version = {"3": 5, "m": 111, "n": 111, "2": 196}.get(plain[:1], 0)
    payload = bytes([version]) + drawn[:20]
    check = hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    if setting.check_digit == "invalid":
        check = bytes([check[0] ^ 1]) + check[1:]
    return _base58(payload + check)


def _base58(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def _bech32(prefix: str, drawn: bytes, length: int, *, valid: bool) -> str:
    """Witness version 0 with 20 bytes, or 32 where the original is as long (BIP 173)."""
    program = drawn[:32] if length > 50 else drawn[:20]
    bits = "".join(f"{byte:08b}" for byte in program)
    bits += "0" * (-len(bits) % 5)
    data = [0, *(int(bits[place : place + 5], 2) for place in range(0, len(bits), 5))]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    polymod = _polymod([*expanded, *data, 0, 0, 0, 0, 0, 0]) ^ (1 if valid else 2)
    check = [(polymod >> 5 * (5 - place)) & 31 for place in range(6)]
    return f"{prefix}1" + "".join(_BECH32[number] for number in (*data, *check))


def _polymod(values: list[int]) -> int:
    check = 1
    for number in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ number
        for place, generator in enumerate(_GENERATORS):
            check ^= generator if top >> place & 1 else 0
    return check


def coordinates(value: Value, stream: Stream, setting: Setting) -> str:
    """A point in the southern Pacific, 48 to 60 degrees south, with as many decimals."""
    del setting
    count = 0

    def drawn(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        places = len(match.group()) - match.group().index(".") - 1
        whole = 48 + stream.below(12) if count % 2 else 100 + stream.below(50)
        return f"-{whole}.{stream.digits(places)}"

    new = _DECIMAL.sub(drawn, value.plain)
    return (
        new if count else f"-{48 + stream.below(12)}.{stream.digits(4)}, -{100 + stream.below(50)}.{stream.digits(4)}"
    )
