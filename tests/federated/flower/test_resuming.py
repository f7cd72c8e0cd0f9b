"""A server that ends at any point of a round, and goes on: numbers, accounts, moments, and files that were touched."""

from __future__ import annotations

import json
import stat
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wuming.app.federation import serving
from wuming.app.federation.server_state import ROUNDS, TRAINING, ServerState, kept_in
from wuming.app.federation.serving import Serving, _Host
from wuming.app.federation.status import lines, read_status
from wuming.core.errors import MalformedRecord, RoundRefused, RunConflict, WumingError
from wuming.core.ports import NoProgress
from wuming.federated.federation import Standing
from wuming.federated.secure_aggregation import ServerStage

from .site import CELL, ROUNDS_PLANNED, SILOS, Site, Task, agreed


class Crash(BaseException):
    """The process ends here."""


def crash_at(monkeypatch: pytest.MonkeyPatch, site: Site, where: str, round_number: int) -> None:
    """Let the server's process end once, at a point of a round."""
    count = {"seen": 0}

    def armed() -> bool:
        count["seen"] += 1
        return count["seen"] == round_number

    if where in ("training", "evaluation"):
        owner, name = {"training": (ServerState, "write_training"), "evaluation": (Task, "evaluate")}[where]
        honest = getattr(owner, name)

        def crashing(*arguments: object) -> object:
            if armed():
                raise Crash
            return honest(*arguments)

        monkeypatch.setattr(owner, name, crashing)
        return
    stage = ServerStage[where]
    honest_stage = _Host.stage_ended

    def stage_ended(self: _Host, ended: ServerStage, *rest: object) -> None:
        honest_stage(self, ended, *rest)
        if ended == stage and armed():
            raise Crash

    monkeypatch.setattr(_Host, "stage_ended", stage_ended)


POINTS = ("KEYS", "SHARES", "VECTORS", "CONFIRMATIONS", "REVELATIONS", "training", "evaluation")
SEEN = ("CONFIRMATIONS", "REVELATIONS", "training")  # from here on the sum may have been seen


