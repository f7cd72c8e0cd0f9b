"""Checks of more than one call: noise that is used again, state, order, and noise that can be foretold."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import pickle
import random
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from wuming.auditing.mechanism.distribution import two_halves
from wuming.auditing.mechanism.neighbours import Pair
from wuming.auditing.mechanism.outcomes import Encoder
from wuming.auditing.mechanism.report import CheckResult
from wuming.auditing.mechanism.target import Target, load_function, orders, quiet
from wuming.core.intervals import clopper_pearson_upper

_OUTPUTS = 32
_SEED = 20240229
_MOST_SECONDS = 300.0
_NO_EPSILON = 1e-9  # a claim's ε must be above 0; this one is below what any number of runs can tell from it
_CODE = "from wuming.auditing.mechanism.repetition import print_outputs; print_outputs()"
REUSE = "given a first output on D, a second call's output on D or D' is as hard to tell apart as the claim says"
TOGETHER = "the outputs on D or D', then on D, are together as hard to tell apart as the claim says"
STATE = "an output does not depend on what the mechanism was called with before"
ORDER = "the output does not depend on the order of the records"
FRESH = "two fresh processes draw different noise"
SEEDABLE = "seeding the generators of `random`, numpy or torch does not fix the noise"


def check_reuse(target: Target, pair: Pair, *, level: float, runs: int) -> CheckResult:
    """Look at two calls together: (D, D) against (D, D').

    Only the second call differs, by one unit; so if the calls' noises are independent, the pair of outputs keeps the
    claim of one call. Noise that is cached, pooled or seeded by the clock cancels out between the two. A further call
    between the pairs moves on which calls share a sample, where every so many do.
    """

    def sampler(count: int) -> tuple[list[Any], list[Any]]:
        return _in_turn(
            lambda: (target.one(pair.left), target.one(pair.left)),
            lambda: (target.one(pair.left), target.one(pair.right)),
            count,
            between=lambda: target.one(pair.left),
        )

    return two_halves(pair.name, sampler, target.claim, level=level, runs=runs, check="noise-reuse", null=REUSE)


def check_state(target: Target, pair: Pair, *, level: float, runs: int, broken: bool = False) -> CheckResult:
    """Call with D or with D', then with D both times.

    Both outputs together keep the claim of one call, unless earlier data are used again. The second output alone may
    not depend on the earlier data at all; where it does, that is a finding.
    """

    def both(count: int) -> tuple[list[Any], list[Any]]:
        return _in_turn(
            lambda: (target.one(pair.left), target.one(pair.left)),
            lambda: (target.one(pair.right), target.one(pair.left)),
            count,
        )

    def sampler(count: int) -> tuple[list[Any], list[Any]]:
        return _in_turn(
            lambda: (target.one(pair.left), target.one(pair.left))[1],
            lambda: (target.one(pair.right), target.one(pair.left))[1],
            count,
        )

    level, runs = level / 2, runs // 2
    if not broken:
        joint = two_halves(pair.name, both, target.claim, level=level, runs=runs, check="state", null=TOGETHER)
        if joint.verdict == "violated":
            return joint
    return _at_nothing(target, pair.name, sampler, level=level, runs=runs, check="state", null=STATE)


def check_order(target: Target, pair: Pair, *, level: float, runs: int) -> CheckResult:
    """Compare a list of records with the same records in reverse."""
    data = pair.right
    if target.claim.data not in ("numbers", "rows", "labels") or len(data) < 2:
        return CheckResult("order", "not tested", ORDER, "the data are no list of several records")
    turned = data[::-1]

    def sampler(count: int) -> tuple[list[Any], list[Any]]:
        return target.interleaved(data, turned, count)

    result = _at_nothing(target, pair.name, sampler, level=level, runs=runs, check="order", null=ORDER)
    # The same multiset in another order is one data set or two, as the claim has it: no violation, but worth knowing.
    return dataclasses.replace(result, verdict="consistent" if result.verdict == "consistent" else "finding")


def check_randomness(target: Target, pair: Pair, *, level: float, runs: int) -> list[CheckResult]:
    """Look for noise that can be had again: in a fresh process, or after seeding the usual generators.

    Args:
        target: the mechanism; fresh processes are only made where its name can be imported.
        pair: its right data are used.
        level: of either check.
        runs: for learning how often two outputs are alike by chance.
    """
    with quiet():
        outputs = [_digest(target.one(pair.right)) for _ in range(2 * runs)]
    alike = sum(first == second for first, second in zip(outputs[::2], outputs[1::2], strict=True))
    chance = clopper_pearson_upper(alike, runs, 1 - 1e-9) ** _OUTPUTS
    with quiet():
        results = [_seedable(target, pair, chance, level)]
    if target.name:
        results.insert(0, _fresh(target, pair, chance, level))
    return results


def print_outputs() -> None:
    """Print the digest of the first outputs of this process: a fresh one, told on standard input what to call."""
    # The order comes from the process that started this one.
    name, claim, container, data = pickle.loads(sys.stdin.buffer.read())  # noqa: S301
    target = Target(load_function(name), claim)
    target.container = container
    with quiet():
        outputs = [_digest(target.one(data)) for _ in range(_OUTPUTS)]
    print(hashlib.sha256("".join(outputs).encode()).hexdigest())


def _fresh(target: Target, pair: Pair, chance: float, level: float) -> CheckResult:
    if chance > level:
        return CheckResult("predictable", "not tested", FRESH, "outputs are often alike by chance", pair.name)
    # Functions cannot be sent to another process, and pairs are not needed there.
    claim = dataclasses.replace(target.claim, pairs=None, generated=True)
    order = pickle.dumps((target.name, claim, target.container, pair.right))
    seen = []
    for _ in range(2):
        try:
            code = [sys.executable, "-c", _CODE]
            done = subprocess.run(code, input=order, capture_output=True, check=False, timeout=_MOST_SECONDS)
        except subprocess.TimeoutExpired:
            return CheckResult("predictable", "not tested", FRESH, "it does not end in a fresh process", pair.name)
        if done.returncode != 0 or not done.stdout.strip():
            return CheckResult("predictable", "not tested", FRESH, "it does not run in a fresh process", pair.name)
        seen.append(done.stdout.split()[-1])
    if seen[0] != seen[1]:
        return CheckResult("predictable", "consistent", FRESH, "first outputs differ", pair.name, None, 1.0, level)
    words = f"the first {_OUTPUTS} outputs of two fresh processes are the same: who runs the program knows the noise"
    return CheckResult("predictable", "violated", FRESH, words, pair.name, None, chance, level, _OUTPUTS)


def _seedable(target: Target, pair: Pair, chance: float, level: float) -> CheckResult:
    if chance > level:
        return CheckResult("seedable", "not tested", SEEDABLE, "outputs are often alike by chance", pair.name)
    torch = sys.modules.get("torch")
    python, numpy = random.getstate(), np.random.get_state()
    framework = torch.random.get_rng_state() if torch is not None else None
    seen = []
    try:
        for _ in range(2):
            random.seed(_SEED)
            np.random.seed(_SEED)
            if torch is not None:
                torch.manual_seed(_SEED)
            seen.append([_digest(target.one(pair.right)) for _ in range(_OUTPUTS)])
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        if torch is not None:
            torch.random.set_rng_state(framework)
    if seen[0] != seen[1]:
        return CheckResult("seedable", "consistent", SEEDABLE, "outputs differ", pair.name, None, 1.0, level)
    words = "outputs repeat after the generator of `random`, numpy or torch was seeded: it is no CSPRNG"
    return CheckResult("seedable", "finding", SEEDABLE, words, pair.name, None, chance, level, _OUTPUTS)


def _at_nothing(
    target: Target,
    pair: str,
    sampler: Callable[[int], tuple[list[Any], list[Any]]],
    *,
    level: float,
    runs: int,
    check: str,
    null: str,
) -> CheckResult:
    """Test at ε = δ = 0; a difference is a finding, and a violation where it exceeds the claim."""
    claim = dataclasses.replace(target.claim, epsilon=_NO_EPSILON, delta=0.0)
    result = two_halves(pair, sampler, claim, level=level, runs=runs, check=check, null=null)
    if result.verdict == "violated" and (result.lower_bound_epsilon or 0.0) <= target.claim.epsilon:
        return dataclasses.replace(result, verdict="finding")
    return result


def _in_turn(
    left: Callable[[], Any], right: Callable[[], Any], count: int, *, between: Callable[[], Any] | None = None
) -> tuple[list[Any], list[Any]]:
    outputs: tuple[list[Any], list[Any]] = ([], [])
    makers = (left, right)
    with quiet():
        for order in orders(count):
            for side in order:
                outputs[side].append(makers[side]())
            if between is not None:
                between()
    return outputs


def _digest(output: Any) -> str:
    sample = Encoder()
    encoded = sample.encode([output])
    names = json.dumps([sorted(sample.columns), sorted(sample.categories)])
    return hashlib.sha256(names.encode() + encoded.values.tobytes()).hexdigest()
