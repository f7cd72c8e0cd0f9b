"""Identity numbers of Taiwan, and of residents without household registration."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import taiwan
from wuming.deidentification.specification import Context, number


@number(
    kind="TW_ID",
    country="tw",
    layout="letter, 1 or 2 (sex) and 8 digits; residents since 2021: 8 or 9",
    source="Household registration rules; National Immigration Agency, number format of 2021; weights 1, 9, 8, … 1, 1",
    shape="[A-Z][1289][0-9]{8}",
    lengths=(10,),
    context=(
        "身份证", "身分证", "统一编号", "台湾", "居留证", "证号",
        "统编", "台籍", "证件", "taiwan", "taiwan id", "taiwanese", "national id", "arc",
        "resident certificate", "id number", "id card",
    ),
    priority=75,
)  # fmt: skip
def tw_id(value: str, context: Context) -> float:
    """Judge one number; one in ten passes the check by chance, so a word that names something else outweighs it."""
    right = taiwan(value)
    if context is Context.SUPPORT:
        return 1.0 if right else 0.65
    return 0.8 if right and context is Context.NONE else 0.0


@number(
    kind="TW_ID",
    country="tw",
    layout="two letters, the second A to D, and 8 digits: residents until 2021",
    source="as above",
    shape="[A-Z][A-D][0-9]{8}",
    lengths=(10,),
    context=(
        "台湾", "台籍", "居留证", "身分证", "身份证", "统一证号",
        "外侨", "taiwan", "taiwanese", "arc", "resident certificate",
    ),
    beside=True,
    priority=75,
)  # fmt: skip
def tw_resident(value: str, context: Context) -> float:
    """Judge one number beside the words for it."""
    del context
    return 1.0 if taiwan(value) else 0.65


@number(
    kind="TW_ID",
    country="tw",
    layout="two letters, the second A to D, and 8 digits, standing alone",
    source="as above",
    shape="[A-Z][A-D][0-9]{8}",
    lengths=(10,),
    priority=60,
)
def bare_tw_resident(value: str, context: Context) -> float:
    """Judge one number by its check: it gives way to whatever a word names."""
    return 0.8 if taiwan(value) and context is Context.NONE else 0.0
