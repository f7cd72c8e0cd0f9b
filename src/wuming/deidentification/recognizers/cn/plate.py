"""Number plates of vehicles."""

from __future__ import annotations

from wuming.deidentification.specification import Context, pattern

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


@pattern(
    kind="CN_PLATE",
    country="cn",
    layout="province, letter, five of A-Z without I, O and 0-9 (new energy: six); 挂 学 警 港 澳 may end it",
    source="GA 36-2018, clause 5",
    pattern=rf"[{_PROVINCES}][A-HJ-NP-Za-hj-np-z][ ·•.\-]?"
    r"(?:[A-HJ-NP-Za-hj-np-z0-9]{5,6}(?![A-Za-z0-9])|[A-HJ-NP-Z0-9]{4}[挂学警港澳领试超使])",
    context=("车牌", "车号", "牌照", "车辆", "开车", "停车", "plate"),
    minimum_digits=0,
    anywhere=True,
    priority=68,
)
def plate(value: str, context: Context) -> float:
    """Judge one plate: at least two digits, or the words for it."""
    digits = sum(character.isdigit() for character in value)
    return 0.95 if digits >= 2 or context is Context.SUPPORT else 0.0
