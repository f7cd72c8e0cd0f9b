"""redact: the name of the type in the place of the value. Nothing of the value stays, not even its length."""

from __future__ import annotations

from wuming.deidentification.operators.setting import Setting, Value
from wuming.deidentification.operators.stream import Stream

LABELS = {
    "PERSON": ("姓名", "NAME"),
    "ADDRESS": ("地址", "ADDRESS"),
    "LOCATION": ("地点", "LOCATION"),
    "ORGANIZATION": ("机构", "ORGANIZATION"),
    "PHONE": ("电话", "PHONE"),
    "EMAIL": ("邮箱", "EMAIL"),
    "CN_RESIDENT_ID": ("身份证号", "ID NUMBER"),
    "CN_FOREIGN_PERMANENT_RESIDENT": ("永久居留证号", "PERMANENT RESIDENT NUMBER"),
    "CN_USCC": ("信用代码", "CREDIT CODE"),
    "BANK_CARD": ("银行卡号", "BANK CARD"),
    "CREDIT_CARD": ("信用卡号", "CREDIT CARD"),
    "CN_PLATE": ("车牌号", "PLATE"),
    "US_PLATE": ("车牌号", "PLATE"),
    "CN_PASSPORT": ("护照号", "PASSPORT"),
    "PASSPORT": ("护照号", "PASSPORT"),
    "CN_TRAVEL_PERMIT": ("通行证号", "TRAVEL PERMIT"),
    "CN_MILITARY_ID": ("军官证号", "MILITARY ID"),
    "CN_SOCIAL_SECURITY": ("社保号", "SOCIAL SECURITY NUMBER"),
    "CN_MEDICAL_INSURANCE": ("医保号", "MEDICAL INSURANCE NUMBER"),
    "HK_ID": ("香港身份证号", "HONG KONG ID"),
    "MO_ID": ("澳门身份证号", "MACAO ID"),
    "TW_ID": ("台湾身份证号", "TAIWAN ID"),
    "WECHAT": ("微信号", "WECHAT"),
    "QQ": ("QQ号", "QQ"),
    "WEIBO": ("微博号", "WEIBO"),
    "IMEI": ("设备号", "IMEI"),
    "VIN": ("车架号", "VIN"),
    "IBAN": ("银行账号", "IBAN"),
    "SWIFT_BIC": ("银行代码", "BANK CODE"),
    "US_SSN": ("社会安全号", "SSN"),
    "US_ITIN": ("纳税人号", "ITIN"),
    "US_BANK_ROUTING": ("银行路由号", "ROUTING NUMBER"),
    "US_DRIVER_LICENSE": ("驾照号", "DRIVER LICENSE"),
    "UK_NHS": ("医疗服务号", "NHS NUMBER"),
    "UK_NINO": ("国民保险号", "NATIONAL INSURANCE NUMBER"),
    "IP_ADDRESS": ("IP地址", "IP ADDRESS"),
    "MAC_ADDRESS": ("MAC地址", "MAC ADDRESS"),
    "URL": ("网址", "URL"),
    "CRYPTO_ADDRESS": ("钱包地址", "WALLET ADDRESS"),
    "SECRET": ("密钥", "SECRET"),
    "GEO_COORDINATE": ("坐标", "COORDINATES"),
    "USERNAME": ("用户名", "USERNAME"),
    "LICENSE_NUMBER": ("证件号", "LICENSE NUMBER"),
    "ORDER_OR_ACCOUNT": ("账号", "ACCOUNT"),
    "DATE_OF_BIRTH": ("出生日期", "DATE OF BIRTH"),
    "AGE": ("年龄", "AGE"),
    "GENDER": ("性别", "GENDER"),
    "NATIONALITY": ("国籍", "NATIONALITY"),
    "ETHNICITY": ("民族", "ETHNICITY"),
    "RELIGION": ("宗教", "RELIGION"),
    "MEDICAL": ("健康信息", "HEALTH"),
}
"""Kind → its name in Chinese and in English."""


def redact(value: Value, stream: Stream, setting: Setting) -> str:
    """Return `[电话]` in Chinese text, `[PHONE]` in other text; a kind of one's own stands for itself."""
    del stream, setting
    chinese, english = LABELS.get(value.kind, (value.kind, value.kind.replace("_", " ")))
    return f"[{chinese if value.language == 'zh' else english}]"
