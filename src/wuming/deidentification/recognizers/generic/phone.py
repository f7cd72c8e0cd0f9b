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
    "电话", "手机", "座机", "固话", "号码", "致电", "拨打", "联系方式", "传真", "電話", "携帯", "手機", "携帯番号",
    "전화", "전화번호", "휴대폰", "핸드폰", "연락처", "phone", "phone number", "telephone", "tel", "mobile", "cell",
    "cellphone", "fax", "whatsapp", "call me", "text me", "call us", "call", "dial", "reach me", "reach us", "phones",
    "my number", "ring me", "contact number", "landline", "telefon", "telefonnummer", "handy", "mobil", "mobilnummer",
    "rufnummer", "téléphone", "portable", "tél", "telefono", "teléfono", "celular", "móvil", "telefone", "ligar",
    "telemóvel", "cellulare", "telefoon", "puhelin", "puh",
)  # fmt: skip


@pattern(
    kind="PHONE",
    country="generic",
    layout="+ or 00, country code, national number of the length that the country's plan knows; (0) may stand between",
    source="ITU-T E.164; ITU-T E.123",
    pattern=r"(?<![0-9A-Za-z+])\(?\+\)? ?[1-9](?:[ \-./()]{0,3}[0-9]){6,16}" + _EXTENSION + RIGHT,
    context=_WORDS,
    minimum_digits=8,
    needs="+",
    reach=10,
    before=1,
    priority=65,
)
def international_phone(value: str, context: Context) -> float:
    """Judge one number by its length after the country code."""
    digits = digits_of(_EXTENSION_BEGINS.split(_TRUNK.sub("", value), maxsplit=1)[0])
    if context is Context.DECOY:
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
    priority=63,
)
def prefixed_phone(value: str, context: Context) -> float:
    """Judge one number: the words for it, and a length that the country's plan knows."""
    possible = possible_number(value[3 if value.startswith("011") else 2 :])
    return 0.9 if possible and context is Context.SUPPORT else 0.0


@number(
    kind="PHONE",
    country="generic",
    layout="7 to 13 digits in groups beside a word for telephones; hotlines of China (400, 800, 95x) are left alone",
    source="ITU-T E.123",
    shape="(?!400|800|95[0-9]{3}$|10086|10010|10000$|123)[0-9]{7,13}",
    lengths=tuple(range(7, 14)),
    context=_WORDS,
    grouping=r"(?:[2-9]|1[0-3])|[1-7] [2-9](?: [1-5])?(?: [1-5])?(?: [1-4])?(?: [1-4])?|1(?: 1){6,12}",
    priority=45,
)
def announced_phone(value: str, context: Context) -> float:
    """Judge one number: only beside the words for it."""
    del value
    return 0.7 if context is Context.SUPPORT else 0.0


@number(
    kind="PHONE",
    country="generic",
    layout="0 5, 7, 8 or 9 0 and 8 digits (mobiles of Japan); 010 and 8 digits (mobiles of Korea); 07 and 9 digits "
    "(mobiles of the United Kingdom); 06 or 07 and 8 digits (France); 015, 016 or 017 and 8 or 9 digits (Germany)",
    source="Ministry of Internal Affairs and Communications (Japan); MSIT (Korea); Ofcom; Arcep; Bundesnetzagentur",
    shape="0[5789]0[0-9]{8}|010[2-9][0-9]{7}|07[1-9][0-9]{8}|0[67][0-9]{8}|01[567][0-9]{8,9}",
    lengths=(10, 11, 12),
    context=_WORDS,
    grouping="1[0-2]|3 4 4|3 3 4|3 8|4 7|4 8|5 6|5 3 3|4 3 4|4 6|4 4 3|2 2 2 2 2",
    priority=46,
)
def mobile_abroad(value: str, context: Context) -> float:
    """Judge one number: eleven digits that begin with 0 stand alone; shorter ones need the words for it."""
    if context is Context.DECOY:
        return 0.0
    if context is Context.SUPPORT:
        return 0.9
    return 0.6 if len(value) == 11 and value[1] != "1" else 0.0
