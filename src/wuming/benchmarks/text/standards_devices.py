"""Identifiers of devices, networks, places and accounts, drawn from what their standards say.

Written for this bench alone. IMEI: 3GPP TS 23.003, annex B. VIN: ISO 3779 with the check digit of 49 CFR 565. Addresses
of networks: RFC 4291, IEEE 802. Bitcoin: BIP 173, BIP 350, base58check. Names of accounts: as their services allow.
"""

from __future__ import annotations

import hashlib
from ipaddress import IPv6Address
from random import Random

from wuming.benchmarks.text.standards_china import luhn
from wuming.benchmarks.text.values import Form, digits, letters
from wuming.scenarios.customer_service.grammar import words

_VIN_SIGNS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"

_VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

_BECH32M = 0x2BC830A3

_WORDS = words(
    """
    sunny tiger maple river coder panda delta lucky ocean pixel rusty amber cedar nova kilo echo storm berry
    """
)

_FIRST = words(
    """
    wei lei min jing hao anna mark julia tom grace liu chen wang zhao sun peter maria alex nina omar
    """
)

_HOSTS = [
    "qq.com",
    "163.com",
    "126.com",
    "gmail.com",
    "outlook.com",
    "foxmail.com",
    "sina.cn",
    "corp-mail.cn",
    "example.org",
    "hotmail.com",
    "uni.edu.cn",
]


def email(rng: Random) -> str:
    """Return an address with dots, signs or a mark after a plus."""
    first, last = rng.choice(_FIRST), rng.choice(_WORDS)
    local = rng.choice(
        (
            f"{first}.{last}",
            f"{first}_{last}{digits(rng, 2)}",
            f"{first}{digits(rng, 4)}",
            f"{first}-{last}",
            f"{first}.{last}+{rng.choice(_WORDS)}",
            digits(rng, 9),
        )
    )
    host = rng.choice(_HOSTS)
    return f"{local}@{'mail.' if rng.random() < 0.1 else ''}{host}"


def imei(rng: Random) -> str:
    """Return an IMEI, in one of four with dashes between its parts."""
    value = luhn(rng.choice(("35", "86", "01", "99")) + digits(rng, 12))
    return f"{value[:2]}-{value[2:8]}-{value[8:14]}-{value[14]}" if rng.random() < 0.25 else value


def vin(rng: Random) -> str:
    """Return a vehicle identification number with its check digit in the ninth place."""
    head = rng.choice(("1HG", "WVW", "LSV", "LFV", "JTD", "KMH", "2T1", "5YJ", "LRW", "WBA", "VF1", "LGX"))
    return vin_check(head + letters(rng, 5, _VIN_SIGNS) + "0" + letters(rng, 2, _VIN_SIGNS) + digits(rng, 6))


def vin_check(body: str) -> str:
    """Return 17 characters with the right one in the ninth place."""
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    total = sum((_VIN_VALUES[c] if c.isalpha() else int(c)) * w for c, w in zip(body, weights, strict=True))
    return body[:8] + "0123456789X"[total % 11] + body[9:]


def ipv4(rng: Random) -> str:
    """Return an address of version 4 that no documentation or loopback uses."""
    return f"{rng.choice((36, 47, 58, 101, 114, 120, 139, 172, 183, 203, 221))}.{rng.randrange(16, 256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"  # noqa: E501


def ipv6(rng: Random) -> str:
    """Return an address of version 6, in full or shortened."""
    groups = [0x2400 + rng.randrange(0x0600), *(rng.randrange(0x10000) for _ in range(7))]
    if rng.random() < 0.6:
        start = rng.randrange(2, 5)
        groups[start : start + 3] = [0, 0, 0]
    value = IPv6Address(sum(g << (112 - 16 * i) for i, g in enumerate(groups)))
    return value.exploded if rng.random() < 0.3 else value.compressed


def mac(rng: Random) -> str:
    """Return a hardware address with colons, dashes or in three groups."""
    value = letters(rng, 12, "0123456789abcdef")
    if rng.random() < 0.2:
        return ".".join((value[:4], value[4:8], value[8:]))
    value = rng.choice(":-").join(value[i : i + 2] for i in range(0, 12, 2))
    return value.upper() if rng.random() < 0.5 else value


def coordinates(rng: Random) -> tuple[float, float]:
    """Return latitude and longitude within China."""
    return rng.uniform(20, 45), rng.uniform(100, 125)


def _decimal(rng: Random) -> str:
    latitude, longitude = coordinates(rng)
    places = rng.choice((4, 5, 6))
    return f"{latitude:.{places}f}{rng.choice((', ', ','))}{longitude:.{places}f}"


