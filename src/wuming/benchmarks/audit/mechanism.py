"""The row of planted faults: mechanisms with one fault each, and the same ones without it, under `audit mechanism`."""

from __future__ import annotations

import resource
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from wuming.auditing.mechanism.audit import audit_mechanism
from wuming.benchmarks.audit.planted.twins import TWINS, Twin
from wuming.benchmarks.house.bench import Figure, Goal, Outcome

if TYPE_CHECKING:
    from wuming.benchmarks.house.running import Hall

CLEAN_RUNS = 100
SECONDS = 17.0
FAULT_SECONDS = 38.0  # the rarest faults need more calls; whether right ones are blamed does not depend on their number
QUICK = ("half-the-scale", "float-laplace", "labels-from-data", "one-noise-for-all")
_MOST_SECONDS, _MOST_MINUTES = 45.0, 30.0


@dataclass(frozen=True)
class Run:
    """One mechanism under test.

    Attributes:
        fault: name of the twin.
        broken: whether it has the fault.
        verdict: of the report.
        seen: checks that did not end with `consistent` or `not tested`.
        caught: one of the checks that may see the fault saw something; for a right mechanism, any check did.
        bound: the largest ε that was refuted.
        seconds: processor time, with that of fresh processes.
    """

    fault: str
    broken: bool
    verdict: str
    seen: tuple[str, ...]
    caught: bool
    bound: float
    seconds: float


def run_twin(twin: Twin, *, broken: bool, seconds: float = SECONDS) -> Run:
    """Test one mechanism of a twin as `wuming audit mechanism` does."""
    begin = processor_seconds()
    report = audit_mechanism(twin.target(broken=broken), seconds=seconds)
    seen = (*report.of("violated"), *report.of("finding"))
    caught = bool(twin.checks & set(seen)) if broken else bool(seen)
    took = processor_seconds() - begin
    return Run(twin.name, broken, report.verdict, seen, caught, report.lower_bound_epsilon, took)


def processor_seconds() -> float:
    """Return this process's processor time and that of its ended children."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def run_suite(twins: Sequence[Twin], clean_runs: int, say: Callable[[str], None]) -> list[Run]:
    """Test every broken mechanism once, and the right ones in turn until there are `clean_runs`."""
    runs = []
    for number, twin in enumerate(twins):
        say(f"fault {number + 1} of {len(twins)}: {twin.name}")
        runs.append(run_twin(twin, broken=True, seconds=FAULT_SECONDS))
    for number in range(clean_runs):
        say(f"right mechanism {number + 1} of {clean_runs}")
        runs.append(run_twin(twins[number % len(twins)], broken=False))
    return runs


def mechanism(hall: Hall) -> Outcome:
    """Measure how many planted faults are caught, how long that takes, and how many right mechanisms are blamed."""
    quick = hall.settings.quick
    twins = [twin for twin in TWINS if twin.name in QUICK] if quick else list(TWINS)
    runs = run_suite(twins, len(twins) if quick else CLEAN_RUNS, hall.say)
    faults, clean = [run for run in runs if run.broken], [run for run in runs if not run.broken]
    missed = [run.fault for run in faults if not run.caught]
    blamed = [f"{run.fault} ({', '.join(run.seen)})" for run in clean if run.caught]
    slowest = max(faults, key=lambda run: run.seconds)

    def goal(relation: str, value: float) -> Goal | None:
        return None if quick else Goal(relation, value)  # type: ignore[arg-type]

    figures = (
        Figure(
            "planted faults caught", f"of {len(faults)}", (float(len(faults) - len(missed)),), goal(">=", len(faults))
        ),
        Figure(
            "processor time, a fault",
            "s",
            tuple(run.seconds for run in faults),
            goal("<=", _MOST_SECONDS),
            f"slowest: {slowest.fault}, {slowest.seconds:.1f} s",
        ),
        Figure("processor time of the slowest fault", "s", (slowest.seconds,), goal("<=", _MOST_SECONDS)),
        Figure("right mechanisms blamed", f"of {len(clean)}", (float(len(blamed)),), goal("<=", 0)),
        Figure(
            "processor time of the suite", "min", (sum(run.seconds for run in runs) / 60,), goal("<=", _MOST_MINUTES)
        ),
    )
    notes = [f"{FAULT_SECONDS:.0f} s for a faulty mechanism, {SECONDS:.0f} s for a right one"]
    notes += ["α = 10⁻⁶ a mechanism, shared by all of its checks; a violation or a finding counts as caught or blamed"]
    notes += [f"missed: {', '.join(missed)}"] if missed else []
    notes += [f"blamed: {', '.join(blamed)}"] if blamed else []
    return Outcome(figures, {"runs": [asdict(run) for run in runs]}, tuple(notes))
