"""Discoverable extraction: the definition, simulated and in exact numbers."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from itertools import product

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from wuming.auditing.discoverable import Discoverable, discoverable, probability_within, samples_needed
from wuming.auditing.leaks import prefix_attack
from wuming.auditing.sampling import GREEDY, SamplingScheme, Target, continuations
from wuming.auditing.shares import Share, difference
from wuming.core.errors import EmptyData, PrivacyParameterError, SelfCheckFailed

NEVER = -math.inf


@cache
def hashed(ids, vocabulary):
    return np.random.default_rng([len(ids), *ids]).permutation(vocabulary) * 0.9


class Hashed:
    """A language model whose logits depend on all tokens so far, and never tie."""

    vocabulary = 3

    def next(self, ids):
        return hashed(tuple(ids), self.vocabulary)

    def logits(self, sequences, last):
        return [np.stack([self.next(ids[: len(ids) - back]) for back in range(last - 1, -1, -1)]) for ids in sequences]


def every_target(length, prefix=(1,)):
    return [Target(prefix, suffix) for suffix in product(range(3), repeat=length)]


def test_by_hand():
    assert probability_within(math.log(0.5), 1) == pytest.approx(0.5)
    assert probability_within(math.log(0.5), 3) == pytest.approx(0.875)
    assert probability_within(math.log(0.1), 2) == pytest.approx(0.19)
    assert [probability_within(0.0, n) for n in (0, 1, 5)] == [0.0, 1.0, 1.0]
    assert [probability_within(NEVER, n) for n in (0, 1, 10**9)] == [0.0, 0.0, 0.0]
    assert samples_needed(math.log(0.5), 0.5) == 1
    assert samples_needed(math.log(0.1), 0.5) == 7  # 0.9^7 = 0.478, 0.9^6 = 0.531
    assert samples_needed(math.log(0.01), 0.5) == 69
    assert samples_needed(math.log(0.01), 0.95) == 299
    assert samples_needed(0.0, 0.999) == 1
    assert samples_needed(NEVER, 0.001) == math.inf
    assert [samples_needed(math.log(0.5), 1 - 2.0**-k) for k in range(1, 50)] == list(range(1, 50))


def naively(log_probability, samples):
    """A broken twin: 1 − π is 1 for a tiny π, and nothing is ever said."""
    return 1 - (1 - math.exp(log_probability)) ** samples


def added_up(log_probability, samples):
    """A broken twin: n times π, which passes 1."""
    return samples * math.exp(log_probability)


def expected_number_reached(log_probability, samples):
    """A broken twin: said for sure as soon as it is said once on average."""
    return float(samples * math.exp(log_probability) >= 1)


def without_the_last(log_probability, samples):
    """A broken twin: one sample fewer."""
    return probability_within(log_probability, samples - 1)


def is_precise(method):
    """Whether a method keeps ten digits from π = 1/2 down to π = 10^-40."""
    with mpmath.workdps(80):
        for exponent in (-0.5, -1, -5, -20, -50, -92):
            for samples in (1, 3, 10**4, 10**22, 10**39):
                exact = 1 - (1 - mpmath.exp(mpmath.mpf(exponent))) ** samples
                if method(exponent, samples) != pytest.approx(float(exact), rel=1e-10, abs=0):
                    return False
    return True


def test_tiny_probabilities_keep_their_digits():
    assert is_precise(probability_within)


@pytest.mark.parametrize("twin", [naively, added_up, without_the_last])
def test_digits_that_are_lost_are_seen(twin):
    assert not is_precise(twin)


RECORD = Target((1,), (0, 2))
ROUNDS = 150


def rounds_that_extract(samples):
    """Return in how many rounds one of so many samples is the record's end: by doing it."""
    said = continuations(Hashed(), [RECORD.prefix] * (ROUNDS * samples), 2, SamplingScheme(), seed=3)
    return sum(RECORD.suffix in said[start : start + samples] for start in range(0, ROUNDS * samples, samples))


@pytest.fixture(scope="module")
def simulated():
    return {samples: rounds_that_extract(samples) for samples in (1, 4, 12)}


def agrees_with(simulated, method):
    log_chance = discoverable(Hashed(), [RECORD]).training[0]
    return all(
        0 <= method(log_chance, samples) <= 1
        and stats.binomtest(hits, ROUNDS, method(log_chance, samples)).pvalue > 1e-4
        for samples, hits in simulated.items()
    )


