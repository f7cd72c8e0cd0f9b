"""Surrogates of addresses, places and organisations: invented, of the same parts and in the same language."""

from __future__ import annotations

import re

from wuming.deidentification.lexicon.places import PROVINCES, STATE_NAMES, STATES
from wuming.deidentification.operators.setting import Setting, Value
from wuming.deidentification.operators.stream import Stream
from wuming.deidentification.operators.surrogates import words
from wuming.deidentification.operators.surrogates.layout import in_case, is_chinese

_REGION = re.compile(
    rf"^(?:中国)?(?:{'|'.join(PROVINCES)})(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)?"
    r"(?:[一-鿿]{2,8}?(?:市|自治州|地区|盟))?"
)
_STATE = re.compile(
    rf"({'|'.join(sorted((*STATE_NAMES, *STATES), key=len, reverse=True))})\.?(,? [0-9]{{5}}(?:-[0-9]{{4}})?)?$"
)
_PLACE_SUFFIX = re.compile(r"(?:特别行政区|自治区|自治州|街道|省|市|区|县|镇|乡|村|州|盟|旗|路|街|站|港|岛|山|湖)$")
_COMPANY_SUFFIX = re.compile(
    r"(?:(?:集团)?(?:股份|责任|科技|贸易)?有限(?:责任)?公司|股份公司|集团公司|分公司|公司|集团|银行(?:[一-鿿]{0,6}[分支]行)?|大学(?:附属[一-鿿]{0,4}医院)?|学院|"
    r"中学|小学|幼儿园|(?:人民|中心|中)?医院|研究院|研究所|出版社|事务所|派出所|公安局|法院|检察院|委员会|协会|基金会|酒店|超市|商店|工厂|厂|店|局|部|社|队)$"
)
_ENGLISH_SUFFIX = re.compile(
    r"(?:,? (?:Inc|LLC|Ltd|Limited|Corp|Corporation|Co|Company|PLC|GmbH|AG|Group|Holdings|Bank|University|College|"
    r"School|Hospital|Clinic|Foundation|Institute|Association|Partners|LLP)\.?)+$"
)


def address(value: Value, stream: Stream, setting: Setting) -> str:
    """As deep as the original: a district stays a district, a room gets a room. With `region`: the city stays."""
    plain = value.plain.strip()
    if not is_chinese(plain):
        return _english_address(plain, stream, setting)
    region = _REGION.match(plain)
    kept = region.group() if region and "region" in setting.keep else ""
    rest = plain[len(region.group()) :] if region else plain
    parts = [kept or (f"{stream.choose(words.CITIES)}市" if region or "市" in rest or len(rest) > 6 else "")]
    if re.search("[区县旗]", rest):
        parts.append(f"{stream.choose(words.DISTRICTS)}区")
    if "镇" in rest or "乡" in rest:
        parts.append(f"{stream.choose(words.VILLAGES)}镇")
    if "村" in rest:
        parts.append(f"{stream.choose(words.VILLAGES)}村")
    if re.search("[路街道巷弄]", rest):
        parts.append(f"{stream.choose(words.ROADS)}路")
    if "号" in rest or not any(parts):
        parts.append(f"{1 + stream.below(999)}号")
    if re.search("小区|花园|苑|公寓|家园|大厦|广场|城|院", rest):
        parts.append(stream.choose(words.ESTATES))
    if re.search("[栋幢座]|号楼", rest):
        parts.append(f"{1 + stream.below(40)}栋")
    if "单元" in rest:
        parts.append(f"{1 + stream.below(6)}单元")
    if re.search("[室房层]", rest) or rest[-1:].isdigit():
        parts.append(f"{1 + stream.below(30)}{1 + stream.below(6):02}室")
    return "".join(parts)


def _english_address(plain: str, stream: Stream, setting: Setting) -> str:
    street = f"{100 + stream.below(9900)} {stream.choose(words.STREETS)} {stream.choose(words.STREET_TYPES)}"
    if re.search(r"\b(?:apt|apartment|suite|ste|unit|floor|fl)\b|#", plain, re.IGNORECASE):
        street += f", Apt {1 + stream.below(400)}"
    state = _STATE.search(plain)
    if state is None and "," not in plain:
        return street
    if "region" in setting.keep and state is not None:
        return f"{street}, {stream.choose(words.TOWNS)}, {state.group(1)}" + (" 00000" if state.group(2) else "")
    code = f" {stream.digits(5)}" if re.search(r"[0-9]{5}", plain[len(plain) // 2 :]) else ""
    return f"{street}, {stream.choose(words.TOWNS)}, ZZ{code}"


def location(value: Value, stream: Stream, setting: Setting) -> str:
    """An invented place with the same suffix (市, 区, 县); with `region`: a place of a known province keeps it."""
    plain = value.plain.strip()
    if not is_chinese(plain):
        return in_case(plain, stream.successor(words.TOWNS, plain, "town"))
    region = _REGION.match(plain)
    if region and "region" in setting.keep and region.end() < len(plain):
        return region.group() + stream.choose(words.DISTRICTS) + "区"
    suffix = _PLACE_SUFFIX.search(plain)
    name = stream.successor(words.CITIES, plain, "city")
    return name + (suffix.group() if suffix and suffix.start() else "")


def organization(value: Value, stream: Stream, setting: Setting) -> str:
    """An invented company, school or hospital: what it is stays, its name goes; with `region` its city stays."""
    plain = value.plain.strip()
    if not is_chinese(plain):
        suffix = _ENGLISH_SUFFIX.search(plain)
        end = f" {stream.choose(words.COMPANY_TRADES)}{suffix.group() if suffix else ''}"
        return f"{stream.choose(words.COMPANIES)} {stream.choose(words.COMPANIES)}{end}"
    region = _REGION.match(plain)
    kept = region.group() if region and "region" in setting.keep else ""
    found = _COMPANY_SUFFIX.search(plain)
    suffix_text = found.group() if found and found.start() else ""
    trade = stream.choose(words.TRADES) if suffix_text.endswith(("公司", "集团")) or not suffix_text else ""
    return f"{kept}{stream.choose(words.BRANDS)}{stream.choose(words.BRANDS)}{trade}{suffix_text}"
