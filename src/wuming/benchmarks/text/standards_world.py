"""Identifiers of other countries and of devices, networks and accounts, drawn from what their standards say.

Written for this bench alone. Telephone: ITU-T E.164 with national plans. IMEI: 3GPP TS 23.003, annex B. VIN: ISO 3779
with the check digit of 49 CFR 565. SSN and ITIN: rules of their issuers. ABA: weights 3-7-1. NHS: weights 10 to 2, mod
11. NINO: HMRC manual NIM39110. Addresses of networks: RFC 4291, IEEE 802. Bitcoin: BIP 173, BIP 350, base58check.
"""

from __future__ import annotations

import hashlib
from ipaddress import IPv6Address
from random import Random

from wuming.benchmarks.text.standards_china import luhn
from wuming.benchmarks.text.values import Form, digits, letters

_MOBILE = [
    "130",
    "131",
    "132",
    "134",
    "135",
    "136",
    "137",
    "138",
    "139",
    "145",
    "147",
    "150",
    "151",
    "155",
    "156",
    "157",
    "158",
    "159",
    "166",
    "170",
    "172",
    "175",
    "176",
    "177",
    "178",
    "180",
    "183",
    "186",
    "187",
    "188",
    "189",
    "190",
    "191",
    "193",
    "195",
    "198",
    "199",
]  # noqa: E501
_AREAS = [
    "010",
    "021",
    "022",
    "023",
    "024",
    "025",
    "027",
    "028",
    "029",
    "0311",
    "0351",
    "0411",
    "0431",
    "0451",
    "0512",
    "0532",
    "0551",
    "0571",
    "0574",
    "0591",
    "0592",
    "0731",
    "0755",
    "0769",
    "0771",
    "0791",
    "0851",
    "0871",
    "0898",
    "0931",
    "0991",
]  # noqa: E501
_ABROAD = ("+44 7{9}", "+49 15{9}", "+33 6{8}", "+81 90{8}", "+82 10{8}", "+65 9{7}", "+61 4{8}", "+91 98{8}",
           "+852 9{7}", "+853 6{7}", "+886 9{8}", "+39 34{8}", "+34 6{8}", "+55 119{8}", "+7 916{7}")  # fmt: skip
_US_AREAS = [
    "201",
    "202",
    "206",
    "212",
    "213",
    "214",
    "253",
    "303",
    "305",
    "312",
    "313",
    "323",
    "347",
    "404",
    "415",
    "425",
    "469",
    "503",
    "510",
    "512",
    "516",
    "602",
    "615",
    "617",
    "626",
    "646",
    "650",
    "702",
    "703",
    "713",
    "718",
    "720",
    "732",
    "770",
    "773",
    "801",
    "805",
    "813",
    "818",
    "832",
    "847",
    "858",
    "903",
    "908",
    "917",
    "925",
    "949",
    "954",
    "972",
]  # noqa: E501
_VIN_SIGNS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)  # noqa: E501
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32M = 0x2BC830A3
_WORDS = [
    "sunny",
    "tiger",
    "maple",
    "river",
    "coder",
    "panda",
    "delta",
    "lucky",
    "ocean",
    "pixel",
    "rusty",
    "amber",
    "cedar",
    "nova",
    "kilo",
    "echo",
    "storm",
    "berry",
]
_FIRST = [
    "wei",
    "lei",
    "min",
    "jing",
    "hao",
    "anna",
    "mark",
    "julia",
    "tom",
    "grace",
    "liu",
    "chen",
    "wang",
    "zhao",
    "sun",
    "peter",
    "maria",
    "alex",
    "nina",
    "omar",
]
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
]  # noqa: E501


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


def email(rng: Random) -> str:
    """Return an address with dots, signs or a mark after a plus."""
    first, last = rng.choice(_FIRST), rng.choice(_WORDS)
    local = rng.choice((f"{first}.{last}", f"{first}_{last}{digits(rng, 2)}", f"{first}{digits(rng, 4)}",
                        f"{first}-{last}", f"{first}.{last}+{rng.choice(_WORDS)}", digits(rng, 9)))  # fmt: skip
    host = rng.choice(_HOSTS)
    return f"{local}@{'mail.' if rng.random() < 0.1 else ''}{host}"


def imei(rng: Random) -> str:
    """Return an IMEI, in one of four with dashes between its parts."""
    value = luhn(rng.choice(("35", "86", "01", "99")) + digits(rng, 12))
    return f"{value[:2]}-{value[2:8]}-{value[8:14]}-{value[14]}" if rng.random() < 0.25 else value


def card(rng: Random) -> str:
    """Return a card number of Visa, Mastercard, American Express or Discover."""
    head, length = rng.choice((("4", 16), ("51", 16), ("54", 16), ("2221", 16), ("37", 15), ("6011", 16)))
    return luhn(head + digits(rng, length - len(head) - 1))


