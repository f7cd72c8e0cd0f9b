"""The account of sums beside exact privacy losses: never below, and within a percent; and an audit of the sum."""

from __future__ import annotations

import math

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall

_DELTAS = (1e-2, 1e-5, 1e-8)
_ONES = ((100.0, 9), (100.0, 49), (400.0, 100), (2500.0, 400))  # variance, coordinates that move by one
_SHIFTS: tuple[tuple[float, tuple[int, ...]], ...] = (
    (4.0, (1,)),
    (16.0, (3,)),
    (25.0, (1, 1)),
    (100.0, (7,)),
    (100.0, (3, -4)),
    (400.0, (20,)),
    (2500.0, (30,)),
    (36.0, (2, 1, -1)),
)
_AUDITED_AT = 0.5  # ε


def measure(hall: Hall) -> Outcome:
    """Compute claimed and exact ε of every instance, then audit a sum of three members' updates."""
    from wuming.accounting.accountant import delta_of, epsilon
    from wuming.accounting.events import Skellam
    from wuming.benchmarks.federated.exact import Exact, Ones, exact_law, law_epsilon
    from wuming.benchmarks.federated.summed import shown_delta, small_encoding
    from wuming.federated.encoding import design

    quick = hall.settings.quick
    many: list[float] = []
    others: list[float] = []
    for variance, coordinates in _ONES[: 1 if quick else None]:
        hall.say(f"{coordinates} coordinates")
        exact: Exact = Ones(variance, coordinates)
        event = Skellam(variance, math.sqrt(coordinates), float(coordinates))
        many += [epsilon(event, delta) / exact.epsilon(delta) for delta in _DELTAS]
    for variance, shift in _SHIFTS[: 2 if quick else None]:
        hall.say(f"shift by {shift}")
        exact = Exact(variance, shift)
        event = Skellam(variance, math.hypot(*shift), float(sum(map(abs, shift))))
        others += [epsilon(event, delta) / exact.epsilon(delta) for delta in _DELTAS]
    for multiplier in (1.0,) if quick else (0.7, 1.0, 3.0):
        hall.say(f"whole instance, noise multiplier {multiplier:g}")
        encoding = design(
            1,
            unit="client",
            max_norm=2.0,
            noise_multiplier=multiplier,
            members=4,
            threshold=3,
            colluders=1,
            modulus_bits=14,
            rotation_seed=bytes(32),
        )
        law = exact_law(encoding, encoding.threshold - encoding.colluders)
        moved = math.isqrt(encoding.squared_sensitivity)
        for delta in _DELTAS[:2]:
            others.append(epsilon(encoding.event_against_server(), delta) / law_epsilon(law, moved, delta))
    hall.say("audit of the sum")
    summed = small_encoding()
    shown = shown_delta(summed, 2, _AUDITED_AT, 200 if quick else 2000)
    claimed = delta_of(summed.event_against_server(), _AUDITED_AT)
    figures = (
        Figure(
            "ε claimed / exact, largest, many coordinates moved by a cell",
            "×",
            (max(many),),
            None if quick else Goal("<=", 1.01),
            "noise of a standard deviation of ten cells and more",
        ),
        Figure("ε claimed / exact, smallest of all instances", "×", (min(many + others),), Goal(">=", 1.0)),
        Figure(
            "ε claimed / exact, largest of the others",
            "×",
            (max(others),),
            None,
            "few coordinates moved by many cells, coarse noise: the claim is for any unit of that norm",
        ),
        Figure(
            "δ shown by the audit of a sum / claimed",
            "×",
            (shown / claimed,),
            Goal("<=", 1.0),
            f"at ε={_AUDITED_AT:g}, lower bound at 1 − 10⁻⁵, sums of two honest members",
        ),
    )
    notes = (
        "unit: a member's whole contribution, put to zero; no sampling; δ = " + ", ".join(f"{d:g}" for d in _DELTAS),
        "exact: sums over all integers; with many coordinates losses are rounded down to 2·10⁻⁵, so it is a bit small",
    )
    raw = {"many_coordinates": many, "others": others, "audit": {"shown": shown, "claimed": claimed}}
    return Outcome(figures, raw, notes)
