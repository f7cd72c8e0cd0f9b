"""Perturbation: what each operator guarantees, what it leaves alone, and that what survives can be had."""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization.perturbation import (
    Guarantee,
    Transition,
    add_correlated_noise,
    add_gaussian_noise,
    add_laplace_noise,
    estimated_counts,
    invariant,
    keep_or_replace,
    pram,
    round_at_random,
    round_to_nearest,
    round_with_totals,
    standard_errors,
    swap_ranks,
    swap_within,
)
from wuming.core.errors import PrivacyParameterError, TableError
from wuming.crypto.random import SecureStream
from wuming.mechanisms.discrete_laplace import variance

from .conftest import make_table

KEY = b"a key of thirty-two bytes, test."
ROWS = 40_000
SIGMAS = 5.5  # a true statement fails with 4e-8


def stream(name="perturbation"):
    return SecureStream(KEY, name)


def people(rows=ROWS):
    rng = np.random.default_rng(3)
    age = rng.integers(18, 90, rows)
    pay = rng.integers(0, 1000, rows) + 10 * age
    town = rng.choice(["A", "B", "C"], rows, p=[0.6, 0.3, 0.1]).tolist()
    return make_table(age=age.tolist(), pay=pay.tolist(), town=town, sex=rng.choice(["F", "M"], rows).tolist())


ALL = {
    "laplace": (add_laplace_noise, {"name": "pay", "low": 0, "high": 2000, "cell": 1, "epsilon": 1.0}),
    "gaussian": (add_gaussian_noise, {"name": "pay", "standard_deviation": 10.0}),
    "correlated": (add_correlated_noise, {"names": ["age", "pay"], "share": 0.5}),
    "at random": (round_at_random, {"name": "pay", "base": 10}),
    "with totals": (round_with_totals, {"name": "pay", "base": 10, "groups": ["town"]}),
    "pram": (pram, {"name": "town", "transition": keep_or_replace("ABC", keep=0.7)}),
    "ranks": (swap_ranks, {"name": "pay", "share": 0.05}),
    "within": (swap_within, {"names": ["pay"], "within": ["town"], "share": 0.5}),
}


@pytest.mark.parametrize("name", ALL)
def test_contract(name):
    function, options = ALL[name]
    table = people(500)
    before = {n: c.tolist() for n, c in table.columns.items()}
    result = function(table, **options, stream=stream())
    assert result.table.names == table.names
    touched = set(result.guarantee.columns)
    for column in table.names:
        assert table.columns[column].tolist() == before[column]
        assert (result.table.columns[column].tolist() == before[column]) is (column not in touched), column
    replay = function(table, **options, stream=stream())
    assert all(replay.table.columns[n].tolist() == result.table.columns[n].tolist() for n in table.names)
    fresh = [function(table, **options).table for _ in range(2)]
    assert any(fresh[0].columns[n].tolist() != fresh[1].columns[n].tolist() for n in touched)
    said = json.loads(json.dumps(result.guarantee.as_json()))
    assert (said["epsilon"] is None) == (said["kind"] == "none") == (name not in ("laplace", "pram"))
    assert said["statement"]
    assert result.survives


def test_a_guarantee_is_formal_or_not():
    with pytest.raises(ValueError, match="do not fit"):
        Guarantee("none", ("a",), "x", 1.0)
    with pytest.raises(ValueError, match="do not fit"):
        Guarantee("local differential privacy", ("a",), "x")
    with pytest.raises(ValueError, match="do not fit"):
        Guarantee("local differential privacy", ("a",), "x", math.inf)


# -- noise ------------------------------------------------------------------------------------------------------------


def laplace_ratio_holds(published_low, published_high, epsilon):
    """Whether no output is more than exp(ε) times as frequent under one value as under the other, given sampling."""
    a, b = Counter(published_low.tolist()), Counter(published_high.tolist())
    for first, second in ((a, b), (b, a)):
        for output, count in first.items():
            bound = math.exp(epsilon) * (second[output] + SIGMAS * math.sqrt(second[output] + 1))
            if count - SIGMAS * math.sqrt(count) > bound:
                return False
    return True


