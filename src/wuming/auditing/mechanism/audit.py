"""The test of a mechanism as a whole: which checks are made, and how calls, time and error are shared among them."""

from __future__ import annotations

import inspect
import time
from collections.abc import Sequence

from wuming.auditing.mechanism.distribution import ALREADY, check_distribution
from wuming.auditing.mechanism.neighbours import Pair, pairs_of
from wuming.auditing.mechanism.noise import check_noise
from wuming.auditing.mechanism.outcomes import Encoder, incomparable
from wuming.auditing.mechanism.repetition import REUSE, check_order, check_randomness, check_reuse, check_state
from wuming.auditing.mechanism.report import CheckResult, Report
from wuming.auditing.mechanism.target import Target, quiet
from wuming.auditing.mechanism.timing import check_time_of_data, check_time_of_noise
from wuming.auditing.mechanism.watch import watched
from wuming.core.errors import PrivacyParameterError

ALPHA = 1e-6
CHECKS = ("distribution", "floating-point", "noise-reuse", "state", "order", "randomness", "declared-noise", "timing")
_SHARES = {  # of alpha
    "distribution": 0.4,
    "floating-point": 0.1,
    "noise-reuse": 0.1,
    "state": 0.1,
    "order": 0.1,
    "randomness": 0.05,
    "declared-noise": 0.05,
    "timing": 0.1,
}
_PARTS = {"distribution": 0.6, "noise-reuse": 0.1, "state": 0.08, "order": 0.06, "declared-noise": 0.06, "timing": 0.1}
_MOST_CALLS = 600_000
_MOST_VALUES = 30_000_000  # kept of all outputs, for the memory
_SECOND_CHECK_RUNS = 12_000
_LEAST_CALLS, _LEAST_CALLS_A_PAIR = 1800, 80  # below which there would be too few runs for any event
_GRID = "all outputs lie on one grid of multiples of a power of two"


def audit_mechanism(
    target: Target,
    *,
    seconds: float = 20.0,
    alpha: float = ALPHA,
    checks: Sequence[str] = CHECKS,
    most_calls: int = _MOST_CALLS,
    call_seconds: float = 30.0,
) -> Report:
    """Test a mechanism for what it claims.

    Args:
        target: the mechanism and its claim.
        seconds: of processor time, about; a mechanism that needs longer for a call is called less often.
        alpha: probability, at most, that a mechanism without fault is said to have one; in (0, 0.1].
        checks: which of `CHECKS` to make.
        most_calls: outputs that the main check asks for, at most.
        call_seconds: by the clock, after which a single call is given up, and with it the test.

    Returns:
        The report. `consistent` says that nothing was found, not that nothing is there.

    Raises:
        PrivacyParameterError: for a parameter out of range, and a function that fails on all data, does not end, is
            too slow for the time given, or returns what cannot be compared.

    Guarantee: all tests are exact for any number of runs and share alpha between them, if calls are independent; calls
    that depend on each other are looked for.
    """
    _check_parameters(seconds, alpha, checks, call_seconds)
    with watched(target, call_seconds):
        return _audited(target, seconds, alpha, checks, most_calls)


