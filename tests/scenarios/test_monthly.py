"""The model that is updated every month: three releases under one budget, a withdrawal honoured, the fourth refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from wuming.accounting.accountant import epsilon, rdp
from wuming.accounting.events import PoissonSampledGaussian
from wuming.accounting.filter import RenyiFilter, add_curves
from wuming.app.cli import entry
from wuming.compliance.dossier.life import budget_life
from wuming.compliance.dossier.verify import verify_dossier
from wuming.core.errors import BudgetExceeded, PrivacyParameterError, RunConflict, SelfCheckFailed
from wuming.core.ports import NoProgress
from wuming.core.storage import read_json, write_json
from wuming.crypto.keys import KeyStore
from wuming.governance.history import Moment
from wuming.governance.ledger import Ledger
from wuming.governance.lineage import Lineage
from wuming.lifecycle.loading import load_plan, load_plan_text
from wuming.scenarios.customer_service.writer import Counts
from wuming.scenarios.monthly import MONTHS, Story, plan_yaml, play, story
from wuming.scenarios.monthly import plan as numbers

SIGMA = 1.356  # what calibration finds for q = 0.15, 20 steps, ε = 3 at δ = 1e-5; the run computes the true ε again


class InlinePool:
    """A `WorkerPool` that works in this process: no interpreter to start, and the same results bit by bit."""

    def __init__(self, size: int, progress: Any) -> None: ...

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(function(*arguments))
        return future

    def wait(self, future: Future[Any]) -> Any:
        return future.result()

    def close(self) -> None: ...


@dataclass(frozen=True)
class Played:
    """The story, told once."""

    home: Path
    folder: Path
    story: Story
    refusal: BudgetExceeded | None


@pytest.fixture(scope="module")
def quick() -> Iterator[pytest.MonkeyPatch]:
    """A still smaller size with the same schedule, in this process, with the noise that calibration finds."""
    import torch

    from wuming.lifecycle import run
    from wuming.lifecycle.stages import train

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "WorkerPool", InlinePool)
        patch.setattr(train, "noise_multiplier", lambda *_: SIGMA)
        patch.setitem(numbers.COUNTS, "small", Counts(160, 60, 4))
        small: dict[str, Any] = {"population": 60, "units": 9, "canaries": 20, "held_out": 0.3, "samples": 0}
        small |= {"width": 16, "vocabulary": 400}
        patch.setitem(numbers._NUMBERS, "small", numbers._NUMBERS["small"] | small)
        yield patch
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, quick: pytest.MonkeyPatch) -> Played:
    base = tmp_path_factory.mktemp("monthly")
    quick.setenv("WUMING_HOME", str(base / "home"))
    told, refusal = play(base / "story", progress=NoProgress(), size="small")
    return Played(base / "home", base / "story", told, refusal)


@pytest.fixture
def at_home(played: Played, monkeypatch: pytest.MonkeyPatch) -> Played:
    monkeypatch.setenv("WUMING_HOME", str(played.home))
    return played


def test_three_releases_fit_under_the_cap_and_four_do_not() -> None:
    """The figures that the scenario rests on, computed again from the accountant."""
    event = PoissonSampledGaussian(0.15, SIGMA, numbers.STEPS)
    assert epsilon(event, numbers.DELTA) <= numbers.RELEASE_EPSILON
    guard, curve = RenyiFilter(numbers.CAP_EPSILON, numbers.DELTA), rdp(event)
    total: tuple[float, ...] = (0.0,) * len(curve)
    charges = []
    for _ in MONTHS:
        charges.append(guard.charge(total := add_curves(total, curve)))
    assert [round(charge, 2) for charge in charges] == [4.1, 5.31, 6.36, 7.18]
    assert [charge <= numbers.CAP_EPSILON for charge in charges] == [True, True, True, False]


@pytest.mark.parametrize("size", ["small", "full"])
def test_every_plan_is_valid_and_charges_the_same_account(size: Any, tmp_path: Path) -> None:
    plans = [load_plan_text(plan_yaml(m, size=size), name=m.name, base_folder=tmp_path).plan for m in MONTHS]
    assert {plan.source.lineage for plan in plans} == {f"monthly-{size}-0"}
    assert {plan.train.expected_units_per_step / plan.train.population for plan in plans} == {0.15}
    assert [plan.collect.as_of for plan in plans] == [month.until for month in MONTHS]


def test_the_example_for_data_of_ones_own_rests_on_the_same_figures(tmp_path: Path) -> None:
    example = load_plan(Path(__file__).resolve().parents[2] / "examples" / "monthly.yaml").plan
    ready = load_plan_text(plan_yaml(MONTHS[0]), name="ready", base_folder=tmp_path).plan
    for name in ("epsilon", "delta", "population", "expected_units_per_step", "steps"):
        assert getattr(example.train, name) == getattr(ready.train, name), name
    assert example.budget == ready.budget


def test_three_are_released_and_the_fourth_is_refused(at_home: Played) -> None:
    told = at_home.story
    assert [item.month for item in told.releases] == ["2026-04", "2026-05", "2026-06"]
    assert [round(item.charge_after, 2) for item in told.releases] == [4.1, 5.31, 6.36]
    assert all(before.charge_after == after.charge_before for before, after in pairwise(told.releases))
    assert told.refused is not None
    assert told.refused.month == "2026-07"
    assert at_home.refusal is not None
    assert at_home.refusal.exit_code == 40
    assert "over the cap 7" in told.refused.why
    kinds = [entry.kind for entry in Ledger().entries() if entry.kind.startswith("account.")]
    assert kinds.count("account.reserve") == kinds.count("account.commit") == 3
    assert kinds[-1] == "account.refuse"
    assert not (at_home.folder / "2026-07" / "run" / "models").exists()  # nothing was trained
    assert len({item.weights for item in told.releases}) == 3


def test_who_withdraws_is_gone_from_the_next_release_and_lineage_says_so(at_home: Played) -> None:
    gone = at_home.story.withdrawn
    assert gone is not None
    assert gone["in"] == ["2026-04", "2026-05"]
    assert gone["not_in"] == ["2026-06"]
    subject = gone["subject"]
    for month, there in (("2026-04", True), ("2026-05", True), ("2026-06", False)):
        run = at_home.folder / month / "run"
        assert (f'"{subject}"' in (run / "data" / "admitted.jsonl").read_text("utf-8")) is there
        assert (subject in read_json(run / "units" / "protected.json")) is there
        dropped = read_json(run / "run.json")["stages"]["collect"]["evidence"]["claims"]["dropped"]["withdrawn"]
        assert dropped["subjects"] == read_json(at_home.folder / "2026-04" / "run" / "run.json")["stages"]["collect"][
            "evidence"
        ]["claims"]["dropped"]["withdrawn"]["subjects"] + (not there)
    later = Lineage().without(subject, lineage=at_home.story.lineage)
    made = {item["digest"] for use in later for item in use.artefacts}
    assert at_home.story.releases[2].weights in made
    assert at_home.story.releases[1].weights not in made


def test_a_release_that_still_held_her_data_would_be_found(at_home: Played, tmp_path: Path) -> None:
    stays = next(iter(sorted(read_json(at_home.folder / "2026-06" / "run" / "units" / "protected.json"))[-1:]))
    write_json(tmp_path / "withdrawn.json", {"subject": stays, "at": "2026-06-10"})
    with pytest.raises(SelfCheckFailed):
        story._check_withdrawal(tmp_path, at_home.folder / "2026-06" / "run")


def test_every_release_has_a_dossier_that_lists_the_others(at_home: Played) -> None:
    key = KeyStore().signing_key().public
    for number, item in enumerate(at_home.story.releases, 1):
        outcome = verify_dossier(Path(item.dossier), key)
        assert outcome.ok, outcome.problems
        assert outcome.claim["weights_digest"] == item.weights
        listed = read_json(Path(item.dossier) / "dossier.json")["releases"]
        models = [release["digest"] for release in listed if release["what"] == "model"]
        assert models == [other.weights for other in at_home.story.releases[:number]]


def test_the_chart_tells_the_budgets_life(at_home: Played) -> None:
    text = Path(at_home.story.chart).read_text(encoding="utf-8")
    drawing = ElementTree.fromstring(text)  # noqa: S314  (our own output)
    words = " ".join(element.text or "" for element in drawing.iter())
    for expected in ("April 2026", "+ 4.10", "6.36", "would be 7.18", "refused", "cap ε = 7", "a person withdraws"):
        assert expected in words, expected
    assert "subject/add-or-remove-one" in words
    assert "Poisson over subjects" in words
    styles = [element.get("class") for element in drawing.iter() if element.tag.endswith("rect")]
    assert (styles.count("added"), styles.count("refused")) == (3, 1)


def test_a_column_is_as_high_as_its_charge_and_an_event_without_bound_is_drawn() -> None:
    moments = [
        Moment("", "opened", 0.0, 0.0, 8.0, None),
        Moment("", "reserved", 0.0, 2.0, 8.0, "a"),
        Moment("", "reserved", 2.0, 6.0, 8.0, "b"),
        Moment("", "refused", 6.0, None, 8.0, "c"),
        Moment("", "refused", 6.0, None, 8.0, "c"),
    ]
    text = budget_life(moments, ["<one>"], account="a/subject/add-or-remove-one", delta=1e-5, sampler="Poisson")
    drawing = ElementTree.fromstring(text)  # noqa: S314  (our own output)
    heights = [float(e.get("height", 0)) for e in drawing.iter() if e.get("class") == "added"]
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.2)
    assert text.count('class="refused"') == 1
    assert "no bound" in text


def test_playing_again_charges_nothing_and_makes_nothing_anew(at_home: Played, quick: pytest.MonkeyPatch) -> None:
    before = {path: path.stat().st_mtime_ns for path in at_home.folder.glob("2026-0[456]/run/dossier/*")}
    told, refusal = play(at_home.folder, progress=NoProgress(), size="small", releases=3)
    assert refusal is None
    assert told.releases == at_home.story.releases
    assert {path: path.stat().st_mtime_ns for path in before} == before
    with pytest.raises(RunConflict):
        play(at_home.folder, progress=NoProgress(), size="small", seed=1)
    with pytest.raises(RunConflict):
        play(at_home.folder.parent / "elsewhere", progress=NoProgress(), size="small")
    with pytest.raises(PrivacyParameterError):
        play(at_home.folder, progress=NoProgress(), size="small", releases=5)


def test_the_command_ends_with_the_refusal(
    at_home: Played, quick: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["scenario", "monthly", "--out", str(at_home.folder)]
    assert entry.invoke([*arguments, "--releases", "3"]) == 0
    out = capsys.readouterr().out
    assert "2026-06  released" in out
    assert "unit" not in out or "subject" in out
    assert entry.invoke(arguments) == 40
    shown = capsys.readouterr()
    assert "2026-07  refused" in shown.out
    assert "error: account monthly-small-0/subject/add-or-remove-one" in shown.err
    assert entry.invoke([*arguments, "--json"]) == 40
    lines = capsys.readouterr().out.splitlines()
    assert json.loads(lines[-1])["error"]["name"] == "BudgetExceeded"
    assert len(json.loads(lines[-2])["releases"]) == 3
    assert entry.invoke(["lineage", at_home.story.withdrawn["subject"], "--json"]) == 0  # type: ignore[index]
    found = json.loads(capsys.readouterr().out)
    assert (len(found["runs"]), len(found["without"])) == (4, 3)  # admitted and released; July was admitted only


def test_every_release_can_be_certified(at_home: Played, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run = at_home.folder / "2026-06" / "run"
    assert entry.invoke(["certify", str(run), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["model"]["weights_digest"] == at_home.story.releases[2].weights
    assert len(said["account"]["events"]) == 3  # all that these people's account has borne
    assert said["account"]["charge_epsilon"] == at_home.story.releases[2].charge_after
    assert said["sampler"]["coins_commitment"].startswith("sha256:")
    assert said["data"]["commitment"]["merkle_root"]
    assert said["audit"]["coins_commitment"].startswith("sha256:")
    assert "membership-calibrated" in {item["id"] for item in said["not_tested"]}
    assert entry.invoke(["verify", str(run), "--json"]) == 0
    checked = json.loads(capsys.readouterr().out)
    assert (checked["kind"], checked["ok"]) == ("run", True)
    model = run / "release" / "model" / "config.json"
    before = model.read_bytes()
    try:
        model.write_bytes(before + b" ")
        assert entry.invoke(["certify", str(run)]) == 33  # not the model that the ledger knows
        assert entry.invoke(["verify", str(run / "certificate")]) == 60
    finally:
        model.write_bytes(before)
    assert entry.invoke(["certify", str(run), "--public", "--out", str(tmp_path / "public")]) == 0
    assert entry.invoke(["verify", str(tmp_path / "public")]) == 0
