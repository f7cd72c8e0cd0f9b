"""The entity types, and what they have in common."""

from __future__ import annotations

STRUCTURED = (
    "PHONE", "EMAIL", "CN_RESIDENT_ID", "CN_FOREIGN_PERMANENT_RESIDENT", "CN_USCC", "BANK_CARD", "CREDIT_CARD",
    "CN_PLATE", "US_PLATE", "CN_PASSPORT", "PASSPORT", "CN_TRAVEL_PERMIT", "CN_MILITARY_ID", "CN_SOCIAL_SECURITY",
    "CN_MEDICAL_INSURANCE", "HK_ID", "MO_ID", "TW_ID", "WECHAT", "QQ", "WEIBO", "IMEI", "VIN", "IBAN", "SWIFT_BIC",
    "US_SSN", "US_ITIN", "US_BANK_ROUTING", "US_DRIVER_LICENSE", "UK_NHS", "UK_NINO", "IP_ADDRESS", "MAC_ADDRESS",
    "URL", "CRYPTO_ADDRESS", "SECRET", "GEO_COORDINATE", "USERNAME", "LICENSE_NUMBER", "ORDER_OR_ACCOUNT",
)  # fmt: skip
"""Known by layout, check digits or the words beside them."""

IDENTIFYING = tuple(
    kind for kind in STRUCTURED if kind not in {"CN_USCC", "SWIFT_BIC", "US_BANK_ROUTING", "GEO_COORDINATE", "URL"}
)
"""Those of them that name people, rather than firms, places and pages."""

NAMED = ("PERSON", "ADDRESS", "LOCATION", "ORGANIZATION")
"""Known by lexicons, grammars and context."""

ATTRIBUTES = ("DATE_OF_BIRTH", "AGE", "GENDER", "NATIONALITY", "ETHNICITY", "RELIGION", "MEDICAL")
"""What is said about somebody: identifies together with other things."""

KINDS = (*NAMED, *STRUCTURED, *ATTRIBUTES)