def test_laplace_noise_keeps_its_epsilon():
    low, high = make_table(x=[0.0] * ROWS), make_table(x=[4.0] * ROWS)
    options = {"low": 0.0, "high": 4.0, "cell": 1.0, "epsilon": 1.0}
    first = add_laplace_noise(low, "x", **options, stream=stream("a"))
    second = add_laplace_noise(high, "x", **options, stream=stream("b"))
    assert first.guarantee.epsilon == 1.0
    assert laplace_ratio_holds(first.table.columns["x"], second.table.columns["x"], 1.0)
    assert not laplace_ratio_holds(first.table.columns["x"], second.table.columns["x"], 0.8)
    # The broken twin does not clip: a value beyond the range is told apart.
    beyond = first.table.columns["x"] + 8.0
    assert not laplace_ratio_holds(first.table.columns["x"], beyond, 1.0)
    clipped = add_laplace_noise(make_table(x=[1e9] * ROWS), "x", **options, stream=stream("c"))
    assert laplace_ratio_holds(first.table.columns["x"], clipped.table.columns["x"], 1.0)


@settings(max_examples=40, deadline=None)
@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.floats(1e-3, 10), st.floats(1e-3, 20))
def test_laplace_noise_never_promises_more_than_asked(low, width, cell, epsilon):
    table = make_table(x=[low - 1.0, low + width / 2, low + 2 * width])
    if low + width <= low or math.ceil(width / cell) / epsilon > 2**40:
        return
    result = add_laplace_noise(table, "x", low=low, high=low + width, cell=cell, epsilon=epsilon, stream=stream())
    assert 0 < result.guarantee.epsilon <= epsilon * (1 + 1e-15)
    assert np.isfinite(result.table.columns["x"]).all()


def test_laplace_noise_leaves_mean_and_variance():
    table = people()
    result = add_laplace_noise(table, "pay", low=0, high=2000, cell=1, epsilon=2.0, stream=stream())
    pay, published = table.columns["pay"], result.table.columns["pay"]
    noise = variance(1000)
    assert abs(published.mean() - pay.mean()) < SIGMAS * math.sqrt(noise / ROWS)
    fourth = 6 * noise**2  # of a Laplace distribution: kurtosis 6
    assert abs(published.var() - noise - pay.var()) < SIGMAS * math.sqrt((fourth + 4 * noise * pay.var()) / ROWS)


def test_gaussian_noise_leaves_mean_variance_and_gaps():
    table = make_table(x=[math.nan, *np.arange(ROWS / 100).tolist()] * 100)
    published = add_gaussian_noise(table, "x", standard_deviation=50.0, stream=stream()).table.columns["x"]
    true = table.columns["x"]
    assert (np.isnan(published) == np.isnan(true)).all()
    assert abs(np.nanmean(published) - np.nanmean(true)) < SIGMAS * 50 / math.sqrt(ROWS)
    deviation = math.sqrt((2 * 50**4 + 4 * 50**2 * np.nanvar(true)) / ROWS)
    assert abs(np.nanvar(published) - 2500 - np.nanvar(true)) < SIGMAS * deviation


def test_correlated_noise_keeps_the_covariance_and_independent_noise_does_not():
    table = people()
    values = np.stack([table.columns["age"], table.columns["pay"]])
    correlation = np.corrcoef(values)[0, 1]
    published = add_correlated_noise(table, ["age", "pay"], share=1.0, stream=stream()).table
    noisy = np.stack([published.columns["age"], published.columns["pay"]])
    np.testing.assert_allclose(noisy.mean(axis=1), values.mean(axis=1), rtol=0.02)
    np.testing.assert_allclose(np.cov(noisy), np.cov(values), rtol=0.06)
    assert np.corrcoef(noisy)[0, 1] == pytest.approx(correlation, abs=0.02)
    apart = table
    for name in ("age", "pay"):
        deviation = float(table.columns[name].std())
        apart = add_gaussian_noise(apart, name, standard_deviation=deviation, stream=stream(name)).table
    assert np.corrcoef(apart.columns["age"], apart.columns["pay"])[0, 1] == pytest.approx(correlation / 2, abs=0.03)


def test_correlated_noise_of_columns_that_depend_on_each_other():
    table = make_table(a=[1.0, 2.0, 3.0, 5.0], b=[2.0, 4.0, 6.0, 10.0], c=[7.0] * 4)
    published = add_correlated_noise(table, ["a", "b", "c"], share=1.0, stream=stream()).table
    np.testing.assert_allclose(published.columns["b"], 2 * published.columns["a"])
    np.testing.assert_allclose(published.columns["c"], 7.0)


# -- rounding ---------------------------------------------------------------------------------------------------------