@pytest.mark.parametrize("where", POINTS)
def test_a_server_that_ends_anywhere_in_the_second_round_goes_on(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cut = Site(tmp_path / "whole"), Site(tmp_path / "cut")
    whole.serve()
    with monkeypatch.context() as patched:
        crash_at(patched, cut, where, 2)
        with pytest.raises(Crash):
            cut.serve()
    first = cut.host.federation
    told = cut.serve()
    # Weights, moments and progress are those of a server that never ended.
    assert (told["phase"], told["rounds"]) == ("finished", ROUNDS_PLANNED)
    assert np.abs(cut.host.federation.weights - whole.host.federation.weights).max() < 100 * CELL
    assert np.load(tmp_path / "cut" / "state" / "model.npy").tolist() == cut.host.federation.weights.tolist()
    # No number was used twice, and none fell.
    numbers = [one["number"] for one in cut.host.book.attempts]
    assert len(set(numbers)) == len(numbers)
    later = [number for number in numbers if number not in first.standing.spent]
    assert all(number > first.standing.number for number in later if number != first.standing.number)
    # The round in which it ended counts when its sum may have been seen, and only then.
    spent = cut.host.federation.standing.spent
    assert len(spent) == ROUNDS_PLANNED + (where in SEEN)
    assert (len(cut.host.book.attempts) > ROUNDS_PLANNED) == (where in SEEN)
    assert [point["round"] for point in cut.host.book.curve] == [1, 2, 3]
    assert {silo["rounds"] for silo in cut.host.book.silos.values()} == {3}


def test_a_strategy_that_forgets_its_moments_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin of the test above: a server that keeps the weights alone."""
    whole, cut = Site(tmp_path / "whole"), Site(tmp_path / "cut")
    whole.serve()
    honest = ServerState.write_training

    def forgetful(self, standing, history):
        honest(self, replace(standing, memory=cut.built.strategy.begin(12)), history)

    with monkeypatch.context() as patched:
        crash_at(patched, cut, "evaluation", 2)
        patched.setattr(ServerState, "write_training", forgetful)
        with pytest.raises(Crash):
            cut.serve()
    cut.serve()
    assert np.abs(cut.host.federation.weights - whole.host.federation.weights).max() > 1e-3


def test_an_account_that_is_spent_stays_spent_after_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site(tmp_path, noise="distributed")
    with monkeypatch.context() as patched:
        crash_at(patched, site, "CONFIRMATIONS", 2)
        with pytest.raises(Crash):
            site.serve()
    told = site.serve()
    # The account bears three rounds; one was lost after its sum may have been seen.
    assert (told["phase"], told["rounds"]) == ("stopped: the account is spent", 2)
    assert 0 < told["epsilon_public"] <= 8
    assert told["epsilon_public"] == site.built.agreement.plan.epsilon_public(1e-3, 3)
    assert site.serve()["rounds"] == 2
    assert {budget.rounds for budget in site.budgets.values()} == {3}


def test_a_server_that_forgets_what_counts_would_spend_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: the round that was lost is not written down before members are asked to reveal."""
    site = Site(tmp_path, noise="distributed")
    honest = ServerState.write_rounds
    with monkeypatch.context() as patched:
        patched.setattr(ServerState, "write_rounds", lambda self, opened, spent: honest(
            self, opened, tuple(n for n in spent if n != opened or n in site.host.federation.standing.spent)
        ))  # fmt: skip
        crash_at(patched, site, "CONFIRMATIONS", 2)
        with pytest.raises(Crash):
            site.serve()
    assert site.serve()["rounds"] == 3  # four rounds of which the sum may have been seen
    assert {budget.rounds for budget in site.budgets.values()} == {4}


def test_silos_that_were_restarted_too_take_no_number_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site(tmp_path)
    with monkeypatch.context() as patched:
        crash_at(patched, site, "VECTORS", 2)
        with pytest.raises(Crash):
            site.serve()
    number = site.host.federation.standing.number
    site.silos["east"] = site.grid.apps[100] = site.silo("east")
    offer = site.built.agreement.offer(number, site.host.federation.weights)
    for name in SILOS:
        with pytest.raises(RoundRefused, match="replayed-round"):
            site.silos[name]._participant.begin(offer)
    assert site.serve()["phase"] == "finished"
    assert json.loads((tmp_path / "keys" / "east" / "rounds.json").read_text())["tests"] > number


def test_a_silo_that_lies_about_shares_is_named_and_stays_named(tmp_path: Path) -> None:
    site = Site(tmp_path)
    honest = site.silos["east"]._participant.answer

    def lying(stage, data, values=None):
        secret = site.silos["east"]._participant._client
        if stage == ServerStage.REVELATIONS:
            secret._shares = {place: share[64:] + share[:64] for place, share in secret._shares.items()}
        return honest(stage, data, values)

    site.silos["east"]._participant.answer = lying
    told = site.serve()
    assert (told["phase"], told["blamed"]) == ("finished", {"east": "wrong-shares"})
    assert site.serve()["blamed"] == {"east": "wrong-shares"}
    assert "east   registered  in 3 sums  lied about shares: wrong-shares" in lines(read_status(tmp_path / "state"))[1]


def test_a_clock_that_falls_back_repeats_no_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site(tmp_path)
    with monkeypatch.context() as patched:
        crash_at(patched, site, "KEYS", 1)
        with pytest.raises(Crash):
            site.serve()
    number = site.host.federation.standing.number
    monkeypatch.setattr(serving, "time", SimpleNamespace(time_ns=lambda: 10**6, monotonic=time.monotonic))
    assert site.serve()["phase"] == "finished"
    assert site.host.federation.standing.spent == (number + 1, number + 2, number + 3)


def test_a_federation_that_has_ended_is_not_begun_again(tmp_path: Path) -> None:
    site = Site(tmp_path)
    first = site.serve()
    site.grid.apps.clear()
    again = site.serve()
    assert {name: again[name] for name in again if name != "silos"} == {
        name: first[name] for name in first if name != "silos"
    }
    assert [silo["rounds"] for silo in again["silos"].values()] == [3, 3, 3]


def test_a_figure_that_is_no_number_is_left_out_of_the_curve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lost model is no reason to end, and no file could hold the figure."""
    monkeypatch.setattr(Task, "evaluate", lambda _self, weights: {"mean": float(weights.mean()), "loss": float("nan")})
    site = Site(tmp_path)
    site.serve()
    assert [sorted(point) for point in site.host.book.curve] == [["mean", "round"]] * 3


def test_another_agreement_is_refused_and_one_server_serves(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.serve()
    for name, value in (("divisor", "4.0"), ("strategy", "{name: fedadam, learning_rate: 0.2}")):
        with pytest.raises(RunConflict, match="another agreement"):
            site.serve(agreed(tmp_path, **{name: value}))
    with (
        kept_in(tmp_path / "state", bytes(32)),
        pytest.raises(RunConflict, match="another process"),
        kept_in(tmp_path / "state", bytes(32)),
    ):
        pass


def test_the_files_are_private_and_what_was_changed_is_refused(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.serve()
    state = tmp_path / "state"
    for name in (ROUNDS, TRAINING):
        path = state / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        kept = path.read_bytes()
        for data in (b"", kept[:-1], kept + b"x", kept.replace(b'"version":1', b'"version":2'), b"\xff" * 200):
            path.write_bytes(data)
            with pytest.raises(MalformedRecord):
                site.serve()
        path.unlink()
        if name == ROUNDS:
            with pytest.raises(MalformedRecord, match="missing"):
                site.serve()
        path.write_bytes(kept)
    older = json.loads((state / ROUNDS).read_bytes())
    older["spent"] = older["spent"][:-1]
    (state / ROUNDS).write_text(json.dumps(older))
    with pytest.raises(MalformedRecord, match="older"):
        site.serve()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_changed_byte_of_the_training_state_passes(tmp_path_factory: pytest.TempPathFactory, data) -> None:
    site = _kept_site(tmp_path_factory)
    state = ServerState(site.folder / "state", site.built.agreement.digest)
    path = state.folder / TRAINING
    kept = path.read_bytes()
    place = data.draw(st.integers(0, len(kept) - 1))
    changed = bytearray(kept)
    changed[place] ^= data.draw(st.integers(1, 255))
    try:
        path.write_bytes(bytes(changed))
        with pytest.raises(WumingError):
            state.read(_begin(site))
    finally:
        path.write_bytes(kept)
    assert state.read(_begin(site)) is not None


_SITES: list[Site] = []


def _kept_site(factory: pytest.TempPathFactory) -> Site:
    if not _SITES:
        _SITES.append(Site(factory.mktemp("kept")))
        _SITES[0].serve()
    return _SITES[0]


def _begin(site: Site):
    return Standing(0, 0, (), np.zeros(12), site.built.strategy.begin(12))


def test_a_standing_that_cannot_be_is_refused(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.serve()
    good = site.host.federation.standing
    for bad in (
        replace(good, weights=np.zeros(3)),
        replace(good, rounds_done=4),
        replace(good, rounds_done=-1),
        replace(good, spent=good.spent[:1]),
        replace(good, spent=good.spent[::-1]),
        replace(good, number=good.number - 1),
    ):
        job = Serving(Path(), Path(), "", 0, tmp_path / "new", 1.0, 1.0, 1.0)
        fresh = _Host(job, site.built, NoProgress(), ServerState(job.state, bytes(32))).federation
        with pytest.raises(RoundRefused, match="unreadable-state"):
            fresh.resume(bad)
