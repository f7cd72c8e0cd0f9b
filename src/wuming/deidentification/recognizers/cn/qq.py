"""QQ numbers. Numbers of groups name no person and are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, free

_BEFORE = re.compile(
    r"(?<![A-Za-z])(?:[Qq]{2}|扣扣|企鹅号|[Qq](?=[号:：]))(?![群A-Za-z])[号码账是为我的加联系:：=（( "
    r"\-#,，叫可以也]{0,8}"
    r"(?:number|id|no\.?|is|my|:|：| ){0,5}([1-9][0-9]{4,10})(?![0-9A-Za-z]|\.[0-9])"
)
_AFTER = re.compile(r"(?<![0-9A-Za-z])([1-9][0-9]{4,10})(?:[,， )）]{0,2}(?:这?是)?我?的?(?:[Qq]{2}|扣扣)(?!邮箱))")


@free(
    kind="QQ", country="cn", layout="5 to 11 digits, no leading 0, beside the word QQ", source="Tencent, account rules"
)
def qq(text: str) -> Iterator[Candidate]:
    """Find numbers right after, or right before, the words for QQ."""
    if "q" not in text and "Q" not in text and "扣扣" not in text and "企鹅" not in text:
        return
    for pattern in (_BEFORE, _AFTER):
        for match in pattern.finditer(text):
            yield Candidate(match.start(1), match.end(1), "QQ", 0.9, 72)
