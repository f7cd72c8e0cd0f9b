"""Runs that must not release: a failed control, a claim that the audit disproves."""

from __future__ import annotations

from typing import Any

import pytest

from wuming.core.errors import ClaimRefused, ReleaseRefused, SelfCheckFailed
from wuming.lifecycle import run as lifecycle
from wuming.training import noise
from wuming.training.private import PrivateTrainer

CHEAP: dict[str, Any] = {"assess__arms": []}


def files(folder: Any) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def nothing_released(place: Any, name: str) -> None:
    for what in ("release", "dossier"):
        assert not (place.runs / name / what).exists()
    assert not [entry for entry in place.entries("release") if entry.index > place.released]


@pytest.fixture
def place(place: Any) -> Any:
    place.released = place.entries("release")[-1].index
    return place


def test_a_failed_mandatory_control_refuses_the_release(place: Any) -> None:
    """No sample is large enough to show that less than one in a million stayed."""
    earlier = files(place.runs / "run")
    with pytest.raises(ReleaseRefused) as refusal:
        place.run("unmeasured", review__max_residual_leak=1e-6, **CHEAP)
    assert refusal.value.exit_code == 50
    assert "residual-personal-data" in refusal.value.message
    assert "residual-personal-data: " in refusal.value.help
    assert place.read("unmeasured", "review.json")["decision"] == "refuse"
    nothing_released(place, "unmeasured")
    assert files(place.runs / "run") == earlier
    with pytest.raises(ReleaseRefused):  # asking again does not help
        place.run("unmeasured", review__max_residual_leak=1e-6, **CHEAP)
    nothing_released(place, "unmeasured")
    waiver = {"residual-personal-data": "checked by hand on a sample"}
    waived = place.run("waived", source__ground_truth=None, review__waived=waiver, **CHEAP)
    assert waived.claims["review"]["waived"] == 1
    assert "checked by hand on a sample" in (place.runs / "waived" / "dossier" / "index.html").read_text("utf-8")


def test_policy_is_applied_to_the_epsilon_that_was_spent(place: Any) -> None:
    with pytest.raises(ReleaseRefused, match="epsilon-within-policy"):
        place.run("strict", review__max_epsilon=1.5, **CHEAP)
    nothing_released(place, "strict")


def all_guesses_right(place: Any, real: Any) -> Any:
    """Measure as before, but with canaries that the protected model gives away one and all."""

    def measured(context: Any, *arguments: Any) -> Any:
        results = real(context, *arguments)
        coins = place.read(context.folder.name, "audit", "seal.json")["coins"]
        losses = [base - 5 * coin for base, coin in zip(results["base"]["losses"]["canaries"], coins, strict=True)]
        results["protected"]["losses"]["canaries"] = losses
        return results

    return measured


def test_a_claim_that_the_audit_disproves_is_withdrawn(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    claim: dict[str, Any] = {"train__epsilon": 0.5, "audit__canaries": 60, **CHEAP}
    with monkeypatch.context() as patch:
        patch.setattr(lifecycle, "measure", all_guesses_right(place, lifecycle.measure))
        with pytest.raises(ClaimRefused) as refusal:
            place.run("leaky", **claim)
    assert refusal.value.exit_code == 51
    assert "0.5" in refusal.value.message or "0.49" in refusal.value.message
    nothing_released(place, "leaky")
    with pytest.raises(ClaimRefused):  # the evidence stays: a second call finds no better answer
        place.run("leaky", **claim)
    nothing_released(place, "leaky")
    assert place.read("leaky", "run.json")["stages"]["audit"]["evidence"]["claims"]["verdict"] == "violated"


def test_a_trainer_with_too_little_noise_is_stopped(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = noise.gaussian_noise
    monkeypatch.setattr(noise, "gaussian_noise", lambda stream, size, scale: real(stream, size, scale) / 2)
    with pytest.raises(SelfCheckFailed, match="self-check failed"):
        place.run("noiseless", **CHEAP)
    nothing_released(place, "noiseless")
    assert place.status().pending  # what was drawn from the data stays spent


def test_a_failed_self_check_that_raises_nothing_is_still_refused(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = PrivateTrainer.finish
    monkeypatch.setattr(PrivateTrainer, "finish", lambda trainer: {**real(trainer), "passed": False})
    with pytest.raises(ReleaseRefused, match="training-self-check"):
        place.run("hidden", **CHEAP)
    nothing_released(place, "hidden")
