"""Mobile numbers."""

from __future__ import annotations

from wuming.deidentification.specification import RIGHT, Context, pattern

_GAP = r"[ \-._/·,，、\n]{0,2}"


@pattern(
    kind="PHONE",
    country="cn",
    layout="11 digits from 13 to 19, with or without +86, in any grouping",
    source="Telecommunication network numbering plan (2017 edition), MIIT; prefixes not yet assigned are accepted too",
    pattern=rf"(?<![0-9A-Za-z+])(?<![0-9]\.)(?:(?:\+|00|\(\+?)?86\)?[ \-]{{0,2}})?1{_GAP}[3-9](?:{_GAP}[0-9]){{9}}"
    rf"(?![0-9A-Za-z]|\.[0-9]|[元块万%％])",
    context=(
        "手机", "电话", "号码", "联系", "微信", "致电", "回电", "拨打", "短信",
        "phone", "mobile", "call", "tel", "cell", "text", "reach", "whatsapp", "contact",
    ),
    minimum_digits=11,
    priority=64,
)  # fmt: skip
def mobile(value: str, context: Context) -> float:
    """Judge one number: 11 digits standing alone are a mobile unless named as something else."""
    if context is Context.DECOY:
        return 0.0
    # A date and an hour, 19 or 13 first, can line up to 11 digits only with blanks between single groups.
    if context is Context.NONE and ("\n" in value or "/" in value or "," in value or "、" in value):
        return 0.0
    return 1.0 if context is Context.SUPPORT else 0.85


@pattern(
    kind="PHONE",
    country="cn",
    layout="11 digits from 10 to 12 beside a word for telephones: not assigned to people, written by slip",
    source="as above",
    pattern=rf"(?<![0-9A-Za-z.])1[0-2][0-9]{{9}}{RIGHT}",
    context=("手机号", "手机", "电话", "mobile", "phone"),
    minimum_digits=11,
    priority=54,
)
def unassigned_mobile(value: str, context: Context) -> float:
    """Judge one number: only beside the words for it."""
    del value
    return 0.6 if context is Context.SUPPORT else 0.0
