"""Unified social credit codes: of firms, and of the self-employed, whose code names a person."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import compact, uscc_check
from wuming.deidentification.specification import LEFT, RIGHT, Context, pattern


@pattern(
    kind="CN_USCC",
    country="cn",
    layout="18 of 0-9 and A-Y without I, O, S, V, Z; department, category, 6 area, 9 organisation code, check "
    "character",
    source="GB 32100-2015",
    pattern=rf"{LEFT}(?:[159AY][1239]|[2-8N]1|1[0-9]|[0-9A-HJ-NPQRTUWXY]{{2}})"
    rf"[0-9]{{6}}[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{{10}}{RIGHT}",
    context=("信用代码", "社会信用", "税号", "纳税人", "统一代码", "营业执照", "开票", "uscc", "credit code", "tax"),
    minimum_digits=7,
    priority=84,
)
def uscc(value: str, context: Context) -> float:
    """Judge one code. Registered codes with a wrong check character exist, so the words for it suffice."""
    code = compact(value)
    if uscc_check(code[:17]) == code[17]:
        # Digits alone are a resident identity number or chance (one in 31).
        if code.isdigit():
            return 0.9 if context is Context.SUPPORT else 0.0
        return 1.0
    return 0.7 if context is Context.SUPPORT else 0.0
