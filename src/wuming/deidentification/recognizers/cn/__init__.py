"""Identifiers of mainland China."""

from wuming.deidentification.recognizers.cn import (
    bank_card,
    landline,
    mobile,
    passport,
    plate,
    qq,
    resident_id,
    uscc,
    wechat,
)

__all__ = ["bank_card", "landline", "mobile", "passport", "plate", "qq", "resident_id", "uscc", "wechat"]
