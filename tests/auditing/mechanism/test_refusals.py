"""What the test of a mechanism could say nothing about is refused in words, and not called consistent."""

from __future__ import annotations

import importlib
import sys
import time

import numpy as np
import pytest

from wuming.auditing.mechanism.audit import audit_mechanism
from wuming.auditing.mechanism.claim import Claim
from wuming.auditing.mechanism.distribution import ALIKE
from wuming.auditing.mechanism.outcomes import incomparable
from wuming.auditing.mechanism.target import Target, load_function
from wuming.core.errors import MissingFile, PrivacyParameterError


class Plain:
    """Looks different in every run."""


async def coroutine(data):
    return 1


def generator(data):
    yield 1


def test_what_looks_different_in_every_run_is_refused():
    for function, name in (
        (lambda data: Plain(), "Plain"),
        (lambda data: {"a": [1.0, Plain()]}, "Plain"),
        (generator, "generator"),
        (coroutine, "coroutine"),
    ):
        with pytest.raises(PrivacyParameterError, match=f"returned a {name}"):
            audit_mechanism(Target(function, Claim(1.0)), seconds=1)
    for right in (1, 2.5, "a", None, True, b"x", (1, 2), {"a": {1}}, np.ones(3), np.float32(1), 1 + 2j):
        assert incomparable(right) == "", right


def test_a_function_that_wants_something_else_is_told_what():
    with pytest.raises(PrivacyParameterError, match="no claim has: scale, rounds"):
        Target(lambda data, scale, epsilon, *, rounds: 1.0, Claim(1.0))
    with pytest.raises(PrivacyParameterError, match="no data"):
        Target(lambda: 1.0, Claim(1.0))
    with pytest.raises(PrivacyParameterError, match="no data"):
        Target(lambda *, epsilon: 1.0, Claim(1.0))
    given = Target(lambda data, epsilon, scale=2.0, *rest, **more: epsilon + scale, Claim(1.0))
    assert given.one([]) == 3.0


def test_a_call_that_takes_too_long_for_the_time_is_told_what_it_needs():
    def slow(data):
        end = time.process_time() + 0.02
        while time.process_time() < end:
            pass
        return 1.0

    with pytest.raises(PrivacyParameterError, match="seconds=1 is too short"):
        audit_mechanism(Target(slow, Claim(1.0)), seconds=1)

    def waits(data):
        time.sleep(0.02)
        return 1.0

    with pytest.raises(PrivacyParameterError, match="seconds=1 is too short"):
        audit_mechanism(Target(waits, Claim(1.0)), seconds=1)
    with pytest.raises(PrivacyParameterError, match="too short"):
        audit_mechanism(Target(lambda data: np.zeros(60_000), Claim(1.0)), seconds=1)


def test_an_output_that_never_changes_is_said_to_be_one():
    for value in (float("nan"), None, 0.0, "x", [1.0, 2.0]):
        report = audit_mechanism(
            Target(lambda data, value=value: value, Claim(1.0)), seconds=1, checks=("distribution",)
        )
        assert report.checks[0].statistic == ALIKE, value
        assert report.verdict == "consistent"
    report = audit_mechanism(Target(lambda data: float(len(data) > 3), Claim(1.0)), seconds=9, checks=("distribution",))
    assert report.checks[0].statistic != ALIKE
    assert report.verdict == "violated"


def test_what_a_mechanism_prints_is_dropped(capsys):
    def talks(data, epsilon):
        print("record", data)
        return float(np.random.default_rng().laplace(0, 1 / epsilon) + len(data))

    audit_mechanism(Target(talks, Claim(1.0)), seconds=1, checks=("distribution", "timing"))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("import no_such_thing_anywhere", PrivacyParameterError, "imports no_such_thing_anywhere"),
        ("def f(:", PrivacyParameterError, "SyntaxError when it was imported, line 1"),
        ("raise ValueError('a record')", PrivacyParameterError, "ValueError when it was imported"),
        ("import sys; sys.exit(4)", PrivacyParameterError, "SystemExit when it was imported"),
        ("import wrong_by_itself", MissingFile, "no module named"),
    ],
)
def test_a_module_that_cannot_be_imported(tmp_path, monkeypatch, text, error, words):
    name = "wrong_by_itself" if error is PrivacyParameterError else "other"
    (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for target in ("wrong_by_itself:f", "wrong_by_itself.py:f")[: 2 if error is PrivacyParameterError else 1]:
        importlib.invalidate_caches()
        with pytest.raises(error, match=words) as raised:
            load_function(target)
        assert "a record" not in raised.value.message
        assert "wrong_by_itself" not in sys.modules  # a part of a module is no module


def test_pairs_that_fail_are_told():
    def pairs():
        raise ValueError("a record")

    with pytest.raises(PrivacyParameterError, match=r"pairs\(\) raised ValueError"):
        audit_mechanism(Target(lambda data: 1.0, Claim(1.0, pairs=pairs)), seconds=1)
