"""`wuming federate simulate`: the last line, for programs; and what is refused, with the way out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wuming.app.federation_job import Simulation, least_survivors, run
from wuming.core.errors import PrivacyParameterError
from wuming.core.ports import NoProgress

SUMMARY = {
    "sums_exact",
    "epsilon_server",
    "epsilon_public",
    "delta",
    "unit_of_privacy",
    "accuracy",
    "rounds",
    "seconds",
}


@pytest.fixture(autouse=True)
def no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Generated digits, whatever lies on this machine."""
    monkeypatch.setenv("WUMING_DATA", str(tmp_path))
    monkeypatch.setattr("wuming.scenarios.federation.digits.DigitsCase.found", _small)


def _small(clients: int, *, seed: int = 0) -> Any:
    from wuming.scenarios.federation.digits import DigitsCase

    return DigitsCase("generated", clients, 24, seed)


def job(**changes: Any) -> Simulation:
    fields: dict[str, Any] = {
        "scenario": "digits",
        "clients": 6,
        "rounds": 2,
        "drop": 0.2,
        "secure": True,
        "unit": "record",
        "noise": "distributed",
        "epsilon": 8.0,
        "delta": 1e-4,
        "colluders": 1,
        "strategy": None,
        "aggregation": "mean",
        "groups": 1,
        "bad_clients": 0,
        "modulus_bits": 20,
        "workers": 1,
        "seed": 0,
    }
    return Simulation(**(fields | changes))


def test_a_private_federation_under_masks() -> None:
    found = run(job(), NoProgress())
    assert found["sums_exact"] is True
    assert found["epsilon_public"] < found["epsilon_server"] <= 8.0
    assert (found["rounds"], found["unit_of_privacy"], found["delta"]) == (2, "record", 1e-4)
    assert found["neighbouring_relation"] == "add-or-remove-one"
    assert found["sampler"].startswith("Poisson, q = 0.")
    assert 0 <= found["accuracy"] <= 1
    assert found["bytes_sent_per_client"] > 235_146 * 20 / 8  # what a masked vector takes


def test_other_modes_claim_what_they_can() -> None:
    central = run(job(noise="central", secure=False, unit="client", delta=1e-3), NoProgress())
    assert central["epsilon_server"] is None
    assert central["epsilon_public"] <= 8.0
    assert central["sampler"] == "none"
    assert central["sums_exact"] is None  # of real numbers
    nothing = run(job(noise="none", secure=False, aggregation="median", colluders=None), NoProgress())
    assert nothing["epsilon_public"] is None
    assert nothing["aggregation"] == "median"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"drop": 1.0}, PrivacyParameterError),
        ({"delta": 0.1}, PrivacyParameterError),
        ({"aggregation": "krum"}, PrivacyParameterError),
        ({"unit": "client", "delta": 1e-3, "epsilon": 0.0}, PrivacyParameterError),
        ({"modulus_bits": 6}, PrivacyParameterError),
        ({"clients": 130, "noise": "none"}, PrivacyParameterError),
        ({"colluders": 5}, PrivacyParameterError),
        ({"strategy": "fedprox"}, PrivacyParameterError),
    ],
)
def test_what_is_refused(changes: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        run(job(**changes), NoProgress())
    assert caught.value.help  # type: ignore[attr-defined]


def test_rounds_are_planned_for_those_who_stay() -> None:
    assert least_survivors(100, 0.2, 10, secure=True) == 68
    assert least_survivors(100, 0.5, 10, secure=True) == 56  # the protocol's own threshold
    assert least_survivors(100, 0.0, 10, secure=True) == 100
    assert least_survivors(10, 0.9, 0, secure=False) == 1


def test_the_command_ends_with_the_summary(wuming: Any) -> None:
    arguments = ("--clients", "3", "--rounds", "1", "--noise", "none", "--workers", "1", "--json")
    done = wuming("federate", "simulate", *arguments)
    assert done.returncode == 0, done.stderr[-2000:]
    details, summary = map(json.loads, done.stdout.splitlines()[-2:])
    assert set(summary) == SUMMARY
    assert (summary["sums_exact"], summary["rounds"], summary["epsilon_server"]) == (True, 1, None)
    assert details["clients"] == 3


def test_the_command_names_its_errors(wuming: Any) -> None:
    done = wuming("federate", "simulate", "--aggregation", "median", "--clients", "3", "--json")
    assert done.returncode == 30
    assert json.loads(done.stdout.splitlines()[-1])["error"]["name"] == "PrivacyParameterError"
    assert "masks" in done.stderr