def iban(rng: Random) -> str:
    """Return an IBAN of a country whose accounts are of digits alone (ISO 13616)."""
    country, length = rng.choice((("DE", 18), ("AT", 16), ("PL", 24), ("PT", 21), ("DK", 14), ("FI", 14)))
    account = digits(rng, length)
    number = int("".join(str(int(sign, 36)) for sign in f"{account}{country}00"))
    return f"{country}{98 - number % 97:02d}{account}"


def vin(rng: Random) -> str:
    """Return a vehicle identification number with its check digit in the ninth place."""
    head = rng.choice(("1HG", "WVW", "LSV", "LFV", "JTD", "KMH", "2T1", "5YJ", "LRW", "WBA", "VF1", "LGX"))
    body = head + letters(rng, 5, _VIN_SIGNS) + "0" + letters(rng, 2, _VIN_SIGNS) + digits(rng, 6)
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    total = sum((_VIN_VALUES[c] if c.isalpha() else int(c)) * w for c, w in zip(body, weights, strict=True))
    return body[:8] + "0123456789X"[total % 11] + body[9:]


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
    body = f"{rng.choice([*range(1, 13), *range(21, 33)]):02d}{digits(rng, 6)}"
    return f"{body}{-sum(int(c) * w for c, w in zip(body, (3, 7, 1, 3, 7, 1, 3, 7), strict=True)) % 10}"


def driver_license(rng: Random) -> str:
    """Return a licence number as California, Florida, Illinois, New York, Texas or New Jersey write it."""
    return rng.choice((
        letters(rng, 1) + digits(rng, 7), letters(rng, 1) + digits(rng, 12), letters(rng, 1) + digits(rng, 11),
        digits(rng, 9), digits(rng, 8), letters(rng, 1) + digits(rng, 14),
    ))  # fmt: skip


def nhs(rng: Random) -> str:
    """Return an NHS number; those whose check digit would be 10 are not issued."""
    while True:
        body = rng.choice("4679") + digits(rng, 8)
        check = (11 - sum(int(c) * w for c, w in zip(body, range(10, 1, -1), strict=True)) % 11) % 11
        if check < 10:
            value = f"{body}{check}"
            return f"{value[:3]} {value[3:6]} {value[6:]}" if rng.random() < 0.5 else value


def nino(rng: Random, sign: str) -> str:
    """Return a national insurance number with `sign` between its parts."""
    while True:
        head = rng.choice("ABCEGHJKLMNOPRSTWXYZ") + rng.choice("ABCEGHJKLMNPRSTWXYZ")
        if head not in {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}:
            return sign.join((head, digits(rng, 2), digits(rng, 2), digits(rng, 2), rng.choice("ABCD")))


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
    )  # noqa: E501


