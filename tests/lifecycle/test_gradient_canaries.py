"""A run with canaries among the gradients: they count, are sealed and audited, and stand in the dossier."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wuming.app.cli import entry
from wuming.core.errors import ClaimRefused, VerificationFailed

# So confident that chance refuses no run here, and so many that uneven coins hide no leak.
WATCHED: dict[str, Any] = {"audit__gradient_canaries": 600, "audit__confidence": 0.9999, "assess__arms": []}


@pytest.fixture(scope="module")
def made(finished: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A workplace with one run that carries such canaries."""
    place = finished.copied(tmp_path_factory.mktemp("watched"))
    place.outcome = place.run("watched", **WATCHED)
    return place


@pytest.fixture
def watched(made: Any, tmp_path: Path) -> Any:
    """A copy of it, for tests that change something."""
    return made.copied(tmp_path)


def edit(path: Path, change: Any) -> None:
    value = json.loads(path.read_text(encoding="utf-8"))
    change(value)
    path.write_text(json.dumps(value), encoding="utf-8")


def again(place: Any, change: Any) -> None:
    """Audit again, after the signals of the canaries were changed."""
    edit(place.runs / "watched" / "run.json", lambda state: state["stages"].pop("audit"))
    edit(place.runs / "watched" / "models" / "protected.json", lambda stored: change(stored["result"]))
    place.run("watched", **WATCHED)


def test_they_count_and_real_units_take_part_as_often(watched: Any) -> None:
    train = watched.outcome.claims["train"]
    assert (train["population"], train["divisor"], train["sampling_probability"]) == (640, 320, 0.5)


def test_the_evidence_carries_both_audits_with_their_null_hypotheses(watched: Any) -> None:
    audit = watched.outcome.claims["audit"]
    white_box = audit["white_box"]
    assert audit["canaries"] == 20
    assert white_box["canaries"] == 600 == sum(map(len, white_box["scores"].values()))
    assert audit["verdict"] == white_box["verdict"] == "consistent"
    assert "normal" in white_box["gaussian"]["null_hypothesis"]
    assert white_box["null_hypothesis"] != white_box["gaussian"]["null_hypothesis"]
    # Three bounds share the error of 10⁻⁴.
    assert audit["confidence"] == pytest.approx(0.99995)
    assert white_box["confidence"] == white_box["gaussian"]["confidence"] == pytest.approx(0.999975)
    sealed = [entry.body for entry in watched.entries("seal") if entry.body.get("what") == "canary coins"]
    assert white_box["coins_commitment"] in {body["commitment"] for body in sealed}
    for name in ("loss", "white-box"):
        assert (watched.runs / "watched" / "audit" / f"{name}.svg").read_text().startswith("<svg")


def test_the_dossier_shows_and_verifies_them(
    watched: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WUMING_HOME", str(watched.home))
    dossier = watched.runs / "watched" / "dossier"
    page = (dossier / "index.html").read_text(encoding="utf-8")
    assert 'id="audit-en-t"' in page
    assert "directions among the gradients" in page
    assert entry.invoke(["verify", str(dossier), "--json"]) == 0
    assert entry.invoke(["certify", str(watched.runs / "watched"), "--json"]) == 0
    certificate = json.loads((watched.runs / "watched" / "certificate" / "certificate.json").read_text())
    assert certificate["audit"]["white_box"]["verdict"] == "consistent"
    assert "audit-white-box" not in {item["id"] for item in certificate["not_tested"]}
    capsys.readouterr()


def test_an_altered_bound_does_not_follow_from_the_scores(watched: Any) -> None:
    from wuming.compliance.dossier import recompute

    claims = json.loads(json.dumps({kind: dict(watched.outcome.claims[kind]) for kind in ("train", "audit")}))
    assert not recompute.audit(claims["audit"], claims["train"]).problems
    for place in (("white_box",), ("white_box", "gaussian")):
        lie = json.loads(json.dumps(claims["audit"]))
        found = lie
        for name in place:
            found = found[name]
        found["epsilon_lower_bound"] += 0.01
        assert recompute.audit(lie, claims["train"]).problems


def test_a_leak_that_only_the_steps_show_is_refused(watched: Any) -> None:
    coins = watched.read("watched", "audit", "gradient-seal.json")["coins"]
    with pytest.raises(ClaimRefused, match="disproves"):
        again(watched, lambda result: result.update(signals=[50.0 * coin + n / 1e3 for n, coin in enumerate(coins)]))
    with pytest.raises(ClaimRefused, match="disproves"):  # nor does a further call release it
        watched.run("watched", **WATCHED)


def test_coins_that_were_not_sealed_are_not_audited_with(watched: Any) -> None:
    edit(watched.runs / "watched" / "audit" / "gradient-seal.json", lambda sealed: sealed["coins"].reverse())
    with pytest.raises(VerificationFailed, match="sealed"):
        again(watched, lambda _result: None)
