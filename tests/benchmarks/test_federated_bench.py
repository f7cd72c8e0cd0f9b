"""The federated bench runs in small, counts rightly, and its oracles and meters notice what is wrong."""

from __future__ import annotations

import json
import tracemalloc
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from wuming.app.cli.entry import invoke
from wuming.benchmarks.federated import account, beside, central, chaos, ours, trained
from wuming.benchmarks.federated.exact import Exact, Ones
from wuming.benchmarks.federated.one_round import SERVER, Clock, Scales
from wuming.benchmarks.federated.workload import mean_error, update
from wuming.benchmarks.house.bench import Settings
from wuming.benchmarks.house.protocol import ContestantFailed
from wuming.benchmarks.house.running import Hall


@pytest.fixture
def hall() -> Hall:
    return Hall(Settings(quick=True), lambda text: None)


def test_it_runs_in_small(tmp_path: Path) -> None:
    path = tmp_path / "quick.json"
    assert invoke(["bench", "federated", "--quick", "--rows", "silos,hundred,chaos", "--json", str(path)]) == 0
    rows = json.loads(path.read_text())["rows"]
    assert set(rows) == {"silos@1", "hundred@1", "chaos@1"}
    figures = [figure for entry in rows.values() for figure in entry["figures"]]
    assert {figure["reached"] for figure in figures} == {True, None}
    assert sum("wrong" in figure["what"] and figure["reached"] for figure in figures) == 3
    silos = rows["silos@1"]["raw"]["rounds"]
    assert [silos[name][0]["survivors"] for name in ("none", "keys", "vectors", "confirmations")] == [10, 9, 9, 10]


def test_the_account_is_within_its_goals_in_small(hall: Hall) -> None:
    outcome = account.measure(hall)
    largest, smallest, _, audit = outcome.figures
    assert 1 <= smallest.median <= largest.median <= 1.01
    assert smallest.reached
    assert audit.reached


def test_the_two_oracles_agree() -> None:
    for delta in (1e-2, 1e-5):
        assert Ones(25.0, 2).epsilon(delta) == pytest.approx(Exact(25.0, (1, 1)).epsilon(delta), abs=1e-4)


def test_what_is_broken_is_counted(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    played = SimpleNamespace(end="DONE", broken=Counter({"wrong sum": 1, "second answer": 1, "no end": 2}))
    monkeypatch.setattr(chaos, "play", lambda seed: played)
    outcome = chaos.measure(hall)
    assert [figure.median for figure in outcome.figures] == [25, 25, 50, 25, 0]
    assert [figure.reached for figure in outcome.figures] == [False, False, False, None, None]


def test_meters_count_the_party_that_works() -> None:
    clock, scales = Clock(), Scales()
    clock(4, sum, range(300_000))
    assert clock.cpu[4] > clock.cpu[SERVER] == 0
    tracemalloc.start()
    kept = [scales(3, bytes, 1 << 20), scales(SERVER, bytes, 1 << 21)]
    scales(SERVER, lambda: len(bytes(1 << 22)))
    tracemalloc.stop()
    assert sum(map(len, kept)) == 3 << 20
    assert scales.kept == pytest.approx(1 << 21, rel=0.01)
    assert scales.most == pytest.approx((1 << 21) + (1 << 22), rel=0.01)


def test_the_mean_s_error_is_that_of_the_worst_value() -> None:
    true = np.mean([update(place, 50) for place in (0, 2)], axis=0, dtype=np.float64)
    assert mean_error(true, [0, 2], 50) < 1e-7
    true[7] += 0.25
    assert mean_error(true, [0, 2], 50) == pytest.approx(0.25)


def test_whole_federations_read_the_commands_last_lines(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def command(arguments: list[str]) -> str:
        asked.append(arguments)
        accuracy = 0.95 if arguments[0] == "federate" else 0.96
        claims = {"epsilon_server": 4.0, "epsilon_public": 3.6, "delta": 1e-6, "unit_of_privacy": "record"}
        return json.dumps({"accuracy": accuracy, "seconds": 3.0, "sums_exact": True, **claims})

    monkeypatch.setattr(trained, "run_wuming", command)
    outcome = trained.mnist(Hall(Settings(), lambda text: None))
    assert outcome.figures[0].median == pytest.approx(1.0)
    assert outcome.figures[0].reached is False
    assert [arguments[0] for arguments in asked] == ["federate", "train"] * 3
    assert trained.crowd(hall).figures[0].median == 0.95


def test_figures_beside_the_peer(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    class Contestant:
        def __init__(self, name: str, seconds: float) -> None:
            self.name, self._seconds = name, seconds

        def do(self, command: str, **asked: Any) -> Any:
            if command == "round" and self._seconds < 0:
                raise ContestantFailed("Gone", "")
            if command == "round":
                return {"all": self._seconds}
            assert (asked["members"], asked["dropped"]) == (10, [3])
            return {"sent": 8 * asked["dimension"], "error": 0.0, "pair_bits": 28, "own_bits": 32}

    class Stand:
        settings = hall.settings
        say = staticmethod(hall.say)

        def __init__(self, *seconds: float) -> None:
            self._present = [Contestant(name, s) for name, s in zip(("beside", "secagg+"), seconds, strict=True)]

        def contestants(self, wanted: Any, *, peers: Any) -> Stand:
            assert peers == [wanted[1][0]]
            return self

        def __enter__(self) -> list[Contestant]:
            return self._present

        def __exit__(self, *_: object) -> None:
            return None

    figures = {figure.what: figure.median for figure in beside.measure(Stand(2.0, 8.0)).figures}  # type: ignore[arg-type]
    assert figures["SecAgg+ / ours, CPU"] == 4.0
    assert figures["SecAgg+: bytes sent / the same bits without masks"] == 2.0
    with pytest.raises(ContestantFailed):
        beside.measure(Stand(2.0, -1.0))  # type: ignore[arg-type]


@pytest.mark.full
def test_secagg_plus_takes_part(tmp_path: Path) -> None:
    path = tmp_path / "quick.json"
    assert invoke(["bench", "federated", "--quick", "--rows", "peer", "--json", str(path)]) == 0
    (row,) = json.loads(path.read_text())["rows"].values()
    figures = {figure["what"]: figure["median"] for figure in row["figures"]}
    assert figures["largest error of the mean"] < 10
    assert figures["SecAgg+: largest error of the mean"] < 10
    assert figures["SecAgg+: bits that vary in seeds of pairs' masks"] <= 28


@pytest.mark.parametrize(("rows", "absent"), [([1000] + 9 * [10], 0), (10 * [100], 1)])
def test_central_noise_is_measured_against_what_one_client_can_change(rows: list[int], absent: int) -> None:
    alone = ours.released(rows, absent, 20_000, 1.0, 0.0)
    move = ours.released(rows, absent, 2, 0.0, 1.0)[0]
    assert central.effective(alone, move) == pytest.approx(1.0, rel=0.03)  # six standard errors
    # The broken twin: noise as if all clients weighed the same.
    equal = [value / (len(rows) - absent) / move for value in alone]
    assert max(rows) == min(rows) or central.effective(equal, move) < 0.5
