"""How fast protective noise is made on one core."""

from __future__ import annotations

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.training.throughput import OURS

_SAMPLES = 1 << 24
_QUICK_SAMPLES = 1 << 18


def measure(hall: Hall) -> Outcome:
    """Time `add_noise` over one large tensor, and torch's normal generator (which protects nobody) beside it."""
    samples = _QUICK_SAMPLES if hall.settings.quick else _SAMPLES
    goal = Goal(">=", 50.0) if not hall.settings.quick and hall.settings.threads == 1 else None
    timed: dict[str, list[float]] = {}
    with hall.contestants([(OURS, "noise")]) as (contestant,):
        contestant.do("prepare", samples=samples, threads=hall.settings.threads)
        for step in range(hall.settings.repeats):
            for kind in ("ours", "torch"):
                timed.setdefault(kind, []).append(contestant.do("time", kind=kind, step=step))
    rates = {kind: tuple(samples / seconds / 1e6 for seconds in values) for kind, values in timed.items()}
    figures = (
        Figure("protective noise, float64 radius", "M samples/s", rates["ours"], goal),
        Figure("torch.normal_, for comparison", "M samples/s", rates["torch"]),
    )
    return Outcome(figures, {"samples": samples, "seconds": timed})
