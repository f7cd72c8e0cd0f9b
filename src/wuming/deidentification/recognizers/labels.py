"""What stands between a label and its value: colons, quotes, 号, 是, `number`, `is`."""

from __future__ import annotations

import re

__all__ = ["after", "before"]

_FILLER = (
    r"(?:[ \t:=(\[{「『“”‘’\"'`#*|_\-]|号码?|码|编号|代码|账号|帐号|名称|为|是|叫|就是|我的|的|也是|都是"
    r"|number|num|no\.?|nr\.?|code|id|is|was|at|value)"
)
_LEAD = r"(?<![0-9A-Za-z])"


def after(value: str, *, fillers: int = 8, filler: str = _FILLER, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """Return a pattern to `match` at the end of a label: fillers, then the value as first group.

    Args:
        value: a bounded expression without groups; no ASCII letter or digit may follow it.
        fillers: most fillers between.
        filler: one of them.
    """
    return re.compile(rf"{filler}{{0,{fillers}}}+{_LEAD}({value})(?![0-9A-Za-z])", flags)


def before(value: str, *, between: str = "[ ,()是就这也为我的他她]{0,4}") -> re.Pattern[str]:
    """Return a pattern to `search` in what stands before a label: the value as first group, then the end."""
    return re.compile(rf"(?<![0-9A-Za-z_.\-@])({value}){between}$", re.IGNORECASE)
