"""Random schedules of delay, loss, duplication, reordering, crashes: no wrong sum, no second reveal, always an end."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from wuming.benchmarks.federated import chaos
from wuming.benchmarks.federated.network import Network
from wuming.federated.secure_aggregation import Client, Stage, messages

from .federation import Federation

NUMBERS = st.integers(0, 10**6)


class Schedules(RuleBasedStateMachine):
    """Moves a network however it likes."""

    kind: type[Client] = Client
    ends: ClassVar[Counter[str]] = Counter()

    @initialize(members=st.integers(3, 6), colluders=st.integers(0, 2))
    def begin(self, members, colluders):
        self.network = Network(Federation(members, min(colluders, members - 3), 16), self.kind)

    @precondition(lambda self: self.network.bag)
    @rule(number=NUMBERS)
    def deliver(self, number):
        self.network.deliver(number)

    @precondition(lambda self: self.network.bag)
    @rule(number=NUMBERS)
    def deliver_and_keep(self, number):
        self.network.deliver_and_keep(number)

    @precondition(lambda self: self.network.bag)
    @rule(number=NUMBERS)
    def lose(self, number):
        self.network.lose(number)

    @precondition(lambda self: self.network.bag)
    @rule(count=st.integers(2, 6))
    def deliver_in_order(self, count):
        self.network.deliver_in_order(count)

    @precondition(lambda self: len(self.network.alive) > 1)
    @rule(number=NUMBERS)
    def crash(self, number):
        self.network.crash(number)

    @rule()
    def time_is_up(self):
        self.network.time_is_up()

    @invariant()
    def nothing_is_broken(self):
        if hasattr(self, "network"):
            assert not +self.network.broken

    def teardown(self):
        """Whatever has happened, a patient server comes to an end, and its sum is right."""
        if not hasattr(self, "network"):
            return
        self.network.finish()
        self.ends[self.network.end] += 1
        assert not +self.network.broken


def hold(schedules: int, machine: type[Schedules] = Schedules, **options: Any) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=schedules,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            **options,
        ),
    )


def test_random_schedules():
    Schedules.ends.clear()
    hold(30)
    print(Schedules.ends)
    assert Schedules.ends["DONE"]
    assert Schedules.ends["ABORTED"]


class Forgetful(Client):
    """A broken twin: it does not know that it has answered already."""

    def mask(self, data, values):
        said = super().mask(data, values)
        self._stage = Stage.SHARES
        self._seed = self._seed[::-1]
        return said


class Talkative(Client):
    """A broken twin: it reveals both shares of everybody."""

    def reveal(self, data):
        shares = dict(self._shares)
        super().reveal(data)
        halves = [{place: share[part] for place, share in shares.items()} for part in (slice(64), slice(64, None))]
        return messages.sign(messages.Revelation(self._agreement, self._place, *halves), self._identity)


class Overweight(Client):
    """A broken twin: it masks another vector than it was given."""

    def mask(self, data, values):
        return super().mask(data, values // 2)


@pytest.mark.parametrize("twin", [Forgetful, Talkative])
def test_broken_twins_are_found(twin):
    with pytest.raises((AssertionError, ExceptionGroup)):
        broken = type("Broken", (Schedules,), {"kind": twin, "ends": Counter()})
        hold(200, broken, phases=[Phase.generate], derandomize=True)


@pytest.mark.parametrize(
    ("twin", "what"), [(Forgetful, "second answer"), (Talkative, "both shares"), (Overweight, "wrong sum")]
)
def test_the_bench_s_schedules_find_broken_twins(twin, what):
    found = sum((chaos.play(seed, twin).broken for seed in range(30)), Counter())
    assert found[what]


def test_the_bench_s_schedules_end_either_way():
    networks = [chaos.play(seed) for seed in range(25)]
    assert {network.end for network in networks} == {"DONE", "ABORTED"}
    assert not any(+network.broken for network in networks)


@pytest.mark.full
def test_five_hundred_random_schedules():
    hold(500)
