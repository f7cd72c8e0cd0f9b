"""Telephone numbers of all countries: with the country code, or beside a word for telephones."""

from __future__ import annotations

import re

from wuming.deidentification.recognizers.checks import digits_of
from wuming.deidentification.recognizers.generic.calling_codes import possible_number
from wuming.deidentification.specification import RIGHT, Context, number, pattern

_EXTENSION = r"(?: ?(?:x|ext\.?|Ext\.?|EXT\.?|转|#) ?[0-9]{1,6})?"
_TRUNK = re.compile(r"\(0\)")
_EXTENSION_BEGINS = re.compile("[xXeE转#]")
_WORDS = (
    "电话", "手机", "座机", "固话", "我的号码", "联系号码", "号码是",
    "致电", "拨打", "联系方式", "传真", "携帯", "携帯番号",
    "전화", "전화번호", "휴대폰", "핸드폰", "연락처", "phone", "phone number", "telephone", "tel", "mobile", "cell",
    "cellphone", "fax", "whatsapp", "call me", "text me", "call us", "dial", "reach me", "reach us", "phones",
    "call him", "call her", "call them", "call back", "calling me", "called me", "missed call", "voicemail", "text us",
    "texted", "messages to", "message to", "answering at", "answer at", "reach him", "reach her", "reach them",
    "contact me at", "contact us at", "reached at", "contacted at", "reached on", "my registered",
    "my number", "contact:", "ring me", "contact number", "landline", "telefon", "telefonnummer", "handy", "mobil",
    "mobilnummer", "rufnummer", "téléphone", "portable", "tél", "telefono", "teléfono", "celular", "móvil", "telefone",
    "ligar", "telemóvel", "cellulare", "telefoon", "puhelin", "puh",
)  # fmt: skip


@pattern(
    kind="PHONE",
    country="generic",
    layout="+ or 00, country code, national number of the length that the country's plan knows; (0) may stand between",
    source="ITU-T E.164; ITU-T E.123",
    pattern=r"(?<![0-9A-Za-z+])\(?\+\)? ?[1-9](?:(?:(?! ?/ )[ \-./()]){0,3}[0-9]){6,16}" + _EXTENSION + RIGHT,
    context=_WORDS,
    minimum_digits=8,
    needs="+",
    reach=10,
    before=1,
    priority=70,
)
def international_phone(value: str, context: Context) -> float:
    """Judge one number by its length after the country code."""
    digits = digits_of(_EXTENSION_BEGINS.split(_TRUNK.sub("", value), maxsplit=1)[0])
    decimal = value.count(".") == 1 and not any(mark in value for mark in " -()/")
    if context is Context.DECOY or (decimal and context is Context.NONE):
        return 0.0
    if possible_number(digits):
        return 1.0 if context is Context.SUPPORT else 0.9
    return 0.7 if context is Context.SUPPORT and 8 <= len(digits) <= 15 else 0.0


@number(
    kind="PHONE",
    country="generic",
    layout="00 or 011, country code, national number",
    source="ITU-T E.164; ITU-T E.123",
    shape="0(?:0|11)[1-9][0-9]{7,14}",
    lengths=tuple(range(11, 18)),
    context=_WORDS,
    beside=True,
    priority=63,
)
def prefixed_phone(value: str, context: Context) -> float:
    """Judge one number: the words for it, and a length that the country's plan knows."""
    del context
    possible = possible_number(value[3 if value.startswith("011") else 2 :])
    return 0.9 if possible else 0.0


@number(
    kind="PHONE",
    country="generic",
    layout="7 to 13 digits in groups beside a word for telephones; hotlines of China (400, 800, 95x) are left alone",
    source="ITU-T E.123",
    shape="(?!400|800|95[0-9]{3}$|10086|10010|10000$|123)[0-9]{7,13}",
    lengths=tuple(range(7, 14)),
    context=_WORDS,
    grouping=r"[0-9]+(?: [1-9]){0,6}|1(?: 1){6,12}",
    beside=True,
    priority=45,
)
def announced_phone(value: str, context: Context) -> float:
    """Judge one number: only beside the words for it."""
    del value, context
    return 0.7


@number(
    kind="PHONE",
    country="generic",
    layout="0, one of 5 7 8 9, 0 and 8 digits (mobiles of Japan); 010 and 8 digits (mobiles of Korea); printed 3 4 4",
    source="Ministry of Internal Affairs and Communications (Japan); Ministry of Science and ICT (Korea)",
    shape="0[5789]0[0-9]{8}|010[2-9][0-9]{7}",
    lengths=(11,),
    context=_WORDS,
    grouping="11|3 4 4",
    priority=46,
)
def mobile_of_japan(value: str, context: Context) -> float:
    """Judge one number: its layout is rare enough to stand alone."""
    del value
    return {Context.DECOY: 0.0, Context.NONE: 0.6, Context.SUPPORT: 0.9}[context]


