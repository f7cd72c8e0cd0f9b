"""Religion, where it is stated of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, keyword

_FAITH = "藏传佛教|佛教|道教|伊斯兰教|基督教|天主教|东正教|犹太教|印度教|锡克教|摩门教|新教|回教|无宗教信仰|无神论|无"
_BELIEVER = "基督教徒|基督徒|天主教徒|佛教徒|道教徒|穆斯林|犹太教徒|印度教徒|东正教徒|居士|信徒|教徒|无神论者"
_AFTER_LABEL = re.compile(
    rf"[\"'”]?[ \t:=(是为\"'“|]{{0,5}}((?:{_FAITH}|{_BELIEVER}))(?![\u4e00-\u9fff](?<![的,信教]))"
)
_BELIEVES = re.compile(rf"(?:奉|仰|的是|了)?((?:{_FAITH[:-2]})|佛(?![像山系跳学教])|主(?![要题动])|耶稣|真主|上帝)")
_OF_SOMEBODY = re.compile(
    "(?:是|为|系|作为|虔诚的?|一[名位个]|我们?|他们?|她们?|当|成为|皈依)(?:一[名位个])?(?:虔诚的)?$"
)
_ENGLISH = (
    "roman catholic|catholic|christian|protestant|baptist|methodist|lutheran|presbyterian|anglican|evangelical"
    "|pentecostal"
    "|orthodox|mormon|jehovah's witness|muslim|moslem|sunni|shia|shiite|sufi|jewish|jew|buddhist|hindu|sikh|jain|taoist"
    "|atheist|agnostic|christianity|islam|judaism|buddhism|hinduism|catholicism|quaker|bahá'í|zoroastrian"
)
_RITES = ("sunday worship", "sunday mass", "friday prayers", "holy communion")
_LABELLED = re.compile(
    rf"[\"']?(?: ?[:=|] ?| is | as | was )[\"']?(?:an? )?((?:{_ENGLISH})(?![A-Za-z]))", re.IGNORECASE
)
_STATED = re.compile(
    r"(?:(?:i am|i'm|he is|he's|she is|she's|is|was|are|as|became|raised|born|identifies as|identify as) (?:an? )?"
    r"(?:very |deeply |also )?|(?:[他她我]|本人|患者)(?:就?是|信|为)(?:一?[名位个])?"
    r"|(?:devout|practicing|practising|observant|lapsed|converted to|non-practicing) )$",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(r" (?:wom[ae]n|m[ae]n|girl|boy|couple|family|student|neighbou?r|wife|husband|mother|father)")
_THING = re.compile(
    r"[ -](?:church|school|holiday|festival|faith-based|art|music|country|countries|era|calendar|world|food|temple)"
)


@keyword(
    kind="RELIGION",
    country="cn",
    layout="a religion after 宗教, 信仰",
    source="GB/T 35273-2020, annex B (religious belief is sensitive)",
    words=("宗教信仰", "宗教", "信仰"),
)
def religion(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a religion after its label."""
    del start
    match = _AFTER_LABEL.match(text, end)
    if match:
        yield Candidate(*match.span(1), "RELIGION", 0.85, 25)


@keyword(
    kind="RELIGION",
    country="cn",
    layout="信佛, 信奉伊斯兰教; 他是基督徒; 做礼拜, 受洗入教, 皈依",
    source="as above",
    words=(
        "信奉", "信佛", "信主", "信基督", "信天主", "信伊斯兰", "信道教", "我信", "他信", "她信", "做礼拜", "受洗入教",
        "受洗", "皈依", "入教", *_BELIEVER.split("|")[:6],
    ),
)  # fmt: skip
def stated_religion(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a religion that somebody is said to hold."""
    word = text[start:end]
    if word in ("做礼拜", "受洗入教"):
        yield Candidate(start, end, "RELIGION", 0.7, 23)
    elif word.endswith(("徒", "林")):
        if _OF_SOMEBODY.search(text[max(0, start - 8) : start]):
            yield Candidate(start, end, "RELIGION", 0.8, 24)
    else:
        match = _BELIEVES.match(text, start + word.index("信") + 1 if "信" in word else end)
        if match:
            yield Candidate(*match.span(1), "RELIGION", 0.75, 24)


@keyword(
    kind="RELIGION",
    country="generic",
    layout="a religion or its believer after religion, faith",
    source="as above",
    words=("religion", "religious affiliation", "faith", "religious belief", "religious beliefs", "denomination"),
)
def english_religion(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a religion after its label."""
    del start
    match = _LABELLED.match(text, end)
    if match:
        yield Candidate(*match.span(1), "RELIGION", 0.85, 31)


@keyword(
    kind="RELIGION",
    country="generic",
    layout="a believer after is, am, a devout, or before woman, family, …; what believers attend",
    source="as above",
    words=(*(word for word in _ENGLISH.split("|") if word not in ("orthodox", "evangelical")), *_RITES),
)
def english_stated_religion(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a believer of whom it is said."""
    if text[start:end].lower() in _RITES:
        yield Candidate(start, end, "RELIGION", 0.6, 31)
    elif (_STATED.search(text[max(0, start - 28) : start]) or _SOMEBODY.match(text, end)) and _THING.match(
        text, end
    ) is None:
        yield Candidate(start, end, "RELIGION", 0.7, 31)
