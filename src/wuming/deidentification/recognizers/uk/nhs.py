"""NHS numbers of patients."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import nhs_check
from wuming.deidentification.specification import Context, number

_WORDS = (
    "nhs", "nhs number", "nhs no", "national health service", "health service", "nhs num", "国民保健", "国民医疗",
    "国家医疗服务", "国民健康", "英国医保", "英国医疗",
)  # fmt: skip


@number(
    kind="UK_NHS",
    country="uk",
    layout="10 digits, the last one modulo 11; printed as 3 3 4",
    source="NHS Data Dictionary, NHS number",
    shape="[1-9][0-9]{9}",
    lengths=(10,),
    context=(*_WORDS, "patient", "patient id"),
    priority=66,
)
def nhs_number(value: str, context: Context) -> float:
    """Judge one number: the check digit holds one time in eleven by chance, so it needs the words for it."""
    if not (nhs_check(value) and len(set(value)) > 1):
        return 0.0
    return {Context.SUPPORT: 0.98, Context.NONE: 0.45, Context.DECOY: 0.0}[context]


@number(
    kind="UK_NHS",
    country="uk",
    layout="the same with a wrong check digit, beside the words for it",
    source="as above",
    shape="[1-9][0-9]{9}",
    lengths=(10,),
    context=_WORDS,
    beside=True,
    priority=65,
)
def mistyped_nhs_number(value: str, context: Context) -> float:
    """Judge one number: people mistype."""
    del context
    return 0.6 if len(set(value)) > 1 else 0.0
