"""Numbers of mobile devices."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import luhn
from wuming.deidentification.specification import DECOYS, Context, number

_WORDS = (
    "imei",
    "imei1",
    "imei2",
    "imei号",
    "imeisv",
    "meid",
    "串号",
    "串码",
    "设备号",
    "设备识别码",
    "device id",
    "设备id",
    "*#06#",
)
_DECOYS = tuple(word for word in DECOYS if word not in ("序列号", "serial", "编号", "型号", "model"))
# The first two digits: who allocated the type. 35 BABT, 86 TAF China, 01 CTIA, 99 GHA, others historic.
_BODIES = frozenset(
    {"01", "35", "86", "99", "44", "45", "49", "50", "51", "52", "53", "54", "91", "98", "10", "30", "33"}
)


@number(
    kind="IMEI",
    country="generic",
    layout="8 type allocation, 6 serial, 1 Luhn; printed as 15, 2 6 6 1 or 6 2 6 1",
    source="3GPP TS 23.003, clause 6.2.1 and Annex B",
    shape="[0-9]{15}",
    lengths=(15,),
    context=_WORDS,
    decoys=_DECOYS,
    priority=77,
)
def imei(value: str, context: Context) -> float:
    """Judge one number: Luhn holds one time in ten by chance, so it needs the words for it."""
    if context is not Context.SUPPORT:
        return 0.45 if context is Context.NONE and value[:2] in _BODIES and luhn(value) else 0.0
    return 1.0 if luhn(value) else 0.65


@number(
    kind="IMEI",
    country="generic",
    layout="8 type allocation, 6 serial, 2 software version; or 14 without the check digit (MEID: hexadecimal)",
    source="3GPP TS 23.003, clause 6.2.2; 3GPP2 S.R0048",
    shape="[0-9]{16}|[0-9]{14}|[A-F][0-9A-F]{13}",
    lengths=(14, 16),
    context=_WORDS,
    decoys=_DECOYS,
    beside=True,
    priority=74,
)
def imei_software_version(value: str, context: Context) -> float:
    """Judge one number: it has no check digit, so it needs the words for it."""
    del value, context
    return 0.8
