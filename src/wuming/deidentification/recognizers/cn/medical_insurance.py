"""Numbers of medical insurance cards and accounts."""

from __future__ import annotations

from collections.abc import Iterator

from wuming.deidentification.recognizers.labels import beside, digits, valued
from wuming.deidentification.specification import Candidate, keyword

_VALUE = valued(f"[A-Za-z]{{0,4}}{digits(6, 20)}|[0-9]{{28}}")


@keyword(
    kind="CN_MEDICAL_INSURANCE",
    country="cn",
    layout="6 to 20 digits, up to four letters before them (electronic certificate: 28 digits); every city has its own",
    source="National Healthcare Security Administration, code of the electronic medical insurance certificate",
    words=(
        "医保号", "医保卡", "医保编号", "医保账号", "医保帐号", "医保电子凭证", "医保凭证", "医疗保险号", "医疗保险卡",
        "医疗保险编号", "医疗保险证", "医疗证号", "医疗卡号", "新农合", "合作医疗证", "农合证", "健康卡号",
        "居民健康卡", "医保个人编号", "医保手册", "medical insurance number", "medical insurance no",
        "medical insurance card", "medical insurance id", "health insurance number", "health insurance no",
        "health insurance card", "health insurance id",
    ),
)  # fmt: skip
def medical_insurance(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the number after its label."""
    found = beside(text, start, end, _VALUE)
    if found:
        yield Candidate(found.start, found.end, "CN_MEDICAL_INSURANCE", 0.9 if found.adjacent else 0.7, 73)
