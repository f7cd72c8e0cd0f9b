"""The table of planted faults: each with its claim, its right twin, and the checks that may see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from wuming.auditing.mechanism.claim import Claim
from wuming.auditing.mechanism.target import Target
from wuming.benchmarks.audit.planted import calls, sums, tables

_ONE = Claim(1.0)
_LABELS = ("a", "b", "c", "d")


@dataclass(frozen=True)
class Twin:
    """One planted fault.

    Attributes:
        name: of the fault.
        claim: what both mechanisms claim.
        broken: the mechanism with the fault.
        right: the one without it.
        checks: at least one of these must see it.
    """

    name: str
    claim: Claim
    broken: Callable[..., Any]
    right: Callable[..., Any]
    checks: frozenset[str] = frozenset({"distribution"})

    def target(self, *, broken: bool) -> Target:
        """Return either mechanism, ready to be tested."""
        function = self.broken if broken else self.right
        return Target(function, self.claim, name=f"{function.__module__}:{function.__name__}")


def _numbers(upper: float) -> Claim:
    return Claim(1.0, lower=0.0, upper=upper)


_labels = partial(Claim, 1.0, data="labels")
_counts = partial(Claim, 1.0, data="counts")
_GAUSSIAN = Claim(0.2, delta=1e-5)
_VECTOR = Claim(1.0, data="vector", norm="l1")
_LONG_VECTOR = Claim(1.0, data="vector", norm="l2", dimension=16)
_ROWS = Claim(1.0, delta=1e-5, data="rows", dimension=16)
_REUSE = frozenset({"noise-reuse", "distribution"})

TWINS: tuple[Twin, ...] = (
    Twin("half-the-scale", _ONE, sums.sum_half_scale, sums.sum_right),
    Twin("sensitivity-forgotten", _numbers(10.0), sums.sum_without_sensitivity, sums.sum_right),
    Twin("variance-for-deviation", _GAUSSIAN, sums.gaussian_of_variance, sums.gaussian_right),
    Twin("clipped-after-noise-only", _ONE, sums.sum_clipped_after, sums.sum_clipped_after_right),
    Twin("clipped-one-off", _numbers(1.0), sums.sum_clipped_one_off, sums.sum_right),
    Twin("rounded-before-noise", _numbers(0.4), sums.sum_rounded_before, sums.sum_right),
    Twin("nan-goes-through", _ONE, sums.sum_with_nan, sums.sum_right),
    Twin("overflow", _numbers(100.0), sums.sum_that_overflows, sums.sum_of_whole_right),
    Twin("float-laplace", _ONE, sums.sum_in_floats, sums.sum_right, frozenset({"floating-point"})),
    Twin("whole-noise-on-a-real-answer", _ONE, sums.sum_with_whole_noise, sums.sum_right),
    Twin("local-sensitivity", _ONE, sums.sum_with_local_scale, sums.sum_right),
    Twin("reveals-once-in-200", _ONE, sums.sum_that_reveals, sums.sum_right),
    Twin("mean-by-true-count", _ONE, sums.mean_by_true_count, sums.mean_right),
    Twin("fails-on-empty-data", _ONE, sums.mean_that_fails, sums.mean_right),
    Twin("wrong-alpha", _ONE, sums.count_of_wrong_alpha, sums.count_right),
    Twin("l2-for-l1", _LONG_VECTOR, tables.vector_of_l2_as_l1, tables.vector_right_in_l2),
    Twin("one-noise-for-all", _VECTOR, tables.vector_of_shared_noise, tables.vector_right),
    Twin("spent-twice", _ONE, tables.sum_and_count_spent_twice, tables.sum_and_count_right),
    Twin("clipped-by-coordinate", _ROWS, tables.rows_clipped_by_coordinate, tables.rows_right),
    Twin("labels-from-data", _labels(categories=_LABELS), tables.histogram_of_labels_seen, tables.histogram_right),
    Twin(
        "threshold-without-delta",
        _labels(delta=1e-6),
        tables.stable_histogram_of_low_threshold,
        tables.stable_histogram_right,
    ),
    Twin(
        "wrong-relation",
        _counts(relation="replace-one"),
        tables.counts_for_the_wrong_relation,
        tables.counts_right_for_replacing,
    ),
    Twin("bare-zeros", _counts(), tables.counts_with_bare_zeros, tables.counts_right),
    Twin(
        "exponential-without-two",
        _labels(relation="replace-one", categories=_LABELS),
        tables.favourite_without_the_two,
        tables.favourite_right,
    ),
    Twin("constant-seed", _ONE, calls.noise_of_a_constant_seed, sums.sum_right),
    Twin("seeded-by-data", _ONE, calls.noise_seeded_by_data, sums.sum_right),
    Twin("seeded-at-start", _ONE, calls.noise_seeded_at_the_start, sums.sum_right, frozenset({"predictable"})),
    Twin("global-generator", _ONE, calls.noise_of_the_global_generator, sums.sum_right, frozenset({"seedable"})),
    Twin("noise-used-twice", _ONE, calls.noise_used_twice, sums.sum_right, _REUSE),
    Twin("memory-of-earlier-data", _ONE, calls.sum_with_a_memory, sums.sum_right, frozenset({"state"})),
    Twin("time-tells-noise", Claim(0.1), calls.count_by_flips, calls.count_by_flips_right, frozenset({"timing-noise"})),
)
