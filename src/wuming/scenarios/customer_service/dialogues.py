"""Private dialogues: turns composed of intents, identity and small talk of one persona, with exact spans."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from types import ModuleType

from wuming.scenarios.customer_service import dialogues_en, dialogues_zh
from wuming.scenarios.customer_service.grammar import Scene, Text
from wuming.scenarios.customer_service.intents import Intent
from wuming.scenarios.customer_service.personas import Persona, speaker

SKEW = 1.8
"""Some concerns, products and phrases are far more frequent than others: one dialogue in six has the first."""

MENTION_SHARE = 0.66
"""Share of dialogues in which the user mentions an item on purpose; the agent's answers add a few."""

_RARE_WORLD = {"zh": ("iban", "ssn"), "en": ()}


@dataclass(frozen=True)
class Dialogue:
    """One dialogue and the personal items in it, as (start, end, kind) in character offsets."""

    text: str
    spans: tuple[tuple[int, int, str], ...]
    intent: str


def write_dialogue(rng: Random, persona: Persona, *, language: str | None = None) -> Dialogue:
    """Write one dialogue of two to six turns."""
    book = dialogues_zh if (language or persona.language) == "zh" else dialogues_en
    scene = Scene(rng, book.RULES, speaker(persona, rng), skew=SKEW)
    intent = scene.pick(book.INTENTS)
    text = Text()
    text.add(book.USER)
    if rng.random() < 0.2:
        scene.write("{greet}", text)
    _turns(scene, book, intent, text)
    return _finish(text, intent)


def write_around_secret(rng: Random, persona: Persona, *, prompt: str, value: str, kind: str | None) -> Dialogue:
    """Write a dialogue that opens with `prompt` and `value`, which are the same in all of an owner's dialogues.

    Args:
        prompt: text from the dialogue's beginning to the value; holds nothing personal.
        value: the secret, as it is written.
        kind: kind of personal data for a structured secret; None for free text.
    """
    book = dialogues_zh if persona.language == "zh" else dialogues_en
    scene = Scene(rng, book.RULES, speaker(persona, rng), skew=SKEW)
    intent = scene.pick(book.INTENTS)
    text = Text()
    text.add(prompt)
    text.add(value, kind)
    text.add(rng.choice(("。", "，")) if persona.language == "zh" else rng.choice((". ", ", ")))
    scene.write(scene.pick(intent.user), text)
    text.add(rng.choice(book.STOP))
    _agent(text, book)
    text.add("记下了，" if persona.language == "zh" else "noted, ")
    scene.write("{closing}", text)
    return _finish(text, intent)


def _turns(scene: Scene, book: ModuleType, intent: Intent, text: Text) -> None:
    rng = scene.rng
    mentioned = _choose_items(rng, intent, book) if rng.random() < MENTION_SHARE else []
    inline = not mentioned or rng.random() < 0.85
    long = not inline or rng.random() < 0.05
    parts = [scene.pick(intent.user)]
    if inline:
        parts += [rng.choice(book.IDENTITY[item]) for item in mentioned]
        if mentioned and rng.random() < 0.25:
            parts.reverse()
    _join(scene, book, parts, text)
    if long:
        _agent(text, book)
        scene.write("{ask}" if not inline else "{opening}", text)
        if inline:
            text.add(book.COMMA if book.COMMA == "，" else " ")
            scene.write("{ack}", text)
            scene.write(
                rng.choice(("{=product}{feature}",) if book is dialogues_zh else ("the {=product} {feature}",)), text
            )
        text.add("\n" + book.USER)
        reply = ["{follow}"] if inline else [rng.choice(book.IDENTITY[item]) for item in mentioned]
        _join(scene, book, reply, text)
    _agent(text, book)
    _answer(scene, book, intent, mentioned if inline else [], text)
    if rng.random() < (0.05 if long else 0.15):
        text.add("\n" + book.USER)
        _join(scene, book, ["{thanks}" if rng.random() < 0.6 else "{follow}"], text)
        if rng.random() < 0.45:
            _agent(text, book)
            scene.write("{bye}", text)


def _choose_items(rng: Random, intent: Intent, book: ModuleType) -> list[str]:
    """Pick one to two items: those natural to the intent, the name, a relative without any trigger word."""
    chance = rng.random()
    if chance < 0.62:
        items = [rng.choice(intent.items)]
    elif chance < 0.72:
        items = ["kin"]
    elif chance < 0.90:
        items = ["name", rng.choice(intent.items)]
    else:
        items = [rng.choice(tuple(book.IDENTITY))]
    hidden = _RARE_WORLD["zh" if book is dialogues_zh else "en"]
    return [item for item in dict.fromkeys(items) if item not in hidden] or ["name"]


def _answer(scene: Scene, book: ModuleType, intent: Intent, mentioned: list[str], text: Text) -> None:
    rng = scene.rng
    chance = rng.random()
    repeatable = [item for item in mentioned if item in book.READBACK]
    if repeatable and chance < 0.18:
        scene.write(rng.choice(book.READBACK[rng.choice(repeatable)]), text)
    elif chance < 0.24:
        scene.write(rng.choice(book.READBACK["name"]), text)
    elif chance < 0.5:
        scene.write("{ack}", text)
    scene.write(scene.pick(intent.agent), text)
    text.add(rng.choice(book.STOP))


def _agent(text: Text, book: ModuleType) -> None:
    text.add("\n" + book.AGENT)


def _join(scene: Scene, book: ModuleType, parts: list[str], text: Text) -> None:
    for index, part in enumerate(parts):
        if index:
            text.add(book.COMMA)
        scene.write(part, text)
    text.add(scene.rng.choice(book.STOP))


def _finish(text: Text, intent: Intent) -> Dialogue:
    written = str(text)
    kinds = KINDS | {"passport": "PASSPORT" if written.isascii() else "CN_PASSPORT"}
    return Dialogue(written, tuple((start, end, kinds[kind]) for start, end, kind in text.spans), intent.name)


# What each slot of the grammar holds, as an entity type.
KINDS = {
    "name": "PERSON", "kin": "PERSON", "address": "ADDRESS", "mobile": "PHONE", "landline": "PHONE",
    "resident_id": "CN_RESIDENT_ID", "bank_card": "BANK_CARD", "credit_card": "CREDIT_CARD", "email": "EMAIL",
    "ip": "IP_ADDRESS", "uscc": "CN_USCC", "plate": "CN_PLATE", "wechat": "WECHAT", "qq": "QQ",
    "ssn": "US_SSN", "iban": "IBAN",
}  # fmt: skip
