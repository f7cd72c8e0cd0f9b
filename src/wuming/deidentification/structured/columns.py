"""Which fields hold a value of one type as a whole: known by name, or by content.

A name such as `mobile` or 手机号 says it alone. A name such as `name` may be a product's: it counts where the content
agrees. What content says is decided once on the first records of a file; that is a decision about the table and not
about one subject, so where a later step counts subjects, write it into the policy's `fields`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from wuming.core.ports import PersonalDataDetector
from wuming.deidentification.normalisation import normalise
from wuming.deidentification.structured.leaves import Leaf, Path

SAMPLE: Final = 200
"""Records that are looked at."""

_AGREES, _SAYS = 0.3, 0.8
_FEWEST = 5
_LONGEST = 80
_WORD = re.compile(r"[a-z]+|[一-鿿]+")
_EMPTY = frozenset(
    {"", "-", "--", "n/a", "na", "null", "none", "nil", "unknown", "无", "未知", "空", "暂无", "保密", "/"}
)

_NAMES: Final[Mapping[str, str]] = {
    "PHONE": "mobile|phone|telephone|tel|cellphone|phone number|"
    "手机|手机号|手机号码|电话|电话号码|联系电话|联络电话|联系方式",
    "EMAIL": "email|mail|e mail|email address|邮箱|电子邮箱|电子邮件|邮件",
    "PERSON": "姓名|客户姓名|联系人|联络人|收件人|收货人|full name|first name|last name|surname|given name|real name|"
    "customer name|contact name",
    "CN_RESIDENT_ID": "身份证|身份证号|身份证号码|证件号码|id card|idcard|identity card|resident id",
    "TW_ID": "身分证|身分证号|身分证字号|身份证字号",
    "BANK_CARD": "银行卡|银行卡号|卡号|bank card|card no|card number",
    "ADDRESS": "收货地址|家庭住址|住址|通讯地址|通信地址|户籍地址|居住地址|"
    "street|home address|shipping address|street address",
    "WECHAT": "微信|微信号|wechat|weixin",
    "QQ": "qq|qq号",
    "PASSPORT": "护照|护照号|护照号码|passport|passport number",
    "CN_PLATE": "车牌|车牌号|license plate|plate",
    "US_SSN": "ssn|social security number",
    "DATE_OF_BIRTH": "出生日期|生日|出生年月|出生年月日|birthday|birthdate|birth date|date of birth|dob",
    "AGE": "年龄|age",
    "GENDER": "性别|gender|sex",
    "ETHNICITY": "民族|ethnicity|race",
    "NATIONALITY": "国籍|nationality",
    "RELIGION": "宗教|宗教信仰|religion",
    "IP_ADDRESS": "ip|ip address|ip地址",
    "USERNAME": "用户名|username|user name|login|nickname|昵称",
    "SECRET": "password|密码|api key|secret|access key|access token",
}
_STRONG = {name: kind for kind, names in _NAMES.items() for name in names.split("|")}
_QUALIFIED = frozenset({"PHONE", "EMAIL", "PASSPORT", "US_SSN", "DATE_OF_BIRTH", "USERNAME", "SECRET", "WECHAT"})
_MAYBE: Final[Mapping[str, tuple[str, str]]] = {
    "PERSON": ("name|名字|名称|person|author|user|customer|owner", "姓名：{}，"),
    "ADDRESS": ("address|地址|addr|location", "地址：{}"),
    "ORGANIZATION": ("company|公司|单位|employer|organization", "公司：{}"),
}
_WEAK = {name: (kind, sentence) for kind, (names, sentence) in _MAYBE.items() for name in names.split("|")}


def by_name(path: Path) -> str | None:
    """Return the type that a field's own name states, or None."""
    name = _spelled(path)
    found = _STRONG.get(name)
    if found is None and " " in name:
        # customer phone, billing email: what comes last says what it is.
        last = _STRONG.get(name.rpartition(" ")[2])
        found = last if last in _QUALIFIED else None
    return found


def fixed_fields(records: Iterable[Sequence[Leaf]], detector: PersonalDataDetector) -> dict[str, str]:
    """Return the fields whose every value is of one type, by the first records; list places are written as `*`.

    Args:
        records: the leaves of each record; at most `SAMPLE` are looked at.
        detector: judges the content.
    """
    cells: dict[str, list[str]] = {}
    paths: dict[str, Path] = {}
    for number, leaves in enumerate(records):
        if number == SAMPLE:
            break
        for leaf in leaves:
            if leaf.path:
                pattern = pattern_of(leaf.path)
                paths[pattern] = leaf.path
                if not is_empty(leaf.text):
                    cells.setdefault(pattern, []).append(leaf.text)
    found = {}
    for pattern, values in cells.items():
        kind = by_name(paths[pattern]) or _by_content(_spelled(paths[pattern]), values, detector)
        if kind:
            found[pattern] = kind
    return found


def pattern_of(path: Path) -> str:
    """Return a path with `*` for places in lists: `messages.*.content`."""
    return ".".join("*" if isinstance(part, int) else part for part in path)


def is_empty(text: str) -> bool:
    """Say whether a cell says that there is no value."""
    return text.strip().casefold() in _EMPTY


def _by_content(name: str, values: Sequence[str], detector: PersonalDataDetector) -> str | None:
    if len(values) < _FEWEST or any(len(value) > _LONGEST for value in values):
        return None
    kinds: dict[str, int] = {}
    weak = _WEAK.get(name)
    supported = 0
    for value in values:
        spans = detector.find(value)
        if len(spans) == 1 and spans[0].start == 0 and spans[0].end == len(value):
            kinds[spans[0].kind] = kinds.get(spans[0].kind, 0) + 1
        if weak:
            kind, sentence = weak
            text = sentence.format(value)
            start = text.index(value)
            supported += any(
                span.kind == kind and span.start <= start and span.end >= start + len(value)
                for span in detector.find(text)
            )
    if weak and supported >= _AGREES * len(values):
        return weak[0]
    best = max(kinds, key=lambda kind: kinds[kind], default=None)
    return best if best is not None and kinds[best] >= _SAYS * len(values) else None


def _spelled(path: Path) -> str:
    """Return the last name of a path as words: `customerName`, `customer_name` → `customer name`."""
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", normalise(name).text).lower()
    return " ".join(_WORD.findall(apart))