def base58(version: int, rng: Random) -> str:
    """Return a base58check address of a random hash."""
    payload = bytes([version]) + rng.randbytes(20)
    payload += hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(payload, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _BASE58[rest] + text
    return "1" * (len(payload) - len(payload.lstrip(b"\0"))) + text


def bech32(version: int, rng: Random) -> str:
    """Return a native segregated-witness address: version 0 by BIP 173, version 1 by BIP 350."""
    program = rng.randbytes(20 if version == 0 else 32)
    bits = "".join(f"{byte:08b}" for byte in program)
    bits += "0" * (-len(bits) % 5)
    data = [version, *(int(bits[i : i + 5], 2) for i in range(0, len(bits), 5))]
    checksum = _polymod([3, 3, 0, 2, 3, *data, 0, 0, 0, 0, 0, 0]) ^ (1 if version == 0 else _BECH32M)
    return "bc1" + "".join(_BECH32[d] for d in (*data, *((checksum >> 5 * (5 - i)) & 31 for i in range(6))))


def _polymod(values: list[int]) -> int:
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            state ^= generator if top >> bit & 1 else 0
    return state


def _wechat(rng: Random) -> str:
    return rng.choice((
        f"{rng.choice(_WORDS)}_{rng.choice(_WORDS)}{digits(rng, 2)}", f"{rng.choice(_FIRST)}{rng.choice(_WORDS)}{digits(rng, 3)}",
        f"{rng.choice(_WORDS)}-{digits(rng, 6)}", f"{rng.choice(_FIRST).title()}{digits(rng, 5)}",
    ))  # fmt: skip


def _weibo(rng: Random) -> str:
    return rng.choice((
        "@" + letters(rng, 1, "小大阿老") + letters(rng, 2, "鹿猫熊橙风雨星海茶糖") + rng.choice(("", digits(rng, 3))),
        "@" + rng.choice(_WORDS) + "_" + rng.choice(_WORDS), rng.choice("1235") + digits(rng, 9),
    ))  # fmt: skip


def _user(rng: Random) -> str:
    return rng.choice((
        f"{rng.choice(_FIRST)}_{rng.choice(_WORDS)}{digits(rng, 2)}", f"{rng.choice(_WORDS)}{digits(rng, 4)}",
        f"{rng.choice(_FIRST)}.{rng.choice(_WORDS)}", f"{rng.choice(_WORDS).title()}{rng.choice(_WORDS).title()}{digits(rng, 2)}",
    ))  # fmt: skip


_DOCTOR, _LAWYER = "LICENSE_NUMBER/doctor", "LICENSE_NUMBER/lawyer"

FORMS = (
    Form("PHONE", "mainland mobile", lambda r: r.choice(_MOBILE) + digits(r, 8), bare=True),
    Form("PHONE", "mainland mobile in groups", mobile_grouped, bare=True),
    Form("PHONE", "mainland mobile with code", mobile_prefixed, bare=True),
    Form("PHONE", "mainland landline", landline, bare=True),
    Form("PHONE", "other countries", abroad, bare=True),
    Form("PHONE", "North America", north_america, bare=True),
    Form("EMAIL", "dots, signs, plus", email, bare=True),
    Form("WECHAT", "own name", _wechat),
    Form("WECHAT", "given name", lambda r: "wxid_" + letters(r, 14, "abcdefghijklmnopqrstuvwxyz0123456789")),
    Form("QQ", "digits", lambda r: r.choice("123456789") + digits(r, r.choice((5, 7, 8, 8, 9)))),
    Form("WEIBO", "name or number", _weibo),
    Form("USERNAME", "name", _user),
    Form("IMEI", "15 digits", imei),
    Form("CREDIT_CARD", "four brands", card, bare=True),
    Form("IBAN", "six countries", iban, bare=True),
    Form("VIN", "17 characters", vin, bare=True),
    Form("SWIFT_BIC", "8 or 11 characters", lambda r: letters(r, 4) + r.choice(("CN", "DE", "GB", "US", "HK", "JP", "FR"))
         + letters(r, 2, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789") + r.choice(("", "XXX", digits(r, 3)))),
    Form("US_SSN", "dashes", lambda r: "-".join(ssn(r)), bare=True),
    Form("US_SSN", "spaces or joined", lambda r: r.choice((" ", "")).join(ssn(r))),
    Form("US_ITIN", "dashes", lambda r: "-".join(itin(r)), bare=True),
    Form("US_ITIN", "joined", lambda r: "".join(itin(r))),
    Form("US_BANK_ROUTING", "nine digits", routing),
    Form("US_DRIVER_LICENSE", "six states", driver_license),
    Form("US_PLATE", "letters and digits", lambda r: r.choice((f"{letters(r, 3)} {digits(r, 4)}", f"{r.choice('123456789')}{letters(r, 3)}{digits(r, 3)}", f"{letters(r, 3)}-{digits(r, 4)}"))),
    Form("PASSPORT", "nine digits, or a letter and eight digits", lambda r: r.choice("0123456789CLAXMKN") + digits(r, 8)),
    Form("UK_NHS", "ten digits", nhs),
    Form("UK_NINO", "spaces", lambda r: nino(r, " "), bare=True),
    Form("UK_NINO", "joined", lambda r: nino(r, "")),
    Form("IP_ADDRESS", "version 4", ipv4, bare=True),
    Form("IP_ADDRESS", "version 6", ipv6, bare=True),
    Form("MAC_ADDRESS", "three layouts", mac, bare=True),
    Form("CRYPTO_ADDRESS", "bitcoin base58check", lambda r: base58(r.choice((0, 5)), r), bare=True),
    Form("CRYPTO_ADDRESS", "bitcoin bech32", lambda r: bech32(r.choice((0, 1)), r), bare=True),
    Form("GEO_COORDINATE", "decimal degrees", _decimal),
    Form("GEO_COORDINATE", "hemispheres", _hemispheres, bare=True),
    Form("GEO_COORDINATE", "minutes and seconds", _minutes, bare=True),
    Form("LICENSE_NUMBER", "lawyer", lambda r: "1" + digits(r, 4) + "20" + digits(r, 10), labels=_LAWYER),
    Form("LICENSE_NUMBER", "doctor", lambda r: "1" + digits(r, 14), labels=_DOCTOR),
    Form("LICENSE_NUMBER", "letters and digits", lambda r: letters(r, 2) + r.choice(("", "-")) + digits(r, r.choice((6, 7, 8)))),
    Form("ORDER_OR_ACCOUNT", "digits", lambda r: digits(r, r.choice((8, 10, 12, 16)))),
    Form("ORDER_OR_ACCOUNT", "letters and digits", lambda r: letters(r, 2) + digits(r, r.choice((8, 10, 12)))),
)  # fmt: skip
