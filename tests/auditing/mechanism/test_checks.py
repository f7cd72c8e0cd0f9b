"""The checks beside the main one, each on a mechanism that it must refuse and on one that it must not."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

from wuming.auditing.mechanism.audit import audit_mechanism
from wuming.auditing.mechanism.claim import Claim
from wuming.auditing.mechanism.neighbours import Pair
from wuming.auditing.mechanism.noise import Noise, check_noise, parse_noise
from wuming.auditing.mechanism.repetition import check_order, check_randomness, check_reuse, check_state
from wuming.auditing.mechanism.target import Target, load_function, target_of
from wuming.auditing.mechanism.timing import check_time_of_data, check_time_of_noise
from wuming.benchmarks.audit.planted import calls, samplers, sums
from wuming.core.errors import ClaimRefused, MissingFile, PrivacyParameterError

LEVEL = 1e-7
FOUND = 15  # seconds at most, on the slowest machine: what is found ends the search
PAIR = Pair("0, 1", [0.2, 0.4], [0.2, 0.4, 1.0])
SAME_SIZE = Pair("same size", [0.0, 0.2], [1.0, 0.2])


def target(function, epsilon=1.0, **claim):
    module = getattr(function, "__module__", "")
    name = f"{module}:{function.__name__}" if module.startswith("wuming") else ""
    return Target(function, Claim(epsilon, **claim), name=name)


RIGHT = target(sums.sum_right)


# ── declared noise ──


@pytest.mark.parametrize("family", ["laplace", "gaussian", "discrete-laplace", "discrete-gaussian"])
def test_the_distribution_of_a_difference(family):
    noise = Noise(family, 3.0, 0.5)
    generator = np.random.default_rng(3)
    cells = np.arange(-400, 401) * 0.5
    mass = np.exp(-np.abs(cells) / 3) if "laplace" in family else np.exp(-(cells**2) / 18)
    samples = {
        "laplace": lambda: generator.laplace(0, 3.0, 200_000),
        "gaussian": lambda: generator.normal(0, 3.0, 200_000),
    }.get(family, lambda: generator.choice(cells, 200_000, p=mass / mass.sum()))
    sizes = np.abs(samples() - samples())
    points = np.array([0.0, 0.5, 1.0, 2.5, 4.0, 9.0, 20.0])
    below, upto = noise.difference()(points)
    assert [np.mean(sizes < t) for t in points] == pytest.approx(list(below), abs=6e-3)
    assert [np.mean(sizes <= t) for t in points] == pytest.approx(list(upto), abs=6e-3)


def test_noise_that_is_not_what_it_says():
    for noise, verdict in (
        ("discrete-laplace:1:0.0009765625", "consistent"),
        ("laplace:1", "consistent"),
        ("laplace:1.15", "violated"),
        ("gaussian:1.2", "violated"),
    ):
        result = check_noise(target(sums.sum_right, noise=noise), PAIR, level=LEVEL, runs=6000)
        assert result.verdict == verdict, (noise, result)
    for wrong in ("laplace", "laplace:0", "cauchy:1", "gaussian:x", "laplace:1:2:3", "discrete-laplace:1:1e-9"):
        with pytest.raises(PrivacyParameterError):
            parse_noise(wrong)


# ── several calls ──


def test_noise_used_again():
    twice = target(calls.noise_used_twice)
    for _ in range(2):  # whichever of two calls comes first
        assert check_reuse(twice, PAIR, level=LEVEL, runs=2000).verdict == "violated"
        twice.one(PAIR.left)
    result = check_reuse(RIGHT, PAIR, level=LEVEL, runs=2000)
    assert result.verdict == "consistent", result


def test_state():
    assert check_state(target(calls.sum_with_a_memory), PAIR, level=LEVEL, runs=9000).verdict == "violated"
    # Alone, each output keeps the claim; that it depends on the earlier data at all is a finding.
    alone = check_state(target(calls.sum_with_a_memory), PAIR, level=LEVEL, runs=9000, broken=True)
    assert alone.verdict == "finding"
    assert check_state(RIGHT, PAIR, level=LEVEL, runs=4000).verdict == "consistent"


def test_order():
    def first_counts_most(data, epsilon):
        return 3 * data[0] + sums.sum_right(data, epsilon, 0.0, 1.0)

    assert check_order(target(first_counts_most), PAIR, level=LEVEL, runs=3000).verdict == "finding"
    assert check_order(RIGHT, PAIR, level=LEVEL, runs=3000).verdict == "consistent"
    assert check_order(target(sums.count_right, data="counts"), PAIR, level=LEVEL, runs=30).verdict == "not tested"


def verdicts(function):
    return {one.check: one.verdict for one in check_randomness(target(function), PAIR, level=LEVEL, runs=300)}


def test_noise_that_can_be_had_again():
    assert verdicts(calls.noise_seeded_at_the_start)["predictable"] == "violated"
    assert verdicts(sums.sum_right) == {"predictable": "consistent", "seedable": "consistent"}


def test_noise_that_can_be_seeded_and_the_generators_are_left_as_they_were():
    np.random.seed(4)
    state = np.random.get_state()[1].tolist()
    results = check_randomness(Target(lambda data: float(np.random.normal()), Claim(1.0)), PAIR, level=LEVEL, runs=300)
    assert [one.verdict for one in results] == ["finding"]
    np.random.seed(4)
    assert np.random.get_state()[1].tolist() == state


# ── time ──


def spin(rounds):
    total = 0
    for number in range(rounds):
        total += number
    return total


def test_time_that_tells_the_noise():
    def slow_when_large(data):
        noise = samplers.discrete_laplace(8)
        spin(60 * abs(noise))
        return noise

    def always_slow(data):
        noise = samplers.discrete_laplace(8)
        spin(200)
        return noise

    assert check_time_of_noise(target(slow_when_large), PAIR, level=LEVEL, blocks=400).verdict == "finding"
    assert check_time_of_noise(target(always_slow), PAIR, level=LEVEL, blocks=400).verdict == "consistent"


def test_time_that_tells_the_data():
    def slow_for_ones(data):
        spin(3000 if data[0] == 1.0 else 10)
        return 0.0

    assert check_time_of_data(target(slow_for_ones), SAME_SIZE, level=LEVEL, blocks=300).verdict == "finding"
    assert check_time_of_data(RIGHT, SAME_SIZE, level=LEVEL, blocks=300).verdict == "consistent"


# ── the whole ──


def test_few_calls_where_a_call_takes_long():
    def slow(data, epsilon):
        spin(2_000)
        return sums.sum_right(data, epsilon, 0.0, 1.0)

    report = audit_mechanism(target(slow), seconds=5, checks=("distribution", "noise-reuse"))  # also where all is slow
    assert report.verdict == "consistent"
    assert report.seconds < 50
    report.require()


def test_reports_and_refusals():
    report = audit_mechanism(target(sums.sum_half_scale), seconds=FOUND, checks=("distribution",))
    assert report.verdict == "violated"
    assert 1.0 < report.lower_bound_epsilon <= 2.0
    json = report.as_json()
    assert json["checks"][0]["p_value"] <= 1e-6
    assert "P[M(D) in S]" in json["checks"][0]["null_hypothesis"]
    with pytest.raises(ClaimRefused):
        report.require()
    for wrong in ({"seconds": 0}, {"alpha": 0.0}, {"alpha": math.nan}, {"checks": ("all",)}, {"checks": ()}):
        with pytest.raises(PrivacyParameterError):
            audit_mechanism(RIGHT, **wrong)


def test_a_function_that_always_fails_is_no_mechanism():
    with pytest.raises(PrivacyParameterError, match="raised"):
        audit_mechanism(target(lambda data: data.no_such_thing), seconds=1)


def test_to_leave_the_program_is_an_output():
    def leaves(data, epsilon):
        if not data:
            sys.exit(3)
        return sums.count_right(data, epsilon)

    report = audit_mechanism(target(leaves), seconds=FOUND, checks=("distribution",))
    assert report.verdict == "violated"
    assert "raised SystemExit" in report.checks[0].statistic or "no record" in report.checks[0].pair


def test_arrays_and_batches_are_understood():
    def of_arrays(data, epsilon):
        return data.shape[0] * 0 + samplers.discrete_laplace(1 / epsilon)

    one = target(of_arrays)
    report = audit_mechanism(one, seconds=1, checks=("distribution",))
    assert one.container == "array"
    assert report.verdict == "consistent"

    def many(data, epsilon, runs):
        noise = np.random.default_rng().laplace(0, 0.5 / epsilon, runs)
        return np.clip(np.nan_to_num(np.asarray(data, dtype=float)), 0, 1).sum() + noise

    assert audit_mechanism(target(many), seconds=FOUND, checks=("distribution",)).verdict == "violated"
    left, right = target(many).interleaved([0.0], [1.0], 1100)
    assert len(left) == len(right) == 1100


def test_a_call_cannot_change_the_data_of_the_next():
    def eats(data):
        data.clear()
        return 1.0

    data = [1.0, 2.0]
    assert target(eats).one(data) == 1.0
    assert data == [1.0, 2.0]


def test_functions_are_found_by_name(tmp_path, monkeypatch):
    (tmp_path / "my_noise_module.py").write_text("def noisy(data):\n    return 1.0\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load_function("my_noise_module:noisy")([]) == 1.0
    assert load_function("my_noise_module.py:noisy")([]) == 1.0
    for wrong, error in (
        ("my_noise_module:other", PrivacyParameterError),
        ("my_noise_module", PrivacyParameterError),
        ("no_such_module:f", MissingFile),
        ("no_such_file.py:f", MissingFile),
    ):
        with pytest.raises(error):
            load_function(wrong)
    with pytest.raises(PrivacyParameterError, match="claims no epsilon"):
        target_of("my_noise_module:noisy")
    assert target_of("my_noise_module:noisy", epsilon=2.0).claim == Claim(2.0)
