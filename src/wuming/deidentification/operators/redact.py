"""redact: the name of the type in the place of the value. Nothing of the value stays, not even its length."""

from __future__ import annotations

from wuming.deidentification.operators.stream import Stream

LABELS = {
    "person_name": ("姓名", "NAME"),
    "address": ("地址", "ADDRESS"),
    "resident_id": ("身份证号", "ID NUMBER"),
    "mobile": ("手机号", "MOBILE"),
    "landline": ("电话", "PHONE"),
    "bank_card": ("银行卡号", "BANK CARD"),
    "credit_card": ("信用卡号", "CREDIT CARD"),
    "email": ("邮箱", "EMAIL"),
    "ip": ("IP地址", "IP ADDRESS"),
    "uscc": ("信用代码", "CREDIT CODE"),
    "passport": ("护照号", "PASSPORT"),
    "plate": ("车牌号", "PLATE"),
    "wechat": ("微信号", "WECHAT"),
    "qq": ("QQ号", "QQ"),
    "ssn": ("社会安全号", "SSN"),
    "iban": ("银行账号", "IBAN"),
}


def redact(value: str, kind: str, language: str, stream: Stream) -> str:
    """Return `[手机号]` in Chinese text, `[MOBILE]` in other text."""
    del value, stream
    chinese, english = LABELS.get(kind, (kind, kind.upper()))
    return f"[{chinese if language == 'zh' else english}]"