def test_rounding_by_hand():
    table = make_table(x=[-7.5, -2.4, 0.0, 2.4, 2.5, math.nan, 13.0])
    published = round_to_nearest(table, "x", base=5).table.columns["x"]
    np.testing.assert_array_equal(published, [-5.0, 0.0, 0.0, 0.0, 5.0, math.nan, 15.0])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.one_of(st.just(math.nan), st.integers(-(2**53), 2**53).map(float)), min_size=1, max_size=30),
    st.integers(2, 50),
    st.integers(0, 100),
)
def test_random_rounding_takes_a_neighbour_and_keeps_totals(cells, base, seed):
    if all(cell != cell for cell in cells):
        return
    groups = ["x" if i % 3 else "y" for i in range(len(cells))]
    table = make_table(v=cells, g=groups)
    for result in (
        round_at_random(table, "v", base=base, stream=stream(str(seed))),
        controlled := round_with_totals(table, "v", base=base, groups=["g"], stream=stream(str(seed))),
    ):
        for true, published in zip(cells, result.table.columns["v"].tolist(), strict=True):
            assert (true != true) == (published != published)
            if true == true:
                assert int(published) % base == 0 or abs(published) >= 2**53
                assert abs(int(published) - int(true)) < base or abs(published) >= 2**53
    if all(cell == cell and abs(cell) < 2**40 for cell in cells):
        off = defaultdict(float)
        for group, true, published in zip(groups, cells, controlled.table.columns["v"].tolist(), strict=True):
            off[group] += published - true
            off["all"] += published - true
        assert all(abs(value) < base for value in off.values())


def test_totals_of_independent_rounding_are_not_kept():
    table = make_table(v=list(range(1000)))
    total = round_at_random(table, "v", base=10, stream=stream()).table.columns["v"].sum()
    assert abs(total - 499_500) >= 10  # so the test above can fail


@pytest.mark.parametrize("controlled", [True, False])
def test_random_rounding_is_unbiased(controlled):
    # Every start of the systematic rounding, or every coin, is equally likely: rests r go up r times in ten.
    table = make_table(v=[0, 1, 3, 5, 9] * 4)
    rounds, ups = 1000, np.zeros(20)
    function = round_with_totals if controlled else round_at_random
    source = stream(str(controlled))
    for _ in range(rounds):
        ups += function(table, "v", base=10, stream=source).table.columns["v"] / 10
    expected = np.array([0, 0.1, 0.3, 0.5, 0.9] * 4)
    errors = SIGMAS * np.sqrt(expected * (1 - expected) / rounds)
    assert (np.abs(ups / rounds - expected) <= errors).all()
    assert not (np.abs(ups / rounds - 0.5) <= errors).all()  # always to the nearer one would fail as well


# -- PRAM -------------------------------------------------------------------------------------------------------------


def test_randomised_response_by_hand():
    # Warner's coin, kept with 3/4: epsilon = log 3.
    result = pram(make_table(a=["y", "n"]), "a", keep_or_replace(["y", "n"], keep=0.75), stream=stream())
    assert result.guarantee.epsilon == pytest.approx(math.log(3))
    assert keep_or_replace("abcde", keep=0.5).epsilon == pytest.approx(math.log(0.5 * 4 / 0.5))
    assert keep_or_replace("abcd", keep=0.25).epsilon == pytest.approx(0.0, abs=1e-15)


def test_a_zero_beside_a_number_is_no_guarantee():
    matrix = [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.2, 0.2, 0.6]]
    table = make_table(a=["x", "y", "z"])
    assert pram(table, "a", Transition(("x", "y", "z"), np.array(matrix)), stream=stream()).guarantee.kind == "none"
    never = [[0.5, 0.5, 0.0], [0.4, 0.6, 0.0], [0.2, 0.8, 0.0]]
    guarantee = pram(table, "a", Transition(("x", "y", "z"), np.array(never)), stream=stream()).guarantee
    assert guarantee.epsilon == pytest.approx(math.log(2.5))


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 6), st.integers(0, 10**6))
def test_epsilon_and_estimates_by_plain_loops(size, seed):
    matrix = np.random.default_rng(seed).dirichlet(np.ones(size), size)
    transition = Transition(tuple("abcdef"[:size]), matrix)
    assert [sum(row) for row in transition.weights.tolist()] == [1 << 62] * size
    worst = max(math.log(matrix[a, c] / matrix[b, c]) for a, b, c in itertools.product(range(size), repeat=3))
    assert transition.epsilon == pytest.approx(worst, rel=1e-6)
    true = np.arange(1.0, size + 1)
    expected = np.array([sum(true[k] * matrix[k, c] for k in range(size)) for c in range(size)])
    if np.linalg.cond(matrix) < 1e6:
        np.testing.assert_allclose(estimated_counts(expected, transition), true, rtol=1e-6)
        crossed = np.stack([expected, 2 * expected], axis=1)
        np.testing.assert_allclose(estimated_counts(crossed, transition), np.stack([true, 2 * true], axis=1), rtol=1e-6)


