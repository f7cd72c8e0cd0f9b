"""redact: the name of the type in the place of the value. Nothing of the value stays, not even its length."""

from __future__ import annotations

from wuming.deidentification.operators.stream import Stream

LABELS = {
    "PERSON": ("姓名", "NAME"),
    "ADDRESS": ("地址", "ADDRESS"),
    "CN_RESIDENT_ID": ("身份证号", "ID NUMBER"),
    "PHONE": ("手机号", "MOBILE"),
    "PHONE": ("电话", "PHONE"),
    "BANK_CARD": ("银行卡号", "BANK CARD"),
    "CREDIT_CARD": ("信用卡号", "CREDIT CARD"),
    "EMAIL": ("邮箱", "EMAIL"),
    "IP_ADDRESS": ("IP地址", "IP ADDRESS"),
    "CN_USCC": ("信用代码", "CREDIT CODE"),
    "PASSPORT": ("护照号", "PASSPORT"),
    "CN_PLATE": ("车牌号", "PLATE"),
    "WECHAT": ("微信号", "WECHAT"),
    "QQ": ("QQ号", "QQ"),
    "US_SSN": ("社会安全号", "SSN"),
    "IBAN": ("银行账号", "IBAN"),
}


def redact(value: str, kind: str, language: str, stream: Stream) -> str:
    """Return `[手机号]` in Chinese text, `[MOBILE]` in other text."""
    del value, stream
    chinese, english = LABELS.get(kind, (kind, kind.upper()))
    return f"[{chinese if language == 'zh' else english}]"