def _hemispheres(rng: Random) -> str:
    latitude, longitude = coordinates(rng)
    return f"{latitude:.4f}°N{rng.choice((', ', ' '))}{longitude:.4f}°E"


def _minutes(rng: Random) -> str:
    latitude, longitude = coordinates(rng)
    return " ".join(
        f"{int(v)}°{int(v * 60) % 60:02d}′{int(v * 3600) % 60:02d}″{s}" for v, s in ((latitude, "N"), (longitude, "E"))
    )


def base58(version: int, payload: bytes) -> str:
    """Return a base58check address."""
    whole = bytes([version]) + payload
    whole += hashlib.sha256(hashlib.sha256(whole).digest()).digest()[:4]
    number, text = int.from_bytes(whole, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _BASE58[rest] + text
    return "1" * (len(whole) - len(whole.lstrip(b"\0"))) + text


def bech32(version: int, program: bytes) -> str:
    """Return a native segregated-witness address: version 0 by BIP 173, others by BIP 350."""
    bits = "".join(f"{byte:08b}" for byte in program)
    bits += "0" * (-len(bits) % 5)
    data = [version, *(int(bits[i : i + 5], 2) for i in range(0, len(bits), 5))]
    checksum = _polymod([3, 3, 0, 2, 3, *data, 0, 0, 0, 0, 0, 0]) ^ (1 if version == 0 else _BECH32M)
    return "bc1" + "".join(_BECH32[d] for d in (*data, *((checksum >> 5 * (5 - i)) & 31 for i in range(6))))


def _segwit(rng: Random) -> str:
    version = rng.choice((0, 1))
    return bech32(version, rng.randbytes(20 if version == 0 else 32))


def _polymod(values: list[int]) -> int:
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            state ^= generator if top >> bit & 1 else 0
    return state


def _wechat(rng: Random) -> str:
    return rng.choice(
        (
            f"{rng.choice(_WORDS)}_{rng.choice(_WORDS)}{digits(rng, 2)}",
            f"{rng.choice(_FIRST)}{rng.choice(_WORDS)}{digits(rng, 3)}",
            f"{rng.choice(_WORDS)}-{digits(rng, 6)}",
            f"{rng.choice(_FIRST).title()}{digits(rng, 5)}",
        )
    )


def _weibo(rng: Random) -> str:
    return rng.choice(
        (
            "@"
            + letters(rng, 1, "小大阿老")
            + letters(rng, 2, "鹿猫熊橙风雨星海茶糖")
            + rng.choice(("", digits(rng, 3))),
            "@" + rng.choice(_WORDS) + "_" + rng.choice(_WORDS),
            rng.choice("1235") + digits(rng, 9),
        )
    )


def _user(rng: Random) -> str:
    return rng.choice(
        (
            f"{rng.choice(_FIRST)}_{rng.choice(_WORDS)}{digits(rng, 2)}",
            f"{rng.choice(_WORDS)}{digits(rng, 4)}",
            f"{rng.choice(_FIRST)}.{rng.choice(_WORDS)}",
            f"{rng.choice(_WORDS).title()}{rng.choice(_WORDS).title()}{digits(rng, 2)}",
        )
    )


FORMS = (
    Form("EMAIL", "dots, signs, plus", email, bare=True),
    Form("WECHAT", "own name", _wechat),
    Form("WECHAT", "given name", lambda r: "wxid_" + letters(r, 14, "abcdefghijklmnopqrstuvwxyz0123456789")),
    Form("QQ", "digits", lambda r: r.choice("123456789") + digits(r, r.choice((5, 7, 8, 8, 9)))),
    Form("WEIBO", "name or number", _weibo),
    Form("USERNAME", "name", _user),
    Form("IMEI", "15 digits", imei),
    Form("VIN", "17 characters", vin, bare=True),
    Form("IP_ADDRESS", "version 4", ipv4, bare=True),
    Form("IP_ADDRESS", "version 6", ipv6, bare=True),
    Form("MAC_ADDRESS", "three layouts", mac, bare=True),
    Form("CRYPTO_ADDRESS", "bitcoin base58check", lambda r: base58(r.choice((0, 5)), r.randbytes(20)), bare=True),
    Form("CRYPTO_ADDRESS", "bitcoin bech32", _segwit, bare=True),
    Form("GEO_COORDINATE", "decimal degrees", _decimal),
    Form("GEO_COORDINATE", "hemispheres", _hemispheres, bare=True),
    Form("GEO_COORDINATE", "minutes and seconds", _minutes, bare=True),
)
