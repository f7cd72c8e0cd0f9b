"""One value or more of each entity type, as people write them."""

from __future__ import annotations

from wuming.core.ports import Span

EXAMPLES = {
    "PERSON": ("张伟", "欧阳先生", "Sarah Miller"),
    "ADDRESS": ("北京市朝阳区建国路88号", "123 Main St, Springfield, IL 62704"),
    "LOCATION": ("深圳市", "Paris"),
    "ORGANIZATION": ("北京某某科技有限公司", "Acme Systems Inc."),
    "PHONE": ("138-1234-5678", "010-62345678", "+1 (303) 555-1234", "+86 755 8765 4321", "+44 20 7946 0958"),
    "EMAIL": ("zhangwei@corp.cn",),
    "CN_RESIDENT_ID": ("11010519491231002X", "110105491231002"),
    "CN_FOREIGN_PERMANENT_RESIDENT": ("CHN110000010101", "911124198108030024"),
    "CN_USCC": ("91350100M000100Y43",),
    "BANK_CARD": ("6222 0212 3456 7890 128",),
    "CREDIT_CARD": ("4111111111111111",),
    "CN_PLATE": ("京A·12345", "粤BD12345"),
    "US_PLATE": ("7ABC123",),
    "CN_PASSPORT": ("E12345678",),
    "PASSPORT": ("123456789",),
    "CN_TRAVEL_PERMIT": ("H12345678", "12345678"),
    "CN_MILITARY_ID": ("军字第1234567号",),
    "CN_SOCIAL_SECURITY": ("A12345678", "11010519491231002X"),
    "CN_MEDICAL_INSURANCE": ("123456789012",),
    "HK_ID": ("A123456(3)",),
    "MO_ID": ("1234567(8)",),
    "TW_ID": ("A123456789",),
    "WECHAT": ("lily_2024",),
    "QQ": ("12345678",),
    "WEIBO": ("@小明同学",),
    "IMEI": ("490154203237518",),
    "VIN": ("1HGCM82633A004352",),
    "IBAN": ("GB82 WEST 1234 5698 7654 32",),
    "SWIFT_BIC": ("DEUTDEFF500",),
    "US_SSN": ("078-05-1120",),
    "US_ITIN": ("912-70-1234",),
    "US_BANK_ROUTING": ("021000021",),
    "US_DRIVER_LICENSE": ("D1234567",),
    "UK_NHS": ("943 476 5919",),
    "UK_NINO": ("AB 12 34 56 C",),
    "IP_ADDRESS": ("10.1.2.3", "fe80::1:2:3"),
    "MAC_ADDRESS": ("00:1A:2B:3C:4D:5E",),
    "URL": ("https://user:pw@host.example/a?token=1",),
    "CRYPTO_ADDRESS": (
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "0x52908400098527886e0f7030069857d2e4169ee7",
    ),
    "SECRET": ("sk-ant-abc123DEF456", "AKIAIOSFODNN7EXAMPLE"),
    "GEO_COORDINATE": ("39.9042, 116.4074",),
    "USERNAME": ("lily99",),
    "LICENSE_NUMBER": ("A1234567",),
    "ORDER_OR_ACCOUNT": ("ACC-123456",),
    "DATE_OF_BIRTH": ("1990-01-02", "1990年1月2日", "Jan 2, 1990"),
    "AGE": ("35岁", "三十五岁", "aged 93"),
    "GENDER": ("男", "Female"),
    "NATIONALITY": ("中国籍", "American"),
    "ETHNICITY": ("汉族", "Hispanic"),
    "RELIGION": ("佛教", "Buddhist"),
    "MEDICAL": ("糖尿病", "asthma"),
}
"""Kind → values."""

VALUES = [(kind, value) for kind, values in EXAMPLES.items() for value in values]


class Whole:
    """A detector that takes every text for one value."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def find(self, text: str) -> list[Span]:
        """Return the whole text."""
        return [Span(0, len(text), self.kind)]


class Marked:
    """A detector that knows the spans of given texts."""

    def __init__(self, spans: dict[str, list[Span]]) -> None:
        self.spans = spans

    def find(self, text: str) -> list[Span]:
        """Return the spans that were written down for this text."""
        return self.spans[text]


def marked(*parts: str | tuple[str, str]) -> tuple[str, list[Span]]:
    """Return the text of parts, plain ones and (kind, value), with the spans of the latter."""
    text, spans = "", []
    for part in parts:
        value = part if isinstance(part, str) else part[1]
        if not isinstance(part, str) and value:
            spans.append(Span(len(text), len(text) + len(value), part[0]))
        text += value
    return text, spans
