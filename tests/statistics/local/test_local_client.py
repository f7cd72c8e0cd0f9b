"""examples/local_client.py: its output probabilities, enumerated exactly, and its reports under the aggregator.

Probabilities are enumerated a function at a time: first events of probability exp(-γ) from uniform numbers, then flips
from such events, then whole reports from both. So ε is found, not estimated.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import math
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from scipy import stats

from wuming.statistics.local.aggregate import aggregate
from wuming.statistics.local.survey import Survey

CLIENT = Path(__file__).resolve().parents[3] / "examples" / "local_client.py"
METHODS = ("randomised-response", "symmetric-unary", "optimised-unary")
VALUES = ("red", "green", "blue")


@pytest.fixture
def client():
    spec = importlib.util.spec_from_file_location("local_client", CLIENT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Undecided(Exception):
    """What happens with a path of coins that is not followed further."""


class Coins:
    """One path through all that coins can do: the first ways are given, after them always the first one."""

    def __init__(self, ways, most):
        self.given, self.most, self.ways, self.weight = ways, most, [], Fraction(1)
        self.options = []

    def take(self, weights):
        if len(self.ways) == self.most:
            raise Undecided
        options = [way for way, weight in enumerate(weights) if weight]
        way = self.given[len(self.ways)] if len(self.ways) < len(self.given) else options[0]
        self.ways.append(way)
        self.options.append(options)
        self.weight *= weights[way]
        return way

    def event(self, probability):
        return self.take([1 - probability, probability]) == 1

    def below(self, n):
        return self.take([Fraction(1, n)] * n)


def law(function, *, most):
    """Return {result: probability} of function(coins), and the probability of more than `most` coins."""
    found, undecided, stack = {}, Fraction(0), [[]]
    while stack:
        coins = Coins(stack.pop(), most)
        try:
            result = function(coins)
            found[result] = found.get(result, 0) + coins.weight
        except Undecided:
            undecided += coins.weight
        for place in range(len(coins.given), len(coins.ways)):
            stack += [[*coins.ways[:place], way] for way in coins.options[place][1:]]
    assert sum(found.values()) + undecided == 1
    return found, undecided


class Uniform:
    """A number uniform on [0, n) that is only compared once."""

    def __init__(self, n, coins):
        self.n, self.coins = n, coins

    def __lt__(self, other):
        return self.coins.event(Fraction(other, self.n))


@pytest.mark.parametrize("gamma", [Fraction(0), Fraction(1, 2), Fraction(1), Fraction(5, 3), Fraction(3)])
def test_survives(client, gamma):
    def one(coins):
        client.randbelow = lambda n: Uniform(n, coins)
        return client.survives(gamma)

    found, undecided = law(one, most=20)
    assert undecided < 1e-6
    assert float(found.get(True, 0)) == pytest.approx(math.exp(-gamma), abs=2e-6)
    assert float(found.get(True, 0)) != pytest.approx(math.exp(-gamma - Fraction(1, 100)), abs=2e-4)


R = Fraction(2, 7)  # stands for exp(-γ), as the functions below must not know it


def test_flips(client):
    def one(coins):
        client.randbelow = coins.below
        client.survives = lambda gamma: coins.event(R)
        return client.flips(Fraction(1))

    found, undecided = law(one, most=60)
    assert undecided < 1e-12
    assert found[True] / found[False] == R  # exactly: what follows a refused draw is the same again


@pytest.mark.parametrize("k", [2, 3, 4])
def test_randomised_response(client, k):
    epsilon = Fraction(3, 2)

    def one(coins, value):
        client.randbelow = coins.below

        def survives(gamma):
            assert gamma == epsilon
            return coins.event(R)

        client.survives = survives
        return client.report(value, k, epsilon, "randomised-response")

    for value in range(k):
        found, _ = law(lambda coins, value=value: one(coins, value), most=8)
        assert set(found) == {str(told) for told in range(k)}
        assert all(found[str(told)] / found[str(value)] == (1 if told == value else R) for told in range(k))


def worst_quotient(laws):
    return max(one[told] / other[told] for one, other in itertools.permutations(laws, 2) for told in one)


@pytest.mark.parametrize("method", METHODS[1:])
def test_unary(client, method):
    """With f = r/(1 + r), the worst quotient is 1/r² of r = exp(-ε/2), or 1/r of r = exp(-ε): both e^ε."""
    epsilon, k = Fraction(3, 2), 3

    def one(coins, value):
        client.randbelow = coins.below

        def flips(gamma):
            assert gamma == (epsilon / 2 if method == "symmetric-unary" else epsilon)
            return coins.event(R / (1 + R))

        client.flips = flips
        return client.report(value, k, epsilon, method)

    laws = []
    for value in range(k):
        found, undecided = law(lambda coins, value=value: one(coins, value), most=8)
        assert undecided == 0
        assert len(found) == 2**k
        laws.append(found)
    assert worst_quotient(laws) == (1 / R**2 if method == "symmetric-unary" else 1 / R)


def test_a_client_that_tells_the_truth_more_often_is_found(client):
    def eager(coins, value):
        """Draw from k values, but keep a wrong one only after two events: ε is spent twice."""
        while True:
            drawn = coins.below(3)
            if drawn == value or (coins.event(R) and coins.event(R)):
                return str(drawn)

    laws = [law(lambda coins, value=value: eager(coins, value), most=8)[0] for value in range(3)]
    assert worst_quotient(laws) > 1 / R


@pytest.mark.parametrize("method", METHODS)
def test_its_reports_under_the_aggregator(client, method):
    """Many surveys of forty devices: the mean of the estimates is right, and the intervals hold."""
    survey, truth, runs = Survey(VALUES, 1.0, method), [25, 12, 3], 80
    settings = json.loads(json.dumps(survey.as_json()))
    epsilon = Fraction(settings["epsilon"])
    found = []
    for _ in range(runs):
        owners = [value for value, count in enumerate(truth) for _ in range(count)]
        reports = [client.report(own, len(settings["values"]), epsilon, settings["method"]) for own in owners]
        answer = aggregate(survey, reports)
        assert (answer.reports, answer.malformed) == (40, 0)
        found.append(answer.estimates)
    p, q = survey.probabilities
    for value, true in enumerate(truth):
        missed = sum(not one[value].low <= true <= one[value].high for one in found)
        assert stats.binomtest(missed, runs, 0.05, "greater").pvalue > 1e-6
        deviation = math.sqrt((true * p * (1 - p) + (40 - true) * q * (1 - q)) / runs) / (p - q)
        assert abs(sum(one[value].value for one in found) / runs - true) < 6 * deviation


@pytest.mark.parametrize("method", METHODS)
def test_the_program(method):
    survey = Survey(VALUES, 2.0, method)
    done = subprocess.run(
        [sys.executable, "-I", str(CLIENT), json.dumps(survey.as_json())],
        input="green\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert survey.supported(done.stdout.rstrip("\n")) is not None
    assert done.stderr == ""


def test_it_needs_the_standard_library_alone(client):
    imported = [line for line in CLIENT.read_text(encoding="utf-8").splitlines() if line.startswith(("import", "from"))]
    assert imported == ["import json", "import sys", "from fractions import Fraction", "from secrets import randbelow"]


def test_an_unknown_method(client):
    with pytest.raises(ValueError, match="unknown method"):
        client.report(0, 3, Fraction(1), "plain")
