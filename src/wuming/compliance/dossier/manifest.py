"""The manifest that the signature covers, the claim it states, and the limits within which a dossier is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from wuming.compliance.dossier.answers import answers_in
from wuming.compliance.dossier.figures import get
from wuming.compliance.dossier.page import facts_of
from wuming.core.evidence import Evidence

PAYLOAD_TYPE = "application/vnd.wuming.dossier+json"
FORMAT = "wuming-dossier/1"
SIGNATURE = "signature.json"
OWN_FILES = ("index.html", "dossier.json", "evidence.jsonl", "controls.json", "ledger-checkpoint.json")
MAX_FILES = 1_000
MAX_BYTES = 256 * 1024 * 1024
MAX_TOTAL_BYTES = 2 * MAX_BYTES
MAX_JSON_BYTES = 16 * 1024 * 1024
MAX_PATH = 200
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


def safe_path(path: Any) -> bool:
    """Whether `path` is a plain relative name that means one file on every system.

    Letters, digits, `.`, `_`, `-`; no part begins with a dot or ends with one; at most 200 characters, 6 parts.
    """
    if not isinstance(path, str) or not 0 < len(path) <= MAX_PATH or path != unicodedata.normalize("NFC", path):
        return False
    parts = path.split("/")
    return len(parts) <= 6 and all(_PART.fullmatch(part) and not part.endswith(".") for part in parts)


def folders_of(paths: Sequence[str]) -> set[str]:
    """Return every folder that `paths` imply."""
    return {str(parent) for path in paths for parent in PurePosixPath(path).parents if str(parent) != "."}


_STATED = ("unit", "relation", "sampler", "noise")


def claim_of(evidence: Sequence[Evidence]) -> dict[str, Any]:
    """Return what the dossier claims, in a few values, from its evidence (missing: None); of answers, where there are
    any, how many are listed and what those cost when their ε and δ are added up."""
    facts = facts_of(evidence)
    paths: Mapping[str, str] = {
        "decision": "review.decision",
        "epsilon": "train.epsilon",
        "delta": "train.delta",
        "unit_of_privacy": "train.unit_of_privacy",
        "neighbouring_relation": "train.neighbouring_relation",
        "sampler": "train.sampler",
        "epsilon_lower_bound": "audit.epsilon_lower_bound",
        "highest_possible_bound": "audit.highest_possible_bound",
        "weights_digest": "train.model.weights_digest",
        "merkle_root": "collect.commitment.merkle_root",
    }
    claim = {name: get(facts, path) for name, path in paths.items()}
    if answers := answers_in(evidence):
        epsilon, delta = answers.total
        claim["answers"] = {
            "listed": len(answers.lines),
            "epsilon": epsilon,
            "delta": delta,
            **{name: ", ".join(sorted({line["cost"][name] for line in answers.lines})) for name in _STATED},
        }
    return claim


def entries_of(contents: Mapping[str, bytes], digest_bytes: Any) -> dict[str, dict[str, Any]]:
    """Return the manifest's file list: path → digest and size."""
    return {path: {"sha256": digest_bytes(data), "size": len(data)} for path, data in sorted(contents.items())}