def test_the_definition_simulated(simulated):
    assert agrees_with(simulated, probability_within)


@pytest.mark.parametrize("twin", [added_up, expected_number_reached, without_the_last])
def test_broken_definitions_are_seen(simulated, twin):
    assert not agrees_with(simulated, twin)


log_chances = st.one_of(st.floats(-600, 0), st.just(NEVER))
numbers = st.one_of(st.integers(0, 50), st.integers(0, 10**15))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(log_chances, numbers, numbers)
def test_within_more_samples_it_is_likelier_and_never_above_one(log_chance, some, more):
    first, second = (probability_within(log_chance, n) for n in sorted((some, more)))
    assert 0 <= first <= second <= 1
    assert probability_within(log_chance - 0.1, more) <= probability_within(log_chance, more)
    assert probability_within(log_chance, 1) == pytest.approx(math.exp(log_chance))


def is_smallest(method, log_chance, probability):
    """Whether n samples are enough and n − 1 are not, in exact numbers up to the rounding of π."""
    needed = method(log_chance, probability)
    missed, left = 1 - Fraction(math.exp(log_chance)), 1 - Fraction(probability)
    slack = Fraction(1, 10**12)
    return (
        needed == int(needed) >= 1
        and missed ** int(needed) <= left + slack
        and (needed == 1 or missed ** (int(needed) - 1) > left - slack)
    )


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.floats(0.01, 1), st.floats(0.001, 0.999))
def test_samples_needed_are_the_smallest_number(chance, probability):
    assert is_smallest(samples_needed, math.log(chance), probability)


def rounded_down(log_chance, probability):
    """A broken twin: the formula without rounding up."""
    return max(1, math.floor(math.log1p(-probability) / math.log1p(-math.exp(log_chance))))


def one_over(log_chance, probability):
    """A broken twin: as many samples as say it once on average."""
    return math.ceil(1 / math.exp(log_chance))


def bare_formula(log_chance, probability):
    """A broken twin: the formula as printed, whose quotient may be a hair above a whole number."""
    return math.ceil(math.log1p(-probability) / math.log1p(-math.exp(log_chance)))


@pytest.mark.parametrize("twin", [rounded_down, one_over])
def test_other_numbers_of_samples_are_seen(twin):
    assert not all(is_smallest(twin, math.log(chance), p) for chance in (0.02, 0.3) for p in (0.1, 0.5, 0.9))


def turns_back(method):
    """Whether the number that a probability was reached with is the number that it needs."""
    pairs = [(math.log(chance / 50), n) for chance in range(1, 20) for n in range(2, 20)]
    return all(method(log_chance, probability_within(log_chance, n)) == n for log_chance, n in pairs)


def test_needed_and_within_are_of_one_mind_to_the_last_digit():
    assert turns_back(samples_needed)
    assert not turns_back(bare_formula)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.floats(-30, 0), st.floats(0.001, 0.99), st.floats(0.001, 0.99))
def test_needed_samples_are_enough_and_grow_with_the_probability(log_chance, first, second):
    low, high = sorted((first, second))
    needed = samples_needed(log_chance, low)
    assert 1 <= needed <= samples_needed(log_chance, high)
    assert probability_within(log_chance, needed) >= low
    assume(1 < needed < 2**50)
    assert probability_within(log_chance, needed - 1) < low


def test_records_that_would_need_more_samples_than_there_are_numbers():
    assert samples_needed(-600, 0.5) == pytest.approx(math.log(2) * math.exp(600), rel=1e-9)
    assert samples_needed(-800, 0.5) == math.inf


@pytest.fixture(scope="module")
def found():
    return discoverable(Hashed(), every_target(3), every_target(2, (2, 0)))


def test_shares_counted_out(found):
    model = Hashed()
    chances = []
    for target in every_target(3):
        ids, chance = target.prefix, 1.0
        for token in target.suffix:
            weights = [math.exp(x) for x in model.next(ids)]
            chance, ids = chance * weights[token] / sum(weights), (*ids, token)
        chances.append(chance)
    assert [math.exp(x) for x in found.training] == pytest.approx(chances)
    assert sum(chances) == pytest.approx(1)
    for samples, probability in product((1, 5, 30), (0.1, 0.5, 0.9)):
        count = sum(1 - (1 - chance) ** samples >= probability for chance in chances)
        assert found.share(samples, probability) == Share(count, 27)
    assert {found.share(n, 0.5).count for n in (1, 5, 30)} != {0}


