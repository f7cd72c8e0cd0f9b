"""Random schedules of delay, loss, duplication, reordering and crashes: what ends how, and what must never happen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np

from wuming.benchmarks.federated.network import Network
from wuming.benchmarks.federated.round_setup import RoundSetup
from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.federated.secure_aggregation import Client

_SCHEDULES, _QUICK = 500, 25
_STEPS = 90
_DIMENSION = 16
_OFTEN = (2.0, 1.0, 0.1, 1.0, 0.05, 0.1)  # deliver, deliver twice, lose, deliver in order, crash, time is up


def measure(hall: Hall) -> Outcome:
    """Play the schedules."""
    schedules = _QUICK if hall.settings.quick else _SCHEDULES
    broken: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    for seed in range(schedules):
        if seed % 100 == 0:
            hall.say(f"schedule {seed + 1} of {schedules}")
        network = play(seed)
        broken += network.broken
        ends[network.end] += 1
    never = Goal("<=", 0.0)
    figures = (
        Figure(f"{schedules} schedules: wrong sums", "", (float(broken["wrong sum"]),), never),
        Figure(
            "reveals beyond the protocol",
            "",
            (float(broken["both shares"] + broken["second answer"] + broken["secrets kept"]),),
            never,
            "both shares of a member, a second answer, or shares kept after the end",
        ),
        Figure("schedules without an end", "", (float(broken["no end"]),), never),
        Figure("ended with a sum", "", (float(ends["DONE"]),)),
        Figure("ended for all without a sum", "", (float(ends["ABORTED"]),)),
    )
    notes = ("3 to 6 members; 90 random steps, then everything that is under way arrives",)
    return Outcome(figures, {"broken": dict(broken), "ends": dict(ends)}, notes)


def play(seed: int, kind: type[Client] = Client) -> Network:
    """Play the schedule of a seed to its end.

    Args:
        seed: of members, colluders and steps; keys and masks are fresh each time.
        kind: class of the members.
    """
    generator = np.random.default_rng(seed)
    members = int(generator.integers(3, 7))
    network = Network(RoundSetup(members, int(generator.integers(0, members - 2)), _DIMENSION), kind)
    # How often each thing happens is drawn, too: some networks lose much, some only repeat.
    chances = generator.dirichlet(_OFTEN)
    moves: tuple[Callable[[int], None], ...] = (
        network.deliver,
        network.deliver_and_keep,
        network.lose,
        lambda number: network.deliver_in_order(2 + number % 5),
        network.crash,
        lambda _number: network.time_is_up(),
    )
    for step in generator.choice(len(moves), _STEPS, p=chances):
        move, number = moves[step], int(generator.integers(0, 10**6))
        # The first four need a message under way, and somebody must stay.
        if (step < 4 and network.bag) or (move == network.crash and len(network.alive) > 1) or step == 5:
            move(number)
    network.finish()
    return network
