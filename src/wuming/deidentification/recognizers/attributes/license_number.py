"""Numbers of licences: to drive, to practise a profession, to trade; known by the words before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.labels import beside, digits, valued
from wuming.deidentification.specification import Candidate, keyword

_VALUE = valued(
    rf"[A-Za-z]{{1,4}}-?[0-9]{{4,18}}[A-Za-z]?|{digits(6, 22)}"
    rf"|[0-9A-Za-z]{{1,4}}(?:-[0-9A-Za-z]{{2,8}}){{1,4}}"
)
_PROSE = re.compile(
    r"[号码编:是为 ]{0,6}([\u4e00-\u9fff]{1,6}字第? ?[0-9]{4,20}"
    r"|[\u4e00-\u9fff]{0,4}[(\[〔]?[0-9]{4}[)\]〕][\u4e00-\u9fff]{0,6}第?[0-9]{3,12})"
)


@keyword(
    kind="LICENSE_NUMBER",
    country="cn",
    layout=
        "6 to 22 digits, sometimes letters before them, after the name of the licence; drivers: 12 digits of the "
        "file",
    source="Ministry of Public Security order 162 (drivers); Ministry of Justice (lawyers, 17 digits); National Health "
    "Commission (doctors, 15); Ministry of Education (teachers, 17); GB 32100 predecessors (business licences, 15)",
    words=(
        "驾驶证", "驾照", "驾驶证号", "档案编号", "行驶证", "驾驶证档案", "准驾证", "从业资格证", "执业证", "执业证书",
        "执业证号", "执业资格", "执业编号", "执业编码", "执业证书编码", "执业证书编号", "执照编号", "执照号", "执照",
        "律师证", "律师执业", "医师资格证", "医师执业", "护士执业", "护士证", "药师证", "教师资格证", "教师资格",
        "教师证", "会计证", "会计从业", "注册会计师", "记者证", "导游证", "资格证", "资格证书", "职业资格", "从业证",
        "上岗证", "操作证", "飞行执照", "营业执照", "注册号", "经营许可证", "卫生许可证", "许可证", "许可证号",
        "特种作业", "建造师", "残疾证", "残疾人证", "结婚证", "结婚证字号", "出生证", "出生医学证明", "毕业证",
        "毕业证书", "学位证", "学位证书", "不动产权证", "房产证",
    ),
)  # fmt: skip
def license_number(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a number after the name of a licence."""
    prose = _PROSE.match(text, end)
    found = beside(text, start, end, _VALUE)
    if prose:
        yield Candidate(*prose.span(1), "LICENSE_NUMBER", 0.85, 62)
    elif found and sum(map(str.isdigit, found.value)) >= 4:
        yield Candidate(found.start, found.end, "LICENSE_NUMBER", 0.85 if found.adjacent else 0.65, 62)


@keyword(
    kind="LICENSE_NUMBER",
    country="generic",
    layout="4 to 22 letters and digits after the name of the licence",
    source="authorities that license professions; every one has its own layout",
    words=(
        "license number", "licence number", "license no", "licence no", "license #", "licence #", "license id",
        "licence id", "professional license", "medical license", "bar license", "license", "licence", "nursing license",
        "teaching license", "law license", "pilot license", "business license", "certificate number",
        "certification number", "bar number", "registration number", "npi", "dea number", "license_number",
        "licence_number", "license_no",
    ),
)  # fmt: skip
def english_license_number(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a number after the name of a licence in English; a license plate is none."""
    if text.startswith(" plate", end):
        return
    found = beside(text, start, end, _VALUE)
    if found and sum(map(str.isdigit, found.value)) >= 4:
        yield Candidate(found.start, found.end, "LICENSE_NUMBER", 0.8 if found.adjacent else 0.65, 62)