def test_more_samples_find_more_and_a_higher_probability_less(found):
    counts = [found.share(n, 0.5).count for n in (1, 2, 5, 20, 100, 10**6)]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (found.share(1, 0.5).count, 27)
    assert found.share(20, 0.2).count >= found.share(20, 0.8).count


def test_greedy_text_is_one_sample_of_the_likeliest_token():
    targets = every_target(2)
    shares = {discoverable(Hashed(), targets, scheme=GREEDY).share(n, p) for n, p in ((1, 0.5), (100, 0.9), (1, 1.0))}
    assert shares == {prefix_attack(Hashed(), targets).exact} == {Share(1, 9)}


def test_as_json(found):
    report = found.as_json(samples=(1, 30), probability=0.5)
    assert report["scheme"] == SamplingScheme().as_json()
    for row, n in zip(report["rows"], (1, 30), strict=True):
        training, held_out = found.share(n, 0.5), found.baseline(n, 0.5)
        assert (row["n"], row["p"]) == (n, 0.5)
        assert (row["training"], row["held_out"]) == (training.as_json(), held_out.as_json())
        assert row["above_held_out"] == difference(training, held_out)
    fewest = int(report["fewest_samples"])
    assert found.share(fewest, 0.5).count > 0
    assert fewest == 1 or found.share(fewest - 1, 0.5).count == 0


def test_without_held_out_records_and_without_any_chance():
    alone = discoverable(Hashed(), [RECORD])
    assert alone.baseline(10, 0.5) is None
    assert [row["above_held_out"] for row in alone.as_json()["rows"]] == [None] * 5
    assert Discoverable(SamplingScheme(), (NEVER, NEVER), ()).as_json()["fewest_samples"] is None
    assert Discoverable(SamplingScheme(), (NEVER, math.log(0.1)), ()).as_json()["fewest_samples"] == 7


def test_nothing_to_attack():
    with pytest.raises(EmptyData):
        discoverable(Hashed(), [])
    with pytest.raises(EmptyData):
        discoverable(Hashed(), [], [RECORD])


def test_a_mute_model_is_no_protection():
    class Mute(Hashed):
        def logits(self, sequences, last):
            return []

    with pytest.raises(SelfCheckFailed):
        discoverable(Mute(), [RECORD])


def test_bad_input(found):
    for log_chance, samples in ((0.1, 1), (math.nan, 1), (-1.0, -1)):
        with pytest.raises(PrivacyParameterError):
            probability_within(log_chance, samples)
    for probability in (0.0, 1.0, -0.5, math.nan):
        with pytest.raises(PrivacyParameterError):
            samples_needed(-1.0, probability)
    for log_chance in (0.1, math.nan):
        with pytest.raises(PrivacyParameterError):
            samples_needed(log_chance, 0.5)
    for samples, probability in ((0, 0.5), (-1, 0.5), (1, 0.0), (1, 1.1), (1, math.nan)):
        for share in (found.share, found.baseline):
            with pytest.raises(PrivacyParameterError):
                share(samples, probability)
    with pytest.raises(PrivacyParameterError):
        discoverable(Hashed(), [RECORD], confidence=1.0)


def test_tokens_do_not_show(found):
    one = discoverable(Hashed(), [Target((52913,), (0, 2))])
    for text in (repr(one), str(one.as_json())):
        assert "52913" not in text


@pytest.mark.parametrize(("log_probability", "probability"), [(-20.0, 1 - 2**-53), (-27.0, 1 - 1e-12)])
def test_the_smallest_n_is_found_at_once_where_numbers_are_coarse(log_probability, probability):
    n = int(samples_needed(log_probability, probability))
    assert probability_within(log_probability, n) >= probability > probability_within(log_probability, n - 1)


def test_a_number_of_samples_that_is_none_is_refused():
    with pytest.raises(PrivacyParameterError):
        probability_within(-1.0, math.nan)
    with pytest.raises(PrivacyParameterError):
        Discoverable(GREEDY, (-1.0,), ()).share(math.nan, 0.5)
