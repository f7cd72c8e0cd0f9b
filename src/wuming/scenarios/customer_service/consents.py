"""Consent of the generated users: who agreed to what, on which notice, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Literal

from wuming.core.canonical import digest_bytes

Status = Literal["full", "narrowed", "withdrawn", "missing", "minor"]

SHARES: dict[Status, float] = {"narrowed": 0.05, "withdrawn": 0.04, "missing": 0.03, "minor": 0.03}
"""Shares of users whose consent is not plain; the rest gave it in full."""

_ALL = ("service", "model-training", "statistics", "marketing")

NOTICES: tuple[dict[str, str], ...] = tuple(
    {"version": version, "text": text, "hash": digest_bytes(text.encode()), "in_force_from": since}
    for version, since, text in (
        (
            "2023-07",
            "2023-07-01",
            "青鸾隐私告知（2023-07 版）：我们为提供客户服务而保存您与客服的对话；"
            "经您单独同意，用于训练客服语言模型、统计和营销。保存不超过两年，您可以随时撤回同意。 / "
            "We keep your talks with our agents to serve you and, with your separate consent, to train our service "
            "language model, for statistics and for marketing. We keep them two years at most; you may withdraw "
            "consent at any time.",
        ),
        (
            "2025-01",
            "2025-01-01",
            "青鸾隐私告知（2025-01 版）：除前版所列目的外，我们说明训练前会去除对话中的个人信息，"
            "并以差分隐私限制模型记住个人的程度。未满十四周岁须由监护人同意。 / "
            "In addition to the earlier notice: before training we remove personal data from the talks, and "
            "differential privacy limits what a model can remember of a person. Below the age of fourteen a guardian "
            "must consent.",
        ),
    )
)
"""Notices that users have seen, oldest first."""


@dataclass(frozen=True)
class Consent:
    """One user's consent record (absent for status `missing`)."""

    subject: str
    status: Status
    birth_year: int
    line: dict[str, Any] | None


def assign_statuses(rng: Random, count: int) -> list[Status]:
    """Return a status for each of `count` users, in random order, with the exact shares of `SHARES`."""
    statuses: list[Status] = []
    for status, share in SHARES.items():
        statuses += [status] * max(2, round(share * count))
    statuses += ["full"] * (count - len(statuses))
    rng.shuffle(statuses)
    return statuses


def make_consent(rng: Random, *, subject: str, status: Status, birth_year: int, guardian: bool) -> Consent:
    """Draw the consent record of one user.

    Args:
        rng: coins of this user.
        subject: key of the user.
        status: what kind of record it is.
        birth_year: year of birth.
        guardian: for status `minor`: whether a guardian agreed.
    """
    if status == "missing":
        return Consent(subject, status, birth_year, None)
    given = date(2023, 7, 5) + timedelta(days=rng.randrange(900))
    notice = NOTICES[1] if given.isoformat() >= NOTICES[1]["in_force_from"] else NOTICES[0]
    purposes = ["service", "model-training"] + [p for p in ("statistics", "marketing") if rng.random() < 0.7]
    if status == "narrowed":
        purposes = rng.choice((["service"], ["service", "statistics"], ["service", "marketing"]))
    withdrawn = None
    if status == "withdrawn":
        withdrawn = min(
            given + timedelta(days=rng.randrange(20, 500)), date(2026, 6, 20) - timedelta(days=rng.randrange(60))
        )
    signed = {"given_at": given.isoformat()} if status == "minor" and guardian else None
    line = {
        "subject": subject,
        "notice_version": notice["version"],
        "notice_hash": notice["hash"],
        "purposes": sorted(purposes, key=_ALL.index),
        "given_at": given.isoformat(),
        "withdrawn_at": withdrawn.isoformat() if withdrawn else None,
        "birth_year": birth_year,
        "guardian": signed,
    }
    return Consent(subject, status, birth_year, line)
