"""A certificate follows from its evidence: what is altered is found, with or without the signer's help."""

from __future__ import annotations

import base64
import copy
import html
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wuming.accounting.accountant import rdp
from wuming.accounting.events import PoissonSampledGaussian
from wuming.accounting.filter import RenyiFilter
from wuming.compliance.dossier import verify_dossier
from wuming.compliance.dossier.build import Certified
from wuming.compliance.dossier.certificate import CERTIFICATE
from wuming.compliance.dossier.manifest import PAYLOAD_TYPE, SIGNATURE
from wuming.compliance.dossier.untested import TESTS
from wuming.core.canonical import canonical_json, digest_bytes
from wuming.crypto.signatures import SigningKey, envelope_bytes, open_envelope, sign_envelope

Make = Callable[..., Path]
KEY = SigningKey.from_bytes(b"compliance tests, no secret here")
EVENT = PoissonSampledGaussian(0.15, 1.02251, 60)
WEIGHTS = b"weights"


def account(**changes: Any) -> dict[str, Any]:
    return {
        "id": "customer-service/subject/add-or-remove-one",
        "cap_epsilon": 20.0,
        "delta": 1e-5,
        "charge_epsilon": RenyiFilter(20.0, 1e-5).charge(rdp(EVENT)),
        "events": [{"event": EVENT.as_json(), "at": "2026-11-23T10:00:00Z", "state": "committed"}],
        **changes,
    }


def certified(**changes: Any) -> Certified:
    files = {"model.safetensors": {"sha256": digest_bytes(WEIGHTS), "size": len(WEIGHTS)}}
    return Certified(files, account(**changes))


@pytest.fixture
def about_weights(raw: dict[str, Any]) -> dict[str, Any]:
    """The evidence of a run whose weights exist."""
    raw["train"]["subject"] = digest_bytes(WEIGHTS)
    raw["train"]["claims"] |= {"event": EVENT.as_json(), "coins_commitment": "sha256:" + "7" * 64}
    return raw


@pytest.fixture
def folder(make_dossier: Make, about_weights: dict[str, Any], tmp_path: Path) -> Path:
    return make_dossier(tmp_path / "certificate", about_weights, certificate=certified())


def problems(folder: Path, **options: Any) -> list[str]:
    outcome = verify_dossier(folder, KEY.public, **options)
    return [f"{problem.file}: {problem.what}" for problem in outcome.problems]


def test_a_certificate_says_what_was_promised(folder: Path) -> None:
    assert problems(folder) == []
    said = json.loads((folder / CERTIFICATE).read_bytes())
    guarantee = said["guarantee"]
    assert guarantee["event"] == EVENT.as_json()
    assert (guarantee["epsilon"], guarantee["delta"]) == (7.99, 1e-5)
    assert {"unit_of_privacy", "neighbouring_relation", "sampler"} <= set(guarantee)
    assert said["sampler"]["coins_commitment"] == "sha256:" + "7" * 64
    assert said["audit"]["epsilon_lower_bound"] == 0.0
    assert said["audit"]["null_hypothesis"]
    assert {row["attack"] for row in said["attacks"]} > {"membership by calibrated loss"}
    assert said["data"]["commitment"]["merkle_root"] == "b" * 64
    assert said["model"]["files"]["model.safetensors"]["sha256"] == said["model"]["weights_digest"]
    assert {item["id"] for item in said["not_tested"]} >= {"audit-white-box", "side-channels", "honesty"}
    assert "membership" not in {item["id"] for item in said["not_tested"]}
    page = html.unescape((folder / "index.html").read_text(encoding="utf-8"))
    for words in ("Certificate of a model", "模型证书", "poisson-sampled-gaussian", digest_bytes(WEIGHTS)):
        assert words in page
    assert all(item["en"] in page and item["zh"] in page for item in said["not_tested"])


def test_what_was_not_tested_follows_from_the_evidence(
    make_dossier: Make, about_weights: dict[str, Any], tmp_path: Path
) -> None:
    only = {"train": about_weights["train"]}
    bare = make_dossier(tmp_path / "bare", only, certificate=certified())
    assert problems(bare) == []
    listed = [item["id"] for item in json.loads((bare / CERTIFICATE).read_bytes())["not_tested"]]
    assert listed == [test.id for test in TESTS]


