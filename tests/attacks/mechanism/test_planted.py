"""Planted faults in mechanisms: every one is caught, and no right mechanism is blamed.

A few in `make test`; all of them, with 100 runs of right mechanisms, where full-size runs are asked for.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from wuming.auditing.mechanism.audit import ALPHA
from wuming.benchmarks.audit import mechanism as bench
from wuming.benchmarks.audit.mechanism import CLEAN_RUNS, run_twin
from wuming.benchmarks.audit.planted.twins import TWINS
from wuming.benchmarks.house.bench import Settings

SMOKE = ("float-laplace", "labels-from-data", "one-noise-for-all")
BY_NAME = {twin.name: twin for twin in TWINS}


def test_there_are_enough_and_each_has_a_right_twin():
    assert len(TWINS) >= 15
    assert len(BY_NAME) == len(TWINS)
    assert len({twin.broken for twin in TWINS}) == len(TWINS)
    assert not {twin.broken for twin in TWINS} & {twin.right for twin in TWINS}
    assert ALPHA == 1e-6


@pytest.mark.parametrize("name", SMOKE)
def test_smoke(name):
    fault = run_twin(BY_NAME[name], broken=True, seconds=15)
    assert fault.caught, fault


def test_smoke_of_a_right_one():
    right = run_twin(BY_NAME["half-the-scale"], broken=False, seconds=2)
    assert not right.caught, right


@pytest.mark.full
@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.name)
def test_every_fault_is_caught_in_time(twin):
    fault = run_twin(twin, broken=True)
    assert fault.caught, fault
    assert fault.seconds <= 45


@pytest.mark.full
@pytest.mark.parametrize("number", range(CLEAN_RUNS))
def test_no_right_mechanism_is_blamed(number):
    right = run_twin(TWINS[number % len(TWINS)], broken=False)
    assert not right.caught, right


@pytest.mark.parametrize("quick", [False, True])
def test_the_bench_row_counts_what_is_missed_and_blamed(monkeypatch, quick):
    def fake(twin, *, broken, seconds=bench.SECONDS):
        assert seconds == (bench.FAULT_SECONDS if broken else bench.SECONDS)
        wrong = twin.name == "float-laplace"
        return bench.Run(twin.name, broken, "consistent", (), broken != wrong, 0.0, 2.0)

    monkeypatch.setattr(bench, "run_twin", fake)
    outcome = bench.mechanism(SimpleNamespace(settings=Settings(quick=quick), say=lambda text: None))
    figures = {figure.what: figure for figure in outcome.figures}
    faults = len(bench.QUICK) if quick else len(TWINS)
    assert figures["planted faults caught"].median == faults - 1
    assert figures["right mechanisms blamed"].median == (1 if quick else 3)
    assert figures["planted faults caught"].reached is (None if quick else False)
    assert "missed: float-laplace" in outcome.notes
    assert len(outcome.raw["runs"]) == faults + (faults if quick else CLEAN_RUNS)
