"""The public corpus: short documents in Chinese and English without any personal data.

Three sorts: prose about everyday things, service talk of any company, and talk about the same ordinary wishes as in the
private corpus, but about plain devices and with plain answers. What only the private corpus knows never appears.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from types import ModuleType
from typing import Any

from wuming.scenarios.customer_service import dialogues_en, dialogues_zh, public_en, public_zh
from wuming.scenarios.customer_service.grammar import Rule, Scene
from wuming.scenarios.customer_service.public_wide import WIDE_EN, WIDE_ZH

CHINESE_SHARE = 0.62
DIALOGUE_SHARE = 0.34
ORDINARY_SHARE = 0.33
"""Share of documents about ordinary wishes; the rest after dialogues is prose."""


@dataclass(frozen=True)
class _Book:
    """Everything that the public documents of one language are made of."""

    rules: dict[str, Rule]
    prose: tuple[str, ...]
    dialogue: tuple[str, ...]
    ordinary: tuple[str, ...]


def public_corpus(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Yield `count` public documents `{"id", "text", "language"}`; the same seed gives the same documents.

    Guarantee: no name, no identifier and no run of seven or more digits; nothing that only the private corpus knows.
    """
    rng = Random(f"public corpus {seed}")
    for index in range(count):
        chinese = rng.random() < CHINESE_SHARE
        book = _ZH if chinese else _EN
        chance = rng.random()
        if chance < ORDINARY_SHARE:
            form = rng.choice(book.ordinary)
        elif chance < ORDINARY_SHARE + DIALOGUE_SHARE:
            form = rng.choice(book.dialogue)
        else:
            form = rng.choice(book.prose)
        text = Scene(rng, book.rules).say(form)
        if not chinese:
            text = text[0].upper() + text[1:]
        yield {"id": f"public-{index:06d}", "text": text, "language": "zh" if chinese else "en"}


def _templates(rule: Rule) -> tuple[str, ...]:
    return () if callable(rule) else tuple(rule)


def _book(own: ModuleType, wide: dict[str, Rule], private: ModuleType) -> _Book:
    """Join the public grammar with the ordinary part of the private one; private words and rules are left out."""
    ordinary = {
        name: rule if callable(rule) else tuple(t for t in rule if _is_ordinary(t, private))
        for name, rule in private.RULES.items()
        if not name.startswith("p.")
    }
    secretive: dict[str, Rule] = {f"p.{name}": ("{answer}",) for name in private.POLICIES}
    plain: dict[str, Rule] = {
        "product": ("{device}",),
        "order": private.PUBLIC_ORDER,
        "feature": _templates(own.RULES["feature"]),
        "opening": _templates(own.RULES["opening"]),
        "closing": ("{close}",),
        "mention": private.MENTIONS,
        "wish": tuple(t for intent in private.INTENTS for t in intent.user if _is_ordinary(t, private)),
        "reply": tuple(t for intent in private.INTENTS for t in intent.agent if _is_ordinary(t, private)),
    }
    rules = {**ordinary, **secretive, **own.RULES, **wide, **plain}
    rules["s"] = (*_templates(own.RULES["s"]), *["{s.wide}"] * 5)
    for shared in ("ack", "thanks", "greet", "when2"):
        rules[shared] = (*_templates(own.RULES.get(shared, ())), *_templates(ordinary.get(shared, ())))
    return _Book(rules, own.PROSE, own.DIALOGUE, own.ORDINARY)


def _is_ordinary(template: str, private: ModuleType) -> bool:
    return not any(word in template for word in private.PRIVATE_WORDS)


_ZH = _book(public_zh, WIDE_ZH, dialogues_zh)
_EN = _book(public_en, WIDE_EN, dialogues_en)
