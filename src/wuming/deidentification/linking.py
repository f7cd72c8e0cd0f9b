"""Whom a name means: 张伟, 张先生 and 小张 of one text are one person where only one Zhang is there.

Names are linked within one text only, so a link depends on that text alone. Where two persons could be meant, nothing
is linked: two names for one person do less harm than one name for two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wuming.deidentification.operators.surrogates.layout import is_chinese
from wuming.deidentification.operators.surrogates.names import ChineseName, english_words


def link_persons(names: Iterable[str]) -> Mapping[str, str]:
    """Return for each name (normalised) whom it means: equal for equal persons.

    A whole name means itself, without its title. A surname with a title or 小 means the one whole name with that
    surname; a given name, or an English word, the one whole name that holds it.
    """
    distinct = sorted(set(names))
    chinese = {name: ChineseName(name) for name in distinct if is_chinese(name)}
    english = {name: english_words(name) for name in distinct if name not in chinese}
    return {**_chinese(chinese), **_english(english)}


def _chinese(names: Mapping[str, ChineseName]) -> dict[str, str]:
    whole = {f"{one.surname}{one.given}": one for one in names.values() if one.surname and one.given}
    genders: dict[str, set[str]] = {}
    for one in names.values():
        if one.surname and not one.given and one.gender:
            genders.setdefault(one.surname, set()).add(one.gender)
    linked = {}
    for written, one in names.items():
        if one.surname and one.given:
            linked[written] = f"{one.surname}{one.given}"
            continue
        if one.surname:
            both = len(genders.get(one.surname, ())) > 1
            meant = [
                full
                for full, other in whole.items()
                if other.surname == one.surname and (other.gender == one.gender if both else _fits(one, other))
            ]
            alone = f"{one.surname}/{one.gender}" if both else one.surname
        else:
            ends = bool(one.prefix) or bool(one.title)
            meant = [
                full
                for full, other in whole.items()
                if other.given == one.given or (ends and one.given and other.given.endswith(one.given))
            ]
            alone = one.given
        linked[written] = meant[0] if len(meant) == 1 else alone or written
    return linked


def _fits(one: ChineseName, other: ChineseName) -> bool:
    return not one.gender or not other.gender or one.gender == other.gender


def _english(names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    whole = {" ".join(words): words for words in names.values() if len(words) > 1}
    linked = {}
    for written, words in names.items():
        spelled = " ".join(words) or written.casefold()
        meant = [full for full, others in whole.items() if len(words) == 1 and words[0] in (others[0], others[-1])]
        linked[written] = meant[0] if len(meant) == 1 else spelled
    return linked
