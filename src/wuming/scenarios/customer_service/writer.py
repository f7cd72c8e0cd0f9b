"""Writes the whole scenario into a folder: public and private corpus, table, consent, and the ground truth apart."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Literal

from wuming.core.storage import private_folder, write_atomically
from wuming.scenarios.customer_service import consents, planted, tables
from wuming.scenarios.customer_service.dialogues import Dialogue, write_around_secret, write_dialogue
from wuming.scenarios.customer_service.personas import Persona, make_persona
from wuming.scenarios.customer_service.public import public_corpus

Size = Literal["small", "full"]

AS_OF = date(2026, 6, 30)
RETENTION_DAYS = 730
DIALOGUES_PER_SECRET = 20
_FIRST, _LAST = date(2024, 1, 1), date(2026, 6, 15)
_OLD_SHARE = 0.04
_CHINESE_SHARE = 0.65


@dataclass(frozen=True)
class Counts:
    """How much of everything a size holds."""

    public: int
    users: int
    secrets: int


SIZES: dict[Size, Counts] = {"small": Counts(1500, 300, 20), "full": Counts(9000, 3000, 50)}


@dataclass(frozen=True)
class _User:
    persona: Persona
    consent: consents.Consent
    row: dict[str, str | int]


def generate(folder: Path, *, seed: int = 0, size: Size = "full", counts: Counts | None = None) -> None:
    """Write the scenario into `folder`: the same seed and size give the same bytes.

    Files: `public.jsonl`, `private.jsonl`, `customers.csv`, `consent.jsonl`, `notices.jsonl`, and in `truth/` (used
    only to measure) `spans.jsonl` and `secrets.jsonl`. Everybody in them is invented.

    Args:
        folder: made when it is not there; files in it are replaced.
        seed: any integer. It makes data, and protects nobody.
        size: `full` (3,000 users, about 12,000 dialogues) or `small` (a tenth).
        counts: how much of everything, in place of `size`.

    Raises:
        StorageError: the folder cannot be written.
    """
    counts = counts or SIZES[size]
    truth = private_folder(folder / "truth")
    _write_lines(folder / "public.jsonl", public_corpus(seed, counts.public))
    users = _make_users(seed, counts)
    secrets = planted.plant(Random(f"secrets {seed}"), _owners(Random(f"owners {seed}"), users, counts.secrets))
    by_owner = {secret.subject: secret for secret in secrets}
    records: list[tuple[str, str, _User, Dialogue]] = []
    for user in users:
        rng = Random(f"dialogues {seed} {user.persona.subject}")
        records += _dialogues(rng, user, by_owner.get(user.persona.subject))
    records.sort(key=lambda record: (record[0], record[2].persona.subject))
    private, spans = [], []
    for index, (day, language, user, dialogue) in enumerate(records):
        name = f"record-{index:06d}"
        private.append(
            {
                "id": name,
                "subject": user.persona.subject,
                "text": dialogue.text,
                "created_at": day,
                "language": language,
            }
        )
        spans.append({"id": name, "spans": [list(span) for span in dialogue.spans]})
    _write_lines(folder / "private.jsonl", private)
    _write_lines(truth / "spans.jsonl", spans)
    _write_lines(truth / "secrets.jsonl", [secret.as_json() for secret in secrets])
    _write_lines(folder / "consent.jsonl", [user.consent.line for user in users if user.consent.line])
    _write_lines(folder / "notices.jsonl", consents.NOTICES)
    _write_table(folder / "customers.csv", [user.row for user in users])


def _make_users(seed: int, counts: Counts) -> list[_User]:
    rng = Random(f"users {seed}")
    statuses = consents.assign_statuses(rng, counts.users)
    users, minors = [], 0
    for index, status in enumerate(statuses):
        coins = Random(f"user {seed} {index}")
        if status == "minor":
            minors += 1
            birth_year = 2026 - coins.randrange(9, 13)
        else:
            birth_year = 2026 - min(82, max(18, round(coins.gauss(41, 15))))
        language = "zh" if coins.random() < _CHINESE_SHARE else "en"
        subject = f"u{index:05d}"
        persona = make_persona(coins, subject=subject, language=language, birth_year=birth_year)
        consent = consents.make_consent(
            coins, subject=subject, status=status, birth_year=birth_year, guardian=minors % 2 == 0
        )
        users.append(_User(persona, consent, tables.customer_row(coins, persona)))
    return users


def _owners(rng: Random, users: list[_User], count: int) -> list[tuple[str, str]]:
    """Choose owners with consent in full; 60% write Chinese, so that context words suffice."""
    willing = [user.persona for user in users if user.consent.status == "full"]
    chinese = round(0.6 * count)
    pool = rng.sample([p for p in willing if p.language == "zh"], chinese)
    pool += rng.sample([p for p in willing if p.language == "en"], count - chinese)
    rng.shuffle(pool)
    return [(persona.subject, persona.language) for persona in pool]


def _dialogues(rng: Random, user: _User, secret: planted.Secret | None) -> list[tuple[str, str, _User, Dialogue]]:
    persona = user.persona
    written = []
    if secret is not None:
        kind = secret.type if secret.kind == "structured" else None
        for _ in range(DIALOGUES_PER_SECRET):
            dialogue = write_around_secret(rng, persona, prompt=secret.prompt, value=secret.value, kind=kind)
            written.append((_day(rng, old=False), persona.language, user, dialogue))
        return written
    for _ in range(rng.choice((2, 3, 3, 4, 4, 4, 5, 6))):
        language = "zh" if persona.language == "en" and rng.random() < 0.02 else persona.language
        dialogue = write_dialogue(rng, persona, language=language)
        written.append((_day(rng, old=rng.random() < _OLD_SHARE), language, user, dialogue))
    return written


def _day(rng: Random, *, old: bool) -> str:
    oldest_kept = AS_OF - timedelta(days=RETENTION_DAYS)
    first, last = (_FIRST, oldest_kept - timedelta(days=1)) if old else (oldest_kept + timedelta(days=5), _LAST)
    return (first + timedelta(days=rng.randrange((last - first).days + 1))).isoformat()


def _write_lines(path: Path, values: Iterable[Mapping[str, Any]]) -> None:
    text = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)
    write_atomically(path, text.encode())


def _write_table(path: Path, rows: list[dict[str, str | int]]) -> None:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, fieldnames=list(tables.COLUMNS), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_atomically(path, buffer.getvalue().encode())
