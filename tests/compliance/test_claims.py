"""The signed claim of one training: any altered number is found, and so are figures that do not follow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wuming.accounting.events import PoissonSampledGaussian
from wuming.compliance.claims import CLAIM, CLAIM_SIGNATURE, CLAIM_TYPE, signed_claim, verify_claim, write_claim
from wuming.core.canonical import canonical_json, digest_bytes
from wuming.core.errors import MissingFile
from wuming.core.storage import write_json
from wuming.crypto.signatures import SigningKey, envelope_bytes, sign_envelope

KEY, STRANGER = SigningKey.from_bytes(b"compliance tests, no secret here"), SigningKey.generate()
EVENT = PoissonSampledGaussian(0.15, 6.0, 60)  # ε = 0.7297 at δ = 1e-5
PLAN = {
    "population": 400,
    "expected_batch_size": 60,
    "noise_multiplier": 6.0,
    "steps": 60,
    "records_per_unit": 2,
    "unit_of_privacy": "subject",
    "neighbouring_relation": "add-or-remove-one",
    "sampled": "units",
    "noise": "gaussian",
    "clipping": {"kind": "flat", "max_grad_norm": 1.0},
}


def claim(**changes: Any) -> dict[str, Any]:
    return {
        "epsilon": 0.7297,
        "delta": 1e-5,
        "sampler": "poisson over subjects",
        "sampling_probability": 0.15,
        "max_grad_norm": 1.0,
        **{name: value for name, value in PLAN.items() if name not in ("sampled", "noise", "clipping")},
        "plan": PLAN,
        "event": EVENT.as_json(),
        "account": {"id": "a/subject/add-or-remove-one", "cap_epsilon": 2.0, "spent_epsilon": 1.1, "delta": 1e-5},
        "weights_digest": digest_bytes(b"weights"),
        **changes,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "trained"
    place.mkdir()
    (place / "model.safetensors").write_bytes(b"weights")
    write_claim(place, claim(), KEY)
    return place


def problems(folder: Path, **options: Any) -> list[str]:
    outcome = verify_claim(folder, KEY.public, **options)
    assert outcome.ok is (not outcome.problems)
    return [f"{problem.file}: {problem.what}" for problem in outcome.problems]


def test_a_claim_that_holds(folder: Path) -> None:
    outcome = verify_claim(folder, KEY.public)
    assert outcome.ok, outcome.problems
    assert outcome.claim["epsilon"] == 0.7297
    assert {"delta", "unit_of_privacy", "neighbouring_relation", "sampler"} <= set(outcome.claim)
    assert signed_claim(folder, KEY.public) == claim()
    assert signed_claim(folder, STRANGER.public) is None


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [found for key, child in value.items() for found in paths(child, (*here, key))]
    return [here] if isinstance(value, int | float) else []


def put(value: dict[str, Any], path: tuple[Any, ...], new: Any) -> dict[str, Any]:
    copied: Any = json.loads(json.dumps(value))
    target = copied
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = new
    return dict(copied)


@given(st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_altered_number_is_found(folder: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(paths(claim())))
    new = data.draw(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
    altered = put(claim(), path, new)
    if canonical_json(altered) == canonical_json(claim()):
        return
    try:
        write_json(folder / CLAIM, altered)
        assert problems(folder) == [f"{CLAIM}: changed after it was signed"]
    finally:
        write_claim(folder, claim(), KEY)


@pytest.mark.parametrize("path", paths(claim()), ids=lambda path: ".".join(map(str, path)))
def test_a_signer_whose_figures_do_not_follow_is_found(folder: Path, path: tuple[str, ...]) -> None:
    """Signed anew by the right key: only arithmetic can tell. A signature alone is the twin that this test rejects."""
    value: Any = claim()
    for key in path:
        value = value[key]
    free = {("account", "delta"), ("account", "cap_epsilon"), ("account", "spent_epsilon")}
    write_claim(folder, put(claim(), path, value * 2 if isinstance(value, int) else value * 1.07), KEY)
    assert signed_claim(folder, KEY.public) is not None  # the twin is content
    assert bool(problems(folder)) is (path not in free)


def test_an_account_over_its_cap_is_found(folder: Path) -> None:
    write_claim(folder, put(claim(), ("account", "spent_epsilon"), 2.5), KEY)
    assert problems(folder) == [f"{CLAIM}: the account's charge is above its cap"]


def test_other_weights_and_other_keys_are_found(folder: Path, tmp_path: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"others")
    assert problems(folder) == ["model.safetensors: not the weights that the claim is about"]
    assert problems(folder, model=tmp_path / "absent") == []  # said in a note
    write_claim(folder, claim(), STRANGER)
    assert problems(folder)[0].startswith(CLAIM_SIGNATURE)


def test_a_claim_without_its_signature_is_no_claim(folder: Path) -> None:
    (folder / CLAIM_SIGNATURE).unlink()
    assert problems(folder) == [f"{CLAIM_SIGNATURE}: missing, so the claim is not signed"]
    assert signed_claim(folder, KEY.public) is None
    (folder / CLAIM).unlink()
    with pytest.raises(MissingFile):
        verify_claim(folder, KEY.public)


@pytest.mark.parametrize("text", [b"", b"[1]", b'{"a":1,"a":1}', b"{", b'{"a":NaN}', b"\xff", b"[" * 100_000])
def test_what_is_no_claim_is_refused(folder: Path, text: bytes) -> None:
    (folder / CLAIM).write_bytes(text)
    assert problems(folder)
    (folder / CLAIM_SIGNATURE).write_bytes(text)
    assert problems(folder)


def test_a_dossiers_envelope_is_no_claim(folder: Path) -> None:
    envelope = sign_envelope(canonical_json(claim()), CLAIM_TYPE.replace("claim", "dossier"), KEY)
    (folder / CLAIM_SIGNATURE).write_bytes(envelope_bytes(envelope))
    assert problems(folder)[0].startswith(CLAIM_SIGNATURE)