def test_published_frequencies_are_those_of_the_matrix():
    matrix = np.array([[0.8, 0.15, 0.05], [0.1, 0.7, 0.2], [0.3, 0.3, 0.4]])
    transition = Transition(("A", "B", "C"), matrix)
    table = people()
    published = pram(table, "town", transition, stream=stream()).table.columns["town"]

    def agrees(with_matrix):
        for code, category in enumerate("ABC"):
            drawn = Counter(published[table.columns["town"] == category].tolist())
            n = drawn.total()
            for other, p in zip("ABC", with_matrix[code], strict=True):
                if abs(drawn[other] - n * p) > SIGMAS * math.sqrt(n * p * (1 - p)):
                    return False
        return True

    assert agrees(matrix)
    assert not agrees(matrix.T / matrix.T.sum(axis=1, keepdims=True))


def test_counts_survive_pram_by_the_inverse():
    table, transition = people(), keep_or_replace("ABC", keep=0.6)
    true = np.array([Counter(table.columns["town"].tolist())[c] for c in "ABC"])
    estimates = []
    source = stream("many")
    for _ in range(12):
        published = Counter(pram(table, "town", transition, stream=source).table.columns["town"].tolist())
        estimates.append(estimated_counts([published[c] for c in "ABC"], transition))
    errors = standard_errors(true, transition)
    assert (np.abs(np.mean(estimates, axis=0) - true) < SIGMAS * errors / math.sqrt(12)).all()
    spread = np.std(estimates, axis=0) / errors
    assert ((spread > 0.4) & (spread < 1.8)).all()
    raw = np.array([published[c] for c in "ABC"])
    assert not (np.abs(raw - true) < SIGMAS * errors).all()


def test_standard_errors_by_hand():
    # n people, kept with p: the estimate is (X - n(1 - p))/(2p - 1), of standard deviation √(n p (1 - p))/(2p - 1).
    errors = standard_errors([60, 40], keep_or_replace("ab", keep=0.75))
    np.testing.assert_allclose(errors, math.sqrt(100 * 0.75 * 0.25) / 0.5)


def test_invariant_matrix_keeps_frequencies_and_says_where_they_are_from():
    shares = np.array([0.6, 0.3, 0.1])
    measured = invariant(keep_or_replace("ABC", keep=0.5), 1000 * shares, from_data=True)
    np.testing.assert_allclose(shares @ measured.matrix, shares, rtol=1e-12)
    assert not np.allclose(shares @ keep_or_replace("ABC", keep=0.5).matrix, shares)
    table = make_table(town=["A", "B", "C"])
    assert pram(table, "town", measured, stream=stream()).guarantee.kind == "none"
    public = invariant(keep_or_replace("ABC", keep=0.5), shares, from_data=False)
    assert pram(table, "town", public, stream=stream()).guarantee.epsilon == public.epsilon
    assert public.epsilon <= keep_or_replace("ABC", keep=0.5).epsilon  # going back is post-processing
    with pytest.raises(PrivacyParameterError, match="frequency above 0"):
        invariant(public, [1, 0, 1], from_data=False)


# -- swapping ---------------------------------------------------------------------------------------------------------


def test_rank_swapping_keeps_the_column_and_its_reach():
    table = make_table(x=[float(v) for v in np.random.default_rng(0).permutation(2000)] + [math.nan] * 10)
    result = swap_ranks(table, "x", share=0.05, stream=stream())
    true, published = table.columns["x"], result.table.columns["x"]
    assert (np.isnan(true) == np.isnan(published)).all()
    assert sorted(true[:2000]) == sorted(published[:2000])
    moved = np.abs(published - true)[:2000]
    assert moved.max() <= 100
    assert (moved > 0).mean() > 0.95
    assert moved[np.argsort(true[:2000])][500:1500].mean() > 30
    partner = dict(zip(true[:2000].tolist(), published[:2000].tolist(), strict=True))
    assert all(partner[partner[value]] == value for value in partner)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.floats(0.01, 1.0), st.integers(0, 1000))