def _audited(target: Target, seconds: float, alpha: float, checks: Sequence[str], most_calls: int) -> Report:
    begin = time.process_time()
    pairs = pairs_of(target.claim)
    with quiet():
        cost = target.settle(pairs)
    columns, encoding = _check_output(target, pairs)
    _check_time(cost + encoding, len(pairs), seconds)
    affordable = int(seconds / (cost + encoding + 4e-6))  # counting outputs takes about as long as a quick mechanism
    most_calls = min(most_calls, _MOST_VALUES // columns)
    levels = {check: alpha * share for check, share in _SHARES.items()}
    found, plain = _main_checks(target, pairs, levels, affordable, seconds, checks, most_calls)
    broken = any(one.check == "distribution" and one.verdict == "violated" for one in found)
    found += _further_checks(target, plain, pairs, levels, affordable, checks, broken=broken)
    claim = target.claim
    return Report(
        target=target.name,
        claim=claim.words(),
        epsilon=claim.epsilon,
        delta=claim.delta,
        alpha=alpha,
        checks=tuple(found),
        pairs=len(pairs),
        calls=target.calls,
        seconds=time.process_time() - begin,
    )


def _main_checks(
    target: Target,
    pairs: list[Pair],
    levels: dict[str, float],
    affordable: int,
    seconds: float,
    checks: Sequence[str],
    most_calls: int,
) -> tuple[list[CheckResult], Pair]:
    main = [check for check in ("distribution", "floating-point") if check in checks]
    if not main:
        return [], next((pair for pair in pairs if not pair.hostile), pairs[0])
    calls = int(min(most_calls, affordable * _PARTS["distribution"]))
    level = sum(levels[check] for check in main)
    found = check_distribution(target, pairs, level=level, calls=calls, seconds=0.6 * seconds, checks=main)
    results = list(found.results)
    if "floating-point" in main and found.grid is not None:
        where = next(number for number, result in enumerate(results) if result.check == "floating-point")
        if results[where].verdict == "consistent":
            results.append(CheckResult("grid", "finding", _GRID, found.grid))
    return results, found.clearest


def _further_checks(
    target: Target,
    plain: Pair,
    pairs: list[Pair],
    levels: dict[str, float],
    affordable: int,
    checks: Sequence[str],
    *,
    broken: bool,
) -> list[CheckResult]:
    def runs(check: str, calls_each: int) -> int:
        return max(30, min(_SECOND_CHECK_RUNS, int(affordable * _PARTS.get(check, 0.02) / calls_each)))

    found: list[CheckResult] = []
    if "noise-reuse" in checks and broken:
        found.append(CheckResult("noise-reuse", "not tested", REUSE, ALREADY))
    elif "noise-reuse" in checks:
        found.append(check_reuse(target, plain, level=levels["noise-reuse"], runs=runs("noise-reuse", 5)))
    if "state" in checks:
        found.append(check_state(target, plain, level=levels["state"], runs=runs("state", 4), broken=broken))
    if "order" in checks:
        pair = next((pair for pair in pairs if not pair.hostile and "mixed" in pair.name and _several(pair)), plain)
        found.append(check_order(target, pair, level=levels["order"], runs=runs("order", 2)))
    if "randomness" in checks:
        level = levels["randomness"] / 2
        found += check_randomness(target, plain, level=level, runs=min(1000, runs("randomness", 2)))
    if "declared-noise" in checks and target.claim.noise:
        found.append(check_noise(target, plain, level=levels["declared-noise"], runs=runs("declared-noise", 2)))
    if "timing" in checks:
        level, blocks = levels["timing"] / 2, min(2000, runs("timing", 4))
        found.append(check_time_of_noise(target, plain, level=level, blocks=blocks))
        alike = next((pair for pair in [plain, *pairs] if not pair.hostile and _same_size(pair)), None)
        if alike is not None:
            found.append(check_time_of_data(target, alike, level=level, blocks=blocks))
    return found


def _several(pair: Pair) -> bool:
    return hasattr(pair.right, "__len__") and len(pair.right) > 2


def _same_size(pair: Pair) -> bool:
    """Tell whether both data have equally many records; more of them take more time, and their number is no secret."""
    if not hasattr(pair.left, "__len__"):
        return True
    return len(pair.left) == len(pair.right) and len(pair.left) > 0


def _check_output(target: Target, pairs: list[Pair]) -> tuple[int, float]:
    """Return how many values an output has and the seconds that counting it takes; refuse what cannot be compared."""
    with quiet():
        output = target.one(next((pair for pair in pairs if not pair.hostile), pairs[0]).right)
    if strange := incomparable(output):
        if inspect.iscoroutine(output):
            output.close()
        raise PrivacyParameterError(
            f"the function returned a {strange}, which cannot be compared",
            help="Return numbers, labels, arrays, lists or mappings of them; await and exhaust what needs it.",
        )
    begin = time.process_time()
    values = Encoder().encode([output] * 4).values
    return values.shape[1], (time.process_time() - begin) / 4


def _check_time(cost: float, pairs: int, seconds: float) -> None:
    """Refuse to begin where the time allows too few runs to see anything."""
    least = cost * (_LEAST_CALLS + _LEAST_CALLS_A_PAIR * pairs)
    if least > 3 * seconds:
        raise PrivacyParameterError(
            f"seconds={seconds:g} is too short: a call takes {cost:.2g} s, {pairs} neighbouring pairs about "
            f"{least:.0f} s",
            help="Give more --seconds, a smaller instance, or a few pairs of your own by --pairs with --only-pairs.",
        )


def _check_parameters(seconds: float, alpha: float, checks: Sequence[str], call_seconds: float) -> None:
    if not 0.1 <= call_seconds <= 86_400:
        raise PrivacyParameterError(
            f"call_seconds={call_seconds} is not in [0.1, 86400]", help="Give the longest time of a call."
        )
    if not 0 < seconds <= 86_400:
        raise PrivacyParameterError(f"seconds={seconds} is not in (0, 86400]", help="Give the time to spend.")
    if not 0 < alpha <= 0.1:
        raise PrivacyParameterError(f"alpha={alpha} is not in (0, 0.1]", help="Give a small error probability.")
    unknown = sorted(set(checks) - set(CHECKS))
    if unknown or not checks:
        raise PrivacyParameterError(f"checks={','.join(unknown)!r} are not known", help=f"Known: {', '.join(CHECKS)}.")
