"""Unified social credit codes and the tax numbers before them: of firms, and of the self-employed, whom they name."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import organization_check, uscc_check
from wuming.deidentification.specification import Context, number

_WORDS = (
    "信用代码", "社会信用", "信用码", "税号", "纳税人", "识别号", "统一代码", "机构代码", "组织代码", "机关代码",
    "营业执照", "开票", "抬头", "uscc", "credit code", "tax", "tax id", "taxpayer", "tax number",
)  # fmt: skip


@number(
    kind="CN_USCC",
    country="cn",
    layout="18 of 0-9 and A-Y without I, O, S, V, Z; department, category, 6 area, 9 organisation code, check "
    "character",
    source="GB 32100-2015",
    shape="[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}",
    lengths=(18,),
    context=_WORDS,
    priority=84,
)
def uscc(value: str, context: Context) -> float:
    """Judge one code. Registered codes with a wrong check character exist, so the words for it suffice."""
    if uscc_check(value[:17]) == value[17]:
        # Digits alone are a resident identity number or chance (one in 31).
        if value.isdigit():
            chance = organization_check(value[8:16]) != value[16]
            return 0.9 if context is Context.SUPPORT else 0.0 if chance or context is Context.DECOY else 0.6
        return 1.0
    return 0.7 if context is Context.SUPPORT and len(set(value)) > 2 else 0.0


@number(
    kind="CN_USCC",
    country="cn",
    layout="6 area + 9 organisation code, its last the check character (0-9, X); issued until 2015",
    source="State Taxation Administration, tax registration numbers; GB 11714-1997",
    shape="[1-9][0-9]{5}[0-9A-Z]{8}[0-9X]",
    lengths=(15,),
    context=("税号", "纳税人", "识别号", "开票", "抬头", "税务登记", "tax id", "taxpayer", "tax number"),
    beside=True,
    priority=59,
)
def old_tax_number(value: str, context: Context) -> float:
    """Judge one number: only beside the words for it."""
    del context
    return 0.9 if organization_check(value[6:14]) == value[14] else 0.65
