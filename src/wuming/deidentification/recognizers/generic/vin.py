"""Vehicle identification numbers."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import vin_check
from wuming.deidentification.specification import DECOYS, Context, number, pattern

_SHAPE = "(?=.{0,15}[A-Z].{0,15})[A-HJ-NPR-Z0-9]{17}"
_FEWEST_LETTERS, _MOST_LETTERS = 2, 14
_DECOYS = tuple(word for word in DECOYS if word not in ("编号", "型号", "model", "serial", "序列号"))


_WORDS = (
    "vin", "vin码", "车架号", "车辆识别代号", "车辆识别码", "车架", "大架号", "chassis", "底盘号",
    "vehicle identification", "identification number", "vehicle", "汽车", "车辆", "car",
)  # fmt: skip


@pattern(
    kind="VIN",
    country="generic",
    layout="17 of 0-9 and A-Z without I, O, Q; the ninth is a check character",
    source="ISO 3779:2009; 49 CFR 565.15; GB 16735-2019",
    pattern=r"(?<![0-9A-Za-z+/=])[A-HJ-NPR-Z0-9]{17}(?![0-9A-Za-z+/=])",
    context=_WORDS,
    decoys=_DECOYS,
    minimum_digits=2,
    shortest=17,
    lettered=True,
    priority=77,
)
def vin(value: str, context: Context) -> float:
    """Judge one number in capitals by its check character."""
    letters = sum(character.isalpha() for character in value)
    if context is Context.DECOY or not _FEWEST_LETTERS <= letters <= _MOST_LETTERS or not vin_check(value):
        return 0.0
    return 1.0 if context is Context.SUPPORT else 0.8


@number(
    kind="VIN",
    country="generic",
    layout="the same in any case or grouping beside the words for it; Europe uses no check character",
    source="ISO 3779:2009",
    shape=_SHAPE,
    lengths=(17,),
    context=_WORDS,
    decoys=_DECOYS,
    priority=76,
)
def vin_in_words(value: str, context: Context) -> float:
    """Judge one number: only beside the words for it."""
    if context is not Context.SUPPORT:
        return 0.0
    return 0.9 if vin_check(value) else 0.8
