"""`wuming audit mechanism` as people use it: a module in the current folder, a table, a last line, an exit code."""

from __future__ import annotations

import json

import pytest

MODULE = """
import math, secrets
from wuming.auditing.mechanism.claim import declare

def laplace(scale):
    u = [math.log((secrets.randbits(53) + 1) / 2**53) for _ in range(2)]
    return math.floor(-scale * u[0]) - math.floor(-scale * u[1])

@declare(1.0, data="labels")
def count(data, epsilon):
    return len(data) + laplace(1 / epsilon)

def answer(value):
    return value + laplace(0.5)

def my_pairs():
    yield "mine", 3.0, 4.0
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine.py").write_text(MODULE, encoding="utf-8")
    return tmp_path


def test_a_declared_claim(wuming, folder):
    done = wuming("audit", "mechanism", "mine:count", "--seconds", "1", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["verdict"] == "consistent"
    assert (said["epsilon"], said["delta"]) == (1.0, 0.0)
    assert {"check", "pair", "verdict", "statistic", "lower_bound_epsilon", "p_value"} <= set(said["checks"][0])
    assert "null hypothesis" in done.stdout
    assert "one record" in done.stdout


def test_a_claim_on_the_command_line_that_does_not_hold(wuming, folder):
    done = wuming(
        "audit", "mechanism", "mine.py:answer", "--epsilon", "1", "--data", "answer", "--pairs", "mine:my_pairs",
        "--only-pairs", "--checks", "distribution", "--seconds", "15", "--json", cwd=folder,
    )  # fmt: skip
    assert done.returncode == 51, done.stderr
    assert "does not keep its claim" in done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["verdict"] == "violated"
    assert said["pairs"] == 1
    assert said["lower_bound_epsilon"] > 1


def test_nothing_tested_is_no_success(wuming, folder):
    done = wuming(
        "audit", "mechanism", "mine:answer", "--epsilon", "1", "--data", "answer", "--checks", "order",
        "--seconds", "1", "--json", cwd=folder,
    )  # fmt: skip
    assert done.returncode == 33, done.stderr
    assert "nothing was tested" in done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["verdict"] == "not tested"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("mine:count", "--epsilon", "-1"), 30),
        (("mine:answer",), 30),
        (("nothing:count", "--epsilon", "1"), 20),
        (("mine:count", "--noise", "cauchy:1"), 30),
    ],
)
def test_what_cannot_be_tested_is_refused(wuming, folder, arguments, code):
    done = wuming("audit", "mechanism", *arguments, "--json", cwd=folder)
    assert done.returncode == code, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["error"]["exit_code"] == code
