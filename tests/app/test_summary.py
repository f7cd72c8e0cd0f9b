"""The summary: everything that a claim needs stands beside it, at any width."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from wuming.app.summary import print_summary

FULL: dict[str, Any] = {
    "released": True,
    "epsilon": 7.9921,
    "delta": 1e-5,
    "unit_of_privacy": "subject",
    "neighbouring_relation": "add-or-remove-one",
    "sampler": "Poisson over subjects",
    "epsilon_lower_bound": 0.0,
    "highest_possible_bound": 2.9,
    "records": {"collected": 12000, "admitted": 10391},
    "secrets": {
        "planted": 50,
        "extracted_unprotected": {"structured": 14, "free_text": 25},
        "extracted_deidentified": {"structured": 0, "free_text": 25},
        "extracted_protected": {"structured": 0, "free_text": 0},
    },
    "perplexity": {"base": 59.0, "unprotected": 1.56, "deidentified": 1.57, "protected": 4.3},
    "gain_kept": 0.72,
    "seconds": 301.3,
    "dossier": "runs/customer-service-full/dossier",
}


def printed(summary: dict[str, Any], width: int = 80) -> str:
    file = io.StringIO()
    print_summary(summary, run_folder=Path("runs/a b"), console=Console(file=file, width=width, highlight=False))
    return file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_epsilon_never_stands_alone(width: int) -> None:
    text = " ".join(printed(FULL, width).split())
    assert (
        "ε = 7.99 with δ = 1e-5 (unit: subject; neighbours: add or remove one; sampler: Poisson over subjects)" in text
    )
    assert "ε ≥ 0.00; this audit could see at most 2.90" in text
    assert "no proof that there is nothing" in text


def test_commands_are_never_broken_over_lines() -> None:
    folder = "runs/" + "long-name-" * 12
    lines = printed({**FULL, "dossier": folder}, 80).splitlines()
    assert f"Verify    wuming verify {folder}" in lines
    assert 'Ask       wuming ask "runs/a b" "…"' in lines


def test_the_table_holds_each_arm() -> None:
    lines = printed(FULL, 120).splitlines()
    rows = [line.split() for line in lines]
    assert ["14", "25", "1.56"] in [row[-3:] for row in rows]
    assert ["0", "25", "1.57"] in [row[-3:] for row in rows]
    assert ["0", "0", "4.30"] in [row[-3:] for row in rows]


def test_what_was_not_measured_is_left_out() -> None:
    text = printed({**FULL, "secrets": {"planted": 0}, "epsilon_lower_bound": None, "gain_kept": None})
    assert "planted secrets" not in text
    assert "Audited" not in text
    assert "Quality" not in text


def test_nothing_is_claimed_without_epsilon() -> None:
    text = printed({"released": False, "seconds": 3, "unit_of_privacy": "subject"})
    assert "Not released" in text
    assert "Protected" not in text
    assert "wuming ask" not in text


def test_a_document_is_not_called_a_person() -> None:
    assert "each document" in printed({**FULL, "unit_of_privacy": "document"})