def test_a_value_stays_only_if_none_is_left_for_it(rows, share, seed):
    published = swap_ranks(make_table(x=list(range(rows))), "x", share=share, stream=stream(str(seed)))
    ranks = published.table.columns["x"].tolist()
    reach = max(1, int(share * rows))
    assert sorted(ranks) == list(range(rows))
    assert all(ranks[ranks[r]] == r and abs(ranks[r] - r) <= reach for r in range(rows))
    alone = [r for r in range(rows) if ranks[r] == r]
    assert all(b - a > reach for a, b in itertools.pairwise(alone))


def test_partners_of_a_rank_are_equally_likely():
    counts, source = Counter(), stream("partners")
    for _ in range(1600):
        counts[int(swap_ranks(make_table(x=list(range(8))), "x", share=0.5, stream=source).table.columns["x"][0])] += 1
    assert set(counts) == {1, 2, 3, 4}
    assert all(abs(count - 400) < SIGMAS * math.sqrt(1600 * 0.25 * 0.75) for count in counts.values())


def test_swapping_within_strata_keeps_them():
    table = people(1001)
    result = swap_within(table, ["pay", "age"], within=["town", "sex"], share=0.4, stream=stream())

    def rows(of, names):
        return Counter(zip(*(of.columns[n].tolist() for n in names), strict=True))

    names = ["pay", "age", "town", "sex"]
    assert rows(result.table, names) == rows(table, names)
    changed = sum(
        a != b for a, b in zip(table.columns["pay"].tolist(), result.table.columns["pay"].tolist(), strict=True)
    )
    assert 0.36 < changed / 1001 <= 0.4
    across = swap_within(table, ["pay"], within=["sex"], share=0.4, stream=stream()).table
    assert rows(across, ["pay", "sex"]) == rows(table, ["pay", "sex"])
    assert rows(across, ["pay", "town"]) != rows(table, ["pay", "town"])


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "change", "error", "says"),
    [
        ("laplace", {"name": "gaps"}, TableError, "empty in 1 rows"),
        ("laplace", {"name": "town"}, TableError, "holds text"),
        ("laplace", {"epsilon": 0.0}, PrivacyParameterError, "epsilon"),
        ("laplace", {"high": 0}, PrivacyParameterError, "not below"),
        ("laplace", {"cell": 1e-300}, PrivacyParameterError, "too many"),
        ("gaussian", {"standard_deviation": math.nan}, PrivacyParameterError, "standard_deviation"),
        ("gaussian", {"name": "empty"}, TableError, "no value in any row"),
        ("correlated", {"names": ["pay", "pay"]}, TableError, "named once"),
        ("correlated", {"names": ["pay", "gaps"]}, TableError, "empty in 1 rows"),
        ("correlated", {"share": -1.0}, PrivacyParameterError, "share"),
        ("at random", {"base": 1}, PrivacyParameterError, "base"),
        ("at random", {"name": "fraction"}, TableError, "whole number up to 2.53 in 3 rows"),
        ("with totals", {"groups": ["nothing"]}, TableError, "no column 'nothing'"),
        ("pram", {"name": "age"}, TableError, "holds numbers"),
        (
            "pram",
            {"transition": keep_or_replace("AB", keep=0.5)},
            TableError,
            "no category of the transition in 1 rows",
        ),
        ("ranks", {"share": 1.5}, PrivacyParameterError, "share"),
        ("within", {"within": []}, TableError, "named once"),
        ("within", {"within": ["pay"]}, TableError, "named once"),
    ],
)
def test_refused(name, change, error, says):
    table = make_table(
        age=[20, 30, 40],
        pay=[1, 2, 3],
        gaps=[1.0, math.nan, 2.0],
        fraction=[0.5, 0.25, 0.1],
        empty=[math.nan] * 3,
        town=["A", "B", "C"],
    )
    function, options = ALL[name]
    with pytest.raises(error, match=says) as caught:
        function(table, **(options | change))
    assert caught.value.help


@pytest.mark.parametrize(
    "make",
    [
        lambda: Transition(("a", "b"), np.eye(3)),
        lambda: Transition(("a", "a"), np.eye(2)),
        lambda: Transition(("a", "b"), np.array([[0.5, 0.4], [0.5, 0.5]])),
        lambda: Transition(("a", "b"), np.array([[1.5, -0.5], [0.5, 0.5]])),
        lambda: Transition(("a", "b"), np.array([[math.nan, 1.0], [0.5, 0.5]])),
        lambda: keep_or_replace("ab", keep=1.1),
        lambda: estimated_counts([1, 2], keep_or_replace("ab", keep=0.5)),
    ],
)
def test_matrices_that_are_none(make):
    with pytest.raises(PrivacyParameterError):
        make()
