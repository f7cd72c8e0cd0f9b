"""Vehicle identification numbers."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import vin_check
from wuming.deidentification.specification import DECOYS, Context, number

_DECOYS = tuple(word for word in DECOYS if word not in ("编号", "型号", "model", "serial", "序列号"))


@number(
    kind="VIN",
    country="generic",
    layout="17 of 0-9 and A-Z without I, O, Q; the ninth is a check character, the last four are digits",
    source="ISO 3779:2009; 49 CFR 565.15; GB 16735-2019",
    shape="(?=.{0,15}[A-Z].{0,15})[A-HJ-NPR-Z0-9]{17}",
    lengths=(17,),
    context=(
        "vin", "vin码", "车架号", "车辆识别代号", "车辆识别码", "车架", "大架号", "chassis", "底盘号",
        "vehicle identification", "vehicle", "汽车", "车辆", "car",
    ),
    decoys=_DECOYS,
    priority=77,
)  # fmt: skip
def vin(value: str, context: Context) -> float:
    """Judge one number: Europe uses no check character, so beside the words for it none is needed."""
    if context is Context.DECOY:
        return 0.0
    checked = vin_check(value)
    if context is Context.SUPPORT:
        return 1.0 if checked else 0.8
    letters = sum(character.isalpha() for character in value)
    plausible = letters >= 3 and value[-4:].isdigit() and value[9] not in "UZ0" and not value[:3].isdigit()
    return 0.9 if checked and plausible else 0.0
