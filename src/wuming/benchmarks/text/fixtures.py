"""Another product's hand-made cases: how many come out as it expects, and why the others do not.

A case of a type that Wuming does not have is left out and counted, as is one whose own description calls its
expectation a known mistake; one that expects nothing to be found stays. A label in front of a value is no part of it
(`性别：` of `性别：男`). Some cases describe what one layer of that product leaves to another, or cannot do: they
count, and the share without them is told beside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.text.fixtures_reasons import REASONS
from wuming.benchmarks.text.scanner import Found
from wuming.benchmarks.text.scanning import EVERYTHING, find_all
from wuming.benchmarks.text.scoring import covers
from wuming.datasets.registry import locate

_LABEL = re.compile(r"(?:性别|年龄|民族|周岁|gender|sex|aged)[:：\s]*", re.IGNORECASE)
_MISTAKE = "[KNOWN REGEX FP"
_LIMIT = re.compile(r"\bL2 NER\b|may not be caught|pattern requires")
_CARDS = frozenset({"BANK_CARD", "CREDIT_CARD"})
_RESIDENT = frozenset({"CN_RESIDENT_ID", "CN_FOREIGN_PERMANENT_RESIDENT"})
_SECRET = frozenset({"SECRET", "URL"})
_ORGANIZATION = frozenset({"ORGANIZATION"})

KINDS: Mapping[str, frozenset[str]] = {
    "phone": frozenset({"PHONE"}),
    "email": frozenset({"EMAIL"}),
    "id_number": _RESIDENT,
    "bank_card": _CARDS,
    "credit_card": _CARDS,
    "passport": frozenset({"CN_PASSPORT", "PASSPORT"}),
    "us_passport": frozenset({"PASSPORT", "CN_PASSPORT"}),
    "license_plate": frozenset({"CN_PLATE", "US_PLATE"}),
    "credit_code": frozenset({"CN_USCC"}),
    "ssn": frozenset({"US_SSN"}),
    "nino": frozenset({"UK_NINO"}),
    "iban": frozenset({"IBAN"}),
    "imei": frozenset({"IMEI"}),
    "mac_address": frozenset({"MAC_ADDRESS"}),
    "ip_address": frozenset({"IP_ADDRESS"}),
    "url_token": _SECRET,
    "openai_api_key": _SECRET,
    "anthropic_api_key": _SECRET,
    "github_token": _SECRET,
    "aws_access_key": _SECRET,
    "ssh_private_key": _SECRET,
    "jwt": _SECRET,
    "person": frozenset({"PERSON"}),
    "address": frozenset({"ADDRESS"}),
    "location": frozenset({"LOCATION"}),
    "organization": _ORGANIZATION,
    "school": _ORGANIZATION,
    "workplace": _ORGANIZATION,
    "qq": frozenset({"QQ"}),
    "wechat": frozenset({"WECHAT"}),
    "military_id": frozenset({"CN_MILITARY_ID"}),
    "social_security": frozenset({"CN_SOCIAL_SECURITY"}),
    "date_of_birth": frozenset({"DATE_OF_BIRTH"}),
    "age": frozenset({"AGE"}),
    "gender": frozenset({"GENDER"}),
    "ethnicity": frozenset({"ETHNICITY"}),
    "religion": frozenset({"RELIGION"}),
    "medical": frozenset({"MEDICAL"}),
    "postcode": frozenset({"ADDRESS"}),
}
"""Their types, and ours that mean the same."""

ALSO: Mapping[str, frozenset[str]] = {
    "address": frozenset({"LOCATION"}),
    "location": frozenset({"ADDRESS"}),
    "postcode": frozenset({"LOCATION"}),
    "social_security": frozenset({"CN_RESIDENT_ID"}),
}
"""What else is right where something is to be found."""

NOT_OURS = frozenset(
    {
        "self_reference",
        "criminal_record",
        "financial",
        "political",
        "sexual_orientation",
        "biometric",
        "job_title",
        "cpf",
        "cnpj",
        "tax_id",
        "aadhaar",
        "pan",
        "my_number",
        "rrn",
    }
)
"""Types that Wuming does not look for."""


@dataclass(frozen=True)
class Case:
    """One text and what is expected of it.

    Attributes:
        key: `file:id`.
        text: to be scanned.
        agrees: tells whether what was found is as expected; None: of a type that is not ours.
        description: in the words of whoever made it.
    """

    key: str
    text: str
    agrees: Callable[[Found], bool] | None
    description: str

    @property
    def of_a_limit(self) -> bool:
        """Whether its own description says that it shows a limit of one layer, not what the product should do."""
        return _LIMIT.search(self.description) is not None


def cases(folder: Path) -> list[Case]:
    """Read all cases."""
    found = []
    for path in sorted(folder.glob("*.json")):
        for entry in json.loads(path.read_text(encoding="utf-8")):
            found.append(
                Case(f"{path.stem}:{entry['id']}", entry["input"], _agreement(entry), entry.get("description", ""))
            )
    return found


def measure(hall: Hall) -> Outcome:
    """Count the cases that come out as expected.

    Raises:
        UnknownDataset: the set is not installed.
    """
    everything = cases(locate("argus-redact-fixtures"))
    ours = [case for case in everything if case.agrees is not None]
    with hall.contestants([EVERYTHING]) as (contestant,):
        found = find_all(contestant, [case.text for case in ours])
    others = disagreements(ours, found)
    share = 1 - len(others) / len(ours)
    apart = {case.key for case in ours if case.of_a_limit}
    whole = len(ours) - len(apart)
    figures = (
        Figure(
            "cases as expected", "", (share,), None if hall.settings.quick else Goal(">=", 0.98), f"{len(ours)} cases"
        ),
        Figure(
            "cases as expected, without those that show a limit of one layer",
            "",
            (1 - sum(key not in apart for key in others) / whole,),
            None,
            f"{whole} cases",
        ),
        Figure(
            "cases as expected, or otherwise for a reason",
            "",
            (_explained(len(ours), others),),
            None if hall.settings.quick else Goal(">=", 1.0),
        ),
        Figure("cases left out", "", (float(len(everything) - len(ours)),)),
    )
    return Outcome(figures, {"otherwise": {key: REASONS.get(key, "not explained") for key in others}})


def disagreements(ours: Iterable[Case], found: Iterable[Found]) -> list[str]:
    """Return the keys of the cases that came out otherwise."""
    return [case.key for case, spans in zip(ours, found, strict=True) if case.agrees and not case.agrees(spans)]


def _explained(count: int, others: list[str]) -> float:
    return 1 - sum(key not in REASONS for key in others) / count


def _agreement(entry: Mapping[str, Any]) -> Callable[[Found], bool] | None:
    text = entry["input"]
    if _MISTAKE in entry.get("description", ""):
        return None
    if "should_match" in entry:
        if not entry["should_match"]:
            kinds = KINDS.get(entry["type"], frozenset())
            return lambda found: not any(kind in kinds for _, _, kind in found)
        if entry["type"] in NOT_OURS:
            return None
        return _holds(text, [(_unlabelled(entry.get("expected_text", "")), entry["type"])])
    if "should_find_pii" in entry:
        return lambda found: bool(found) == entry["should_find_pii"]
    if "entity_text" in entry:
        return _holds(text, [(entry["entity_text"], entry["entity_type"])])
    if listed := entry.get("entities") or entry.get("expected_entities"):
        return _holds(text, [(one["text"], one["type"]) for one in listed])
    values = entry.get("pii_values", [])
    types = entry.get("pii_types", [])
    if len(types) != len(values):  # as in some cases: then nothing says which value is of which type
        types = [""] * len(values)
    wanted = [(value, "") for value, kind in zip(values, types, strict=True) if kind not in NOT_OURS]
    if values and not wanted:
        return None
    holds, kept = _holds(text, wanted), entry.get("semantic_tokens", ())
    return lambda found: holds(found) and not any(_touched(text, word, found) for word in kept)


def _unlabelled(text: str) -> str:
    label = _LABEL.match(text)
    return text[label.end() :] if label else text


def _holds(text: str, wanted: list[tuple[str, str]]) -> Callable[[Found], bool]:
    """Return what tells whether each text is covered by spans of its type ("": of any) somewhere; no text: a span."""

    def agrees(found: Found) -> bool:
        for value, kind in wanted:
            kinds = KINDS[kind] | ALSO.get(kind, frozenset()) if kind else frozenset()
            spans = [span for span in found if not kind or span[2] in kinds]
            if not (spans if not value else any(covers(s, e, spans) for s, e in _places(text, value))):
                return False
        return True

    return agrees


def _touched(text: str, word: str, found: Found) -> bool:
    places = _places(text, word)
    return bool(places) and all(any(s < end and start < e for s, e, _ in found) for start, end in places)


def _places(text: str, value: str) -> list[tuple[int, int]]:
    found, place = [], text.find(value)
    while place >= 0:
        found.append((place, place + len(value)))
        place = text.find(value, place + 1)
    return found
