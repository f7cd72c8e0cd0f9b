"""Chinese administrative divisions: county code, city code, province, region, `*`.

The first six digits of a resident identity number are such a code: the place where it was first issued, under the
division of that time. Codes that have since been withdrawn are therefore taken, as long as the province is one.
Cities stay codes; a "city" such as 429000 or 500200 holds the counties that a province rules directly.

Source: GB/T 2260 (codes; the first digit is the region); GB 11643-1999 (identity numbers); State Council order of 2018
on residence permits, for 83 (people of Taiwan).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from wuming.anonymization.hierarchies.assembly import assemble, distinct, refuse
from wuming.anonymization.hierarchies.hierarchy import Hierarchy

PROVINCES = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古",
    "21": "辽宁", "22": "吉林", "23": "黑龙江",
    "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西", "37": "山东",
    "41": "河南", "42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南",
    "50": "重庆", "51": "四川", "52": "贵州", "53": "云南", "54": "西藏",
    "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆",
    "71": "台湾", "81": "香港", "82": "澳门",
}  # fmt: skip
"""The 34 province-level units by the first two digits."""

REGIONS = {
    "1": "华北", "2": "东北", "3": "华东", "4": "中南", "5": "西南", "6": "西北", "7": "港澳台", "8": "港澳台",
}  # fmt: skip
"""Regions by the first digit; 7 and 8 are one, because residents of Taiwan have both 71 and 83."""

_TAIWAN_PERMIT = "83"
_CODE = re.compile(r"[0-9]{6}")


def division_codes(column: str, values: Iterable[str]) -> Hierarchy:
    """Group six-digit codes of counties, cities or provinces: 440305, 440300, 广东, 中南, `*`.

    Args:
        column: name of the column.
        values: cells of the column, six digits each; "" is missing.

    Returns:
        Five levels. What share a label covers is counted in codes that occur.

    Raises:
        TableError: a cell that is no code of a known province.
    """
    present, missing = distinct(values)
    if wrong := sum(not is_division_code(value) for value in present):
        raise refuse(
            column,
            f"{wrong:,} of {len(present):,} values are no six-digit codes of a province in GB/T 2260",
            help="Repair or empty these cells; of an identity number take the first six digits.",
        )
    codes = sorted(present)
    levels = [
        [code[:4] + "00" for code in codes],
        [_province(code) or "" for code in codes],
        [REGIONS[code[0]] for code in codes],
    ]
    return assemble(column, codes, levels, missing=missing)


def is_division_code(text: str) -> bool:
    """Tell whether a text is six digits that begin with a province's code."""
    return bool(_CODE.fullmatch(text)) and _province(text) is not None


def _province(code: str) -> str | None:
    return PROVINCES["71"] if code[:2] == _TAIWAN_PERMIT else PROVINCES.get(code[:2])