def test_a_public_certificate_leaves_internal_figures_out(
    make_dossier: Make, about_weights: dict[str, Any], tmp_path: Path
) -> None:
    public = make_dossier(tmp_path / "public", about_weights, certificate=certified(), public=True)
    assert problems(public) == []
    said = json.loads((public / CERTIFICATE).read_bytes())
    assert said["attacks"] == []
    # Left out is not untested: nothing is said either way.
    assert not {"membership", "extraction", "de-identification"} & {item["id"] for item in said["not_tested"]}
    assert said["guarantee"]["epsilon"] == 7.99


def numbers(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], int | float]]:
    """Yield every number in a JSON value, with where it stands; booleans are numbers, too."""
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from numbers(child, (*path, key))
    elif isinstance(value, int | float):
        yield path, value


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    copied = copy.deepcopy(value)
    target = copied
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = new
    return copied


def documents(folder: Path) -> dict[tuple[str, int], Any]:
    """Every JSON value in the folder, by (file, line); of envelopes, what they sign."""
    found: dict[tuple[str, int], Any] = {}
    for path in sorted(folder.glob("*.json*")):
        lines = path.read_text(encoding="utf-8").splitlines() if path.suffix == ".jsonl" else [path.read_text("utf-8")]
        for place, line in enumerate(lines):
            value = json.loads(line)
            if isinstance(value, dict) and "payload" in value:
                value = json.loads(base64.b64decode(value["payload"]))
            found[path.name, place] = value
    return found


