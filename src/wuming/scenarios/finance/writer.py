"""Writes the finance scenario into a folder: messages of invented customers about products, consent, and the truth."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Literal

from wuming.core.storage import private_folder, write_atomically
from wuming.scenarios.customer_service import consents
from wuming.scenarios.customer_service.dialogues import KINDS
from wuming.scenarios.customer_service.grammar import Scene, Text
from wuming.scenarios.customer_service.personas import Persona, make_persona, speaker
from wuming.scenarios.finance.phrases import EN, ZH
from wuming.scenarios.finance.public import OPINIONS, PRODUCTS, WEEKS, Opinion, Product, shares

Size = Literal["small", "full"]
CUSTOMERS: dict[Size, int] = {"small": 4_000, "full": 40_000}
MIXED_SHARE = 0.15
"""Share of messages with an opinion that say the opposite first and turn: although …, but …."""
IDENTITY_SHARE = 0.6


@dataclass(frozen=True)
class Message:
    """One message with its truth."""

    subject: str
    day: str
    product: str
    opinion: Opinion
    text: str
    language: str
    spans: tuple[tuple[int, int, str], ...]


def generate(folder: Path, *, seed: int = 0, size: Size = "small", customers: int | None = None) -> None:
    """Write the scenario into `folder`: the same seed and size give the same bytes.

    Files: `messages.jsonl`, `consent.jsonl`, and in `truth/` (used only to measure) `spans.jsonl` and
    `opinions.jsonl`. Everybody in them is invented.

    Args:
        folder: made when it is not there; files in it are replaced.
        seed: any integer. It makes data, and protects nobody.
        size: `small` (4,000 customers, about 11,000 messages) or `full` (ten times as many).
        customers: how many, in place of `size`.

    Raises:
        StorageError: the folder cannot be written.
    """
    count = customers or CUSTOMERS[size]
    truth = private_folder(folder / "truth")
    statuses = consents.assign_statuses(Random(f"consents {seed}"), count)
    messages: list[Message] = []
    consent = []
    for index, status in enumerate(statuses):
        rng = Random(f"customer {seed} {index}")
        young = status == "minor"
        year = 2026 - (rng.randrange(9, 13) if young else min(82, max(18, round(rng.gauss(41, 15)))))
        persona = make_persona(
            rng, subject=f"c{index:05d}", language="zh" if rng.random() < 0.65 else "en", birth_year=year
        )
        given = consents.make_consent(
            rng, subject=persona.subject, status=status, birth_year=year, guardian=rng.random() < 0.5
        )
        consent += [given.line] if given.line else []
        messages += _messages(rng, persona)
    messages.sort(key=lambda message: (message.day, message.subject))
    named = [(f"message-{number:06d}", message) for number, message in enumerate(messages)]
    fields = [
        {"id": name, "subject": m.subject, "text": m.text, "created_at": m.day, "language": m.language}
        | {"product": m.product}
        for name, m in named
    ]
    _write(folder / "messages.jsonl", fields)
    _write(folder / "consent.jsonl", consent)
    _write(truth / "spans.jsonl", [{"id": name, "spans": [list(span) for span in m.spans]} for name, m in named])
    _write(truth / "opinions.jsonl", [{"id": name, "opinion": m.opinion} for name, m in named])


def _messages(rng: Random, persona: Persona) -> list[Message]:
    """Write one customer's messages; each keeps to few products, some write far more than others."""
    own = rng.sample(PRODUCTS, rng.choice((1, 1, 2, 3)))
    written = []
    for _ in range(rng.choice((1, 1, 2, 2, 3, 3, 4, 6))):
        product, week = rng.choice(own), rng.randrange(len(WEEKS))
        day = date.fromisoformat(WEEKS[week]) + timedelta(days=rng.randrange(7))
        opinion = rng.choices(OPINIONS, shares(product.code, week))[0]
        text = write_message(rng, persona, product, opinion)
        kinds = KINDS | {"passport": "PASSPORT"}
        spans = tuple((start, end, kinds[kind]) for start, end, kind in text.spans)
        written.append(
            Message(persona.subject, day.isoformat(), product.code, opinion, str(text), persona.language, spans)
        )
    return written


def write_message(rng: Random, persona: Persona, product: Product, opinion: Opinion) -> Text:
    """Write one message of a customer that holds `opinion` about `product`."""
    chinese = persona.language == "zh"
    it = product.zh if chinese else product.en
    scene = Scene(rng, (ZH if chinese else EN) | {"it": (it,)}, speaker(persona, rng))
    text = Text()
    scene.write("{greet}", text)
    if rng.random() < IDENTITY_SHARE:
        scene.write("{identity}", text)
    if opinion != "neutral" and rng.random() < MIXED_SHARE:
        other = "negative" if opinion == "positive" else "positive"
        scene.write("{although}{" + other + "}{turn}", text)
    scene.write("{" + opinion + "}{end}", text)
    return text


def _write(path: Path, values: Iterable[Mapping[str, Any]]) -> None:
    write_atomically(path, "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode())