@pattern(
    kind="PHONE",
    country="generic",
    layout="0 and area code, 3 or 4 digits, 4 digits, with hyphens (fixed lines of Japan and Korea)",
    source="Ministry of Internal Affairs and Communications (Japan); Ministry of Science and ICT (Korea)",
    pattern=r"(?<![0-9A-Za-z.\-])0[1-9][0-9]{0,2}-[0-9]{3,4}-[0-9]{4}(?![0-9A-Za-z]|[\-.][0-9])",
    context=_WORDS,
    minimum_digits=9,
    needs="-",
    priority=46,
)
def hyphenated_phone(value: str, context: Context) -> float:
    """Judge one number: its layout is rare enough to stand alone."""
    plausible = 9 <= len(digits_of(value)) <= 11
    return {Context.DECOY: 0.0, Context.NONE: 0.6, Context.SUPPORT: 0.9}[context] if plausible else 0.0


@number(
    kind="PHONE",
    country="generic",
    layout="07 and 9 digits (mobiles of the United Kingdom), printed 5 6, 5 3 3 or 4 3 4",
    source="Ofcom, National Telephone Numbering Plan",
    shape="07[1-57-9][0-9]{8}",
    lengths=(11,),
    context=_WORDS,
    grouping="11|5 6|5 3 3|4 3 4",
    priority=46,
)
def mobile_of_britain(value: str, context: Context) -> float:
    """Judge one number: its layout is rare enough to stand alone."""
    del value
    return {Context.DECOY: 0.0, Context.NONE: 0.55, Context.SUPPORT: 0.9}[context]


@pattern(
    kind="PHONE",
    country="generic",
    layout="00, country code, national number in two groups or more that are not all alike, as bytes in a dump are",
    source="ITU-T E.123",
    pattern=r"(?<![0-9A-Za-z.\-+])00[1-9][0-9]{0,2}(?:[ \-][0-9]{1,8}){2,6}(?![0-9A-Za-z]|[ \-.][0-9])",
    context=_WORDS,
    minimum_digits=10,
    priority=62,
)
def grouped_prefixed_phone(value: str, context: Context) -> float:
    """Judge one number by its length after the country code, and by its groups."""
    first, *rest = value.replace("-", " ").split()
    if len({len(group) for group in (first, *rest)}) == 1 or not possible_number("".join((first[2:], *rest))):
        return 0.0
    return {Context.DECOY: 0.0, Context.NONE: 0.6, Context.SUPPORT: 0.9}[context]


@pattern(
    kind="PHONE",
    country="generic",
    layout="01 to 09 and four pairs of digits, divided by spaces or by dots (France); no more pairs around",
    source="Arcep, plan national de numérotation",
    pattern=r"(?<![0-9A-Za-z.\-+])(?<![0-9A-Fa-f] )0[1-9](?:(?: [0-9]{2}){4}|(?:\.[0-9]{2}){4})"
    r"(?![0-9A-Za-z]|[ .\-][0-9A-F])",
    context=_WORDS,
    minimum_digits=10,
    priority=46,
)
def phone_of_france(value: str, context: Context) -> float:
    """Judge one number: its layout is rare enough to stand alone."""
    del value
    return {Context.DECOY: 0.0, Context.NONE: 0.6, Context.SUPPORT: 0.9}[context]


@pattern(
    kind="PHONE",
    country="generic",
    layout="an area code with its 0, or one of Brazil before a mobile, in brackets; 3 or 4 digits, 4 digits",
    source="Anatel, plano de numeração; ACMA, Telecommunications Numbering Plan",
    pattern=r"(?<![0-9A-Za-z])(?:\(0[1-9][0-9]{0,3}\) ?[0-9]{3,4}[ \-]?[0-9]{4}|\([1-9][0-9]\) ?9[0-9]{4}[ \-][0-9]{4})"
    r"(?![0-9A-Za-z]|[\-.][0-9])",
    context=_WORDS,
    minimum_digits=9,
    needs="(",
    before=1,
    priority=46,
)
def bracketed_phone(value: str, context: Context) -> float:
    """Judge one number: its layout is rare enough to stand alone."""
    plausible = 9 <= len(digits_of(value)) <= 11
    return {Context.DECOY: 0.0, Context.NONE: 0.6, Context.SUPPORT: 0.9}[context] if plausible else 0.0


@number(
    kind="PHONE",
    country="generic",
    layout="011x, 01x1 and 7 digits, printed 4 3 4; 02x and 8 digits, printed 3 4 4 (fixed lines of Britain)",
    source="Ofcom, National Telephone Numbering Plan",
    shape="0(?:11[3-8]|1[2-69]1)[2-9][0-9]{6}|02[03489][0-9]{8}",
    lengths=(11,),
    context=_WORDS,
    grouping="4 3 4|3 4 4",
    priority=45,
)
def landline_of_britain(value: str, context: Context) -> float:
    """Judge one number: printed so, it is rare enough to stand alone."""
    del value
    return {Context.DECOY: 0.0, Context.NONE: 0.55, Context.SUPPORT: 0.9}[context]