def write(folder: Path, name: str, place: int, value: Any) -> None:
    path = folder / name
    before = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        lines = before.splitlines()
        lines[place] = canonical_json(value).decode()
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return
    envelope = json.loads(before)
    if "payload" in envelope:
        envelope["payload"] = base64.b64encode(canonical_json(value)).decode()
        path.write_bytes(envelope_bytes(envelope))
    else:
        path.write_text(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def listed_hashes_hold(folder: Path) -> bool:
    """A verifier that looks at the model's hashes and the certificate's claim alone: the twin that the test rejects."""
    said = json.loads((folder / CERTIFICATE).read_bytes())
    return bool(said["model"]["files"]["model.safetensors"]["sha256"] == digest_bytes(WEIGHTS))


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_altered_number_anywhere_is_found(folder: Path, data: st.DataObject) -> None:
    found = documents(folder)
    places = [(where, path, value) for where, document in found.items() for path, value in numbers(document)]
    assert len(places) > 300
    where, path, value = data.draw(st.sampled_from(places))
    new = data.draw(
        st.one_of(
            st.integers(-(10**9), 10**9),
            st.floats(allow_nan=False, allow_infinity=False),
            st.just(value + 1e-9),
            st.just(float(value)),
            st.just(None),
        ).filter(lambda other: json.dumps(other) != json.dumps(value))
    )
    before = (folder / where[0]).read_bytes()
    try:
        write(folder, *where, changed(found[where], path, new))
        if (folder / where[0]).read_bytes() == before:
            return
        assert any(text.startswith(f"{where[0]}:") for text in problems(folder)), (where, path, value, new)
        assert listed_hashes_hold(folder) or where[0] == CERTIFICATE
    finally:
        (folder / where[0]).write_bytes(before)


def resign(folder: Path) -> None:
    manifest = json.loads(open_envelope(json.loads((folder / SIGNATURE).read_bytes()), KEY.public, PAYLOAD_TYPE))
    for path in manifest["files"]:
        data = (folder / path).read_bytes()
        manifest["files"][path] = {"sha256": digest_bytes(data), "size": len(data)}
    (folder / SIGNATURE).write_bytes(envelope_bytes(sign_envelope(canonical_json(manifest), PAYLOAD_TYPE, KEY)))


def test_a_signer_whose_certificate_is_not_the_evidence_is_found(folder: Path, tmp_path: Path) -> None:
    """Every number of the certificate is altered in turn and signed anew: each follows from something else."""
    said = json.loads((folder / CERTIFICATE).read_bytes())
    unseen = []
    for path, value in numbers(said):
        if path[0] == "model":
            continue  # a file's size and hash are the signer's word, held against the file itself
        again = tmp_path / "again"
        shutil.rmtree(again, ignore_errors=True)
        shutil.copytree(folder, again)
        new = not value if isinstance(value, bool) else value * 1.01 + (1 if isinstance(value, int) else 1e-6)
        write(again, CERTIFICATE, 0, changed(said, path, new))
        resign(again)
        if not problems(again):
            unseen.append(path)
    # The cap and δ of the account are the company's own decision; they are in the evidence, too.
    assert unseen in ([], [("account", "cap_epsilon")])


@pytest.mark.parametrize(
    ("path", "new"),
    [
        (("train", "epsilon"), 4.99),
        (("train", "epsilon"), 7.9901),
        (("train", "delta"), 1e-6),
        (("train", "noise_multiplier"), 1.03),
        (("train", "steps"), 59),
        (("train", "sampling_probability"), 0.14),
        (("train", "population"), 3001),
        (("train", "divisor"), 449),
        (("train", "unit_of_privacy"), "document"),
        (("train", "neighbouring_relation"), "replace-one"),
        (("train", "event", "steps"), 50),
        (("audit", "correct"), 58),
        (("audit", "guesses"), 58),
        (("audit", "canaries"), 100),
        (("audit", "included"), 201),
        (("audit", "confidence"), 0.9),
        (("audit", "epsilon_lower_bound"), 0.5),
        (("audit", "highest_possible_bound"), 6.0),
        (("audit", "claimed_epsilon"), 8.5),
        (("audit", "verdict"), "violated"),
        (("audit", "control", "epsilon_lower_bound"), 0.1),
    ],
)
def test_a_signer_whose_figures_do_not_follow_is_found(
    path: tuple[str, ...], new: Any, make_dossier: Make, about_weights: dict[str, Any], tmp_path: Path
) -> None:
    """The signer alters the evidence itself, and builds a whole new dossier on it: only arithmetic can tell."""
    target = about_weights[path[0]]["claims"]
    for key in path[1:-1]:
        target = target[key]
    target[path[-1]] = new
    assert problems(make_dossier(tmp_path / "d", about_weights, certificate=certified()))


def test_an_account_that_does_not_add_up_is_found(
    make_dossier: Make, about_weights: dict[str, Any], tmp_path: Path
) -> None:
    more = {"event": EVENT.as_json(), "at": "2026-11-24T10:00:00Z", "state": "committed"}
    for name, change in {
        "charge": {"charge_epsilon": 9.0},
        "hidden": {"events": []},
        "another": {"events": [*account()["events"], more]},
        "cap": {"cap_epsilon": 10.0},
        "delta": {"delta": 1e-6},
    }.items():
        folder = make_dossier(tmp_path / name, about_weights, certificate=certified(**change))
        assert any(text.startswith(CERTIFICATE) for text in problems(folder)), name


def test_the_models_files_are_held_against_their_hashes(folder: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    assert problems(folder, model=model) == [
        "model.safetensors: the model's folder does not hold this file of the certificate"
    ]
    (model / "model.safetensors").write_bytes(WEIGHTS)
    assert problems(folder, model=model) == []
    (model / "adapter_model.safetensors").write_bytes(b"loaded beside")
    assert [text.split(":")[0] for text in problems(folder, model=model)] == ["adapter_model.safetensors"]
    (model / "adapter_model.safetensors").unlink()
    (model / "model.safetensors").write_bytes(b"Weights")
    assert problems(folder, model=model) == ["model.safetensors: not the file that was certified"]


def test_stored_scores_give_the_bound_again(make_dossier: Make, about_weights: dict[str, Any], tmp_path: Path) -> None:
    """The audit's statistic is computed again from the canaries' scores; a bound that they do not give is found."""
    from wuming.auditing.bounds.scores import bound_from_scores

    included = [round(0.9 + 0.001 * index, 6) for index in range(97)]
    excluded = [round(0.2 + 0.0011 * index, 6) for index in range(103)]
    for name, design, method in (
        ("steinke", "one-run-independent-coins", "steinke"),
        ("gaussian", "one-run-independent-coins", "gaussian"),
    ):
        bound = bound_from_scores(
            included, excluded, design=design, method=method, delta=1e-5, confidence=0.95, claimed_epsilon=7.99
        )
        claims = {**bound.as_json(), "canaries": 200, "coins_commitment": "sha256:" + "5" * 64}
        claims["scores"] = {"included": included, "excluded": excluded}
        about_weights["audit"]["claims"] = claims
        whole = make_dossier(tmp_path / name, about_weights, certificate=certified())
        assert not [t for t in problems(whole) if "audit:" in t]
        page = (whole / "index.html").read_text(encoding="utf-8")
        assert "Scores of 97 canaries that were in and 103 that were not" in page
        assert ("could see at most any ε" in page) is (bound.as_json()["highest_possible_bound"] is None)
        for place, new in ((0, 0.1), (50, 0.15)):
            lowered = changed(claims, ("scores", "included", place), new)
            about_weights["audit"]["claims"] = {**lowered, "scores": {**lowered["scores"], "included": [0.1] * 97}}
            assert [t for t in problems(make_dossier(tmp_path / f"{name}-{place}", about_weights)) if "audit:" in t]
        about_weights["audit"]["claims"] = {**claims, "epsilon_lower_bound": claims["epsilon_lower_bound"] / 2}
        assert [t for t in problems(make_dossier(tmp_path / f"{name}-half", about_weights)) if "audit:" in t]


def test_counts_are_held_against_scores(make_dossier: Make, about_weights: dict[str, Any], tmp_path: Path) -> None:
    claims = about_weights["audit"]["claims"]
    scores = [round(0.01 * index, 6) for index in range(200)]
    claims["scores"] = {"included": scores[103:], "excluded": scores[:103]}  # all 60 guesses would be right, not 33
    assert [t for t in problems(make_dossier(tmp_path / "d", about_weights)) if "right guesses" in t]


def test_the_risk_report_is_told_in_both_languages(
    make_dossier: Make, about_weights: dict[str, Any], tmp_path: Path
) -> None:
    row = {
        "id": "membership",
        "attack": {"en": "Membership inference", "zh": "成员推断"},
        "figure": {"en": "recognised at 1% false alarms", "zh": "误报率 1% 时的识别率"},
        "value": 0.0217,
        "interval": [0.004, 0.061],
        "chance": 0.01,
        "bound": 0.175712,
        "scale": "share",
        "contradicts_claim": False,
        "meaning": {"en": "Nobody can recognise more <b>.", "zh": "任何攻击者都不会超过。"},
    }
    about_weights["assess"]["claims"]["risk"] = {
        "rows": [row],
        "advice": [{"knob": {"en": "More noise", "zh": "更多噪声"}, "change": "σ × 1.5", "effect": "ε = 4.1"}],
        "questions": [{"id": "unit", "question": "What is the unit?", "answer": "A person.", "evidence": ["train"]}],
    }
    folder = make_dossier(tmp_path / "d", about_weights, certificate=certified())
    assert problems(folder) == []
    page = (folder / "index.html").read_text(encoding="utf-8")
    for words in (
        "2.17%",
        "0.4% – 6.1%",
        "17.6%",
        "成员推断",
        "任何攻击者都不会超过",
        "更多噪声",
        "What is the unit?",
        "&lt;b&gt;",
    ):
        assert words in page, words
    assert json.loads((folder / CERTIFICATE).read_bytes())["attacks"][0]["bound"] == 0.175712
    public = make_dossier(tmp_path / "public", about_weights, certificate=certified(), public=True)
    page = (public / "index.html").read_text(encoding="utf-8")
    assert "2.17%" not in page
    assert "What is the unit?" in page
    assert "0.0217" not in (public / "evidence.jsonl").read_text(encoding="utf-8")
    for change in ({"bound": 0.2}, {"contradicts_claim": True}, {"value": 0.08}):
        about_weights["assess"]["claims"]["risk"]["rows"] = [row | change]
        assert problems(make_dossier(tmp_path / str(change), about_weights)), change


ODD = st.one_of(st.none(), st.booleans(), st.text(max_size=4), st.just([]), st.just({}), st.just([[1]]), st.just(1e308))


def everything(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where every value stands."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from everything(child, (*path, key))


@given(st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_signer_who_writes_nonsense_is_told_and_never_crashes_the_verifier(folder: Path, data: st.DataObject) -> None:
    found = {where: value for where, value in documents(folder).items() if where[0] in (CERTIFICATE, "evidence.jsonl")}
    where = data.draw(st.sampled_from(sorted(found)))
    path = data.draw(st.sampled_from(list(everything(found[where]))))
    before = {name: (folder / name).read_bytes() for name in (where[0], SIGNATURE)}
    altered = changed(found[where], path, data.draw(ODD))
    if where[0] == "evidence.jsonl" and path[0] == "evidence":
        altered["digest"] = digest_bytes(canonical_json(altered["evidence"]))
    try:
        write(folder, *where, altered)
        resign(folder)
        outcome = verify_dossier(folder, KEY.public, model=folder)
        assert isinstance(outcome.ok, bool)
    finally:
        for name, content in before.items():
            (folder / name).write_bytes(content)
