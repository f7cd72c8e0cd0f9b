"""NHS numbers of patients."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import nhs_check
from wuming.deidentification.specification import Context, number


@number(
    kind="UK_NHS",
    country="uk",
    layout="10 digits, the last one modulo 11; printed as 3 3 4",
    source="NHS Data Dictionary, NHS number",
    shape="[1-9][0-9]{9}",
    lengths=(10,),
    context=(
        "nhs", "nhs number", "nhs no", "patient", "national health service", "health service",
        "nhs num", "patient id", "国民保健", "国民医疗", "国家医疗服务", "国民健康", "英国医保", "英国医疗",
    ),
    priority=66,
)  # fmt: skip
def nhs_number(value: str, context: Context) -> float:
    """Judge one number: the check digit holds one time in eleven by chance, so it needs the words for it."""
    valid = nhs_check(value) and len(set(value)) > 1
    if context is Context.SUPPORT:
        return 0.98 if valid else 0.6
    return 0.45 if valid and context is Context.NONE else 0.0
