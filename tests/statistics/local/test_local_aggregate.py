"""The aggregator: unbiased counts, what is malformed left out, and the price stated."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from wuming.accounting.events import EpsilonDelta
from wuming.core.errors import EmptyData, InputTooLarge, PrivacyParameterError
from wuming.crypto.random import SecureStream
from wuming.mechanisms.randomised_response import randomised_response
from wuming.mechanisms.unary_encoding import optimised_unary_encoding, symmetric_unary_encoding
from wuming.statistics.local import aggregate as module
from wuming.statistics.local.aggregate import aggregate
from wuming.statistics.local.survey import Survey

KEY = b"a key of thirty-two bytes, test."
VALUES = ("red", "green", "blue", "grey")
METHODS = ("randomised-response", "symmetric-unary", "optimised-unary")
MAKERS = dict(zip(METHODS, (randomised_response, symmetric_unary_encoding, optimised_unary_encoding), strict=True))


def reports_of(survey, truth, name="devices"):
    """Return reports of `truth[v]` devices with each value."""
    values = np.repeat(np.arange(len(truth)), truth)
    made, _ = MAKERS[survey.method](
        SecureStream(KEY, name), values, categories=len(survey.values), epsilon=survey.epsilon
    )
    if survey.method == "randomised-response":
        return [str(number) for number in made]
    return ["".join("1" if bit else "0" for bit in row) for row in made]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("epsilon", [0.5, 2.0])
def test_counts(method, epsilon):
    survey, truth = Survey(VALUES, epsilon, method), [6_000, 3_000, 1_000, 0]
    found = aggregate(survey, reports_of(survey, truth))
    p, q = survey.probabilities
    for true, estimate in zip(truth, found.estimates, strict=True):
        deviation = math.sqrt(true * p * (1 - p) + (10_000 - true) * q * (1 - q)) / (p - q)
        assert abs(estimate.value - true) < 5 * deviation
        assert estimate.low - 1 <= max(0, estimate.value) <= estimate.high + 1
        width = estimate.high - estimate.low
        assert width <= 4.4 * deviation + 3
        assert estimate.low == 0 or width >= 3.6 * deviation
    assert found.reports == 10_000
    assert found.malformed == 0


def test_estimates_are_unbiased_and_those_without_the_noise_taken_off_are_not():
    survey, truth, runs = Survey(VALUES, 1.0, "optimised-unary"), [40, 5, 15, 0], 150
    found = np.array(
        [[e.value for e in aggregate(survey, reports_of(survey, truth, str(run))).estimates] for run in range(runs)]
    )
    means, errors = found.mean(axis=0), found.std(axis=0) / math.sqrt(runs)
    assert (np.abs(means - truth) < 5 * errors).all()
    p, q = survey.probabilities
    raw = found * (p - q) + 60 * q
    assert (np.abs(raw.mean(axis=0) - truth) > 5 * errors).any()


@pytest.mark.parametrize("method", METHODS)
def test_intervals_cover_what_is_true(method):
    survey, truth, runs = Survey(VALUES, 1.5, method), [30, 8, 2, 0], 120
    missed = np.zeros(4, dtype=int)
    for run in range(runs):
        estimates = aggregate(survey, reports_of(survey, truth, str(run))).estimates
        missed += [not e.low <= true <= e.high for true, e in zip(truth, estimates, strict=True)]
    for count in missed.tolist():
        assert stats.binomtest(count, runs, 0.05, "greater").pvalue > 1e-6


@pytest.mark.parametrize("method", METHODS)
def test_price_is_stated(method):
    survey = Survey(VALUES, 0.5, method)
    answer = aggregate(survey, reports_of(survey, [5, 5, 5, 5]))
    assert survey.event == EpsilonDelta(0.5)
    cost = answer.as_json()["cost"]
    assert cost == {
        "epsilon": 0.5,
        "delta": 0.0,
        "unit": "device report",
        "relation": "replace-value",
        "sampler": "none",
    }
    assert "epsilon 0.5" in answer.words()
    assert "device report" in answer.words()
    assert [row["key"] for row in answer.as_json()["counts"]] == list(VALUES)


MALFORMED = {
    "randomised-response": ["4", "-1", "+1", " 1", "1 ", "01", "1.0", "", "1\n", "٣", "1" * 10**6, "0101", "NaN"],
    "symmetric-unary": ["010", "01011", "0102", "01 1", "٠١٠١", "", "1", "0" * 10**6, "010\n"],
}


@pytest.mark.parametrize("method", MALFORMED)
def test_what_is_malformed_is_counted_and_left_out(method):
    survey = Survey(VALUES, 1.0, method)
    good = reports_of(survey, [50, 20, 20, 10])
    bad = [*MALFORMED[method], None, 3, b"1", b"0101", ["1"], math.nan]
    mixed = aggregate(survey, [*bad, *good, *bad])
    assert mixed.malformed == 2 * len(bad)
    assert mixed.estimates == aggregate(survey, good).estimates


@given(st.lists(st.text(max_size=6), max_size=20), st.sampled_from(METHODS))
def test_no_text_breaks_it(texts, method):
    survey = Survey(VALUES, 1.0, method)
    good = "2" if method == "randomised-response" else "0010"
    answer = aggregate(survey, [good, *texts])
    assert answer.reports + answer.malformed == 1 + len(texts)


def test_the_order_of_reports_and_other_devices_do_not_matter():
    survey = Survey(VALUES, 1.0, "optimised-unary")
    reports = reports_of(survey, [9, 9, 9, 9])
    assert aggregate(survey, reports) == aggregate(survey, iter(reversed(reports)))


def test_nothing_to_count():
    survey = Survey(VALUES, 1.0, "randomised-response")
    for reports in ([], ["secret 7"]):
        with pytest.raises(EmptyData) as refused:
            aggregate(survey, reports)
        assert "secret" not in refused.value.message


def test_too_many(monkeypatch):
    monkeypatch.setattr(module, "LARGEST_REPORTS", 5)
    survey = Survey(VALUES, 1.0, "randomised-response")
    assert aggregate(survey, ["1", "x"] * 2 + ["1"]).reports == 3
    with pytest.raises(InputTooLarge, match="5"):
        aggregate(survey, ["1", "x"] * 3)


@pytest.mark.parametrize(
    ("values", "epsilon", "method", "error"),
    [
        (("a",), 1.0, "optimised-unary", PrivacyParameterError),
        (("a", "a"), 1.0, "optimised-unary", PrivacyParameterError),
        (("a", 1), 1.0, "optimised-unary", PrivacyParameterError),
        (VALUES, 0.0, "optimised-unary", PrivacyParameterError),
        (VALUES, math.nan, "optimised-unary", PrivacyParameterError),
        (VALUES, 2000.0, "optimised-unary", PrivacyParameterError),
        (VALUES, 1.0, "unary", PrivacyParameterError),
        (tuple(map(str, range((1 << 14) + 1))), 1.0, "optimised-unary", InputTooLarge),
    ],
)
def test_surveys_that_are_none(values, epsilon, method, error):
    with pytest.raises(error):
        Survey(values, epsilon, method)


@pytest.mark.parametrize("method", METHODS)
def test_an_epsilon_so_large_that_nothing_is_hidden(method):
    survey = Survey(VALUES, 1000.0, method)
    estimates = aggregate(survey, reports_of(survey, [3, 2, 1, 0])).estimates
    if method != "optimised-unary":
        assert [(round(e.value, 9), e.low, e.high) for e in estimates] == [(n, n, n) for n in (3, 2, 1, 0)]
