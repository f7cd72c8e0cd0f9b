"""surrogate: another value of the same kind and format, that belongs to nobody where ranges are kept free.

What imitates what is in `surrogates/`, one file for numbers, contacts, names, places and attributes.
"""

from __future__ import annotations

from wuming.deidentification.operators.setting import Setting, Value
from wuming.deidentification.operators.stream import Stream
from wuming.deidentification.operators.surrogates import attributes, contacts, names, numbers, places
from wuming.deidentification.operators.surrogates.numbers import Maker

MAKERS: dict[str, Maker] = {
    "PERSON": names.person, "ADDRESS": places.address, "LOCATION": places.location,
    "ORGANIZATION": places.organization, "PHONE": numbers.phone, "EMAIL": contacts.email,
    "CN_RESIDENT_ID": numbers.resident_id, "CN_FOREIGN_PERMANENT_RESIDENT": numbers.permanent_resident,
    "CN_USCC": numbers.uscc, "BANK_CARD": numbers.card, "CREDIT_CARD": numbers.card, "CN_PLATE": numbers.plate,
    "US_PLATE": numbers.plate, "CN_PASSPORT": numbers.chinese_passport, "PASSPORT": numbers.passport,
    "CN_TRAVEL_PERMIT": numbers.travel_permit, "CN_MILITARY_ID": numbers.same_layout,
    "CN_SOCIAL_SECURITY": numbers.same_layout, "CN_MEDICAL_INSURANCE": numbers.same_layout,
    "HK_ID": numbers.hong_kong, "MO_ID": numbers.macao, "TW_ID": numbers.taiwan, "WECHAT": contacts.wechat,
    "QQ": numbers.qq, "WEIBO": contacts.account, "IMEI": numbers.imei, "VIN": numbers.vin, "IBAN": numbers.iban,
    "SWIFT_BIC": numbers.bank_code, "US_SSN": numbers.ssn, "US_ITIN": numbers.itin,
    "US_BANK_ROUTING": numbers.routing, "US_DRIVER_LICENSE": numbers.same_layout, "UK_NHS": numbers.nhs,
    "UK_NINO": numbers.nino, "IP_ADDRESS": contacts.ip, "MAC_ADDRESS": contacts.mac, "URL": contacts.url,
    "CRYPTO_ADDRESS": contacts.wallet, "SECRET": contacts.secret, "GEO_COORDINATE": contacts.coordinates,
    "USERNAME": contacts.account, "LICENSE_NUMBER": numbers.same_layout, "ORDER_OR_ACCOUNT": numbers.same_layout,
    "DATE_OF_BIRTH": attributes.birth, "AGE": attributes.age, "GENDER": attributes.gender,
    "NATIONALITY": attributes.nationality, "ETHNICITY": attributes.ethnicity, "RELIGION": attributes.religion,
    "MEDICAL": attributes.medical,
}  # fmt: skip
"""Kind → what makes its surrogates."""


def surrogate(value: Value, stream: Stream, setting: Setting) -> str:
    """Return a value of the same kind in the same format; of kinds of one's own: the same layout, drawn anew."""
    return MAKERS.get(value.kind, numbers.same_layout)(value, stream, setting)
