"""`wuming budget advise`: three numbers give the fourth, and nothing is promised that the accountant would not."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree

import pytest

from wuming.accounting.accountant import epsilon
from wuming.accounting.events import event_from_json
from wuming.app.cli import entry


def run(capsys, *words):
    code = entry.invoke(["budget", "advise", "--population", "4000", "--delta", "1e-5", *words])
    return code, capsys.readouterr()


def as_json(capsys, *words):
    code, output = run(capsys, *words, "--json")
    assert code == 0, output.err
    return json.loads(output.out.strip().splitlines()[-1])


@pytest.mark.full
def test_noise_epochs_batch_and_epsilon_give_each_other(capsys):
    found = as_json(capsys, "--batch", "400", "--epochs", "2", "--epsilon", "2")
    assert found["steps"] == 20
    assert found["epsilon"] <= 2
    event = event_from_json(found["event"])
    assert epsilon(event, 1e-5) == found["epsilon"]
    sigma = str(found["noise_multiplier"])
    assert (
        as_json(capsys, "--batch", "400", "--epochs", "2", "--noise-multiplier", sigma)["epsilon"] == found["epsilon"]
    )
    longest = as_json(capsys, "--batch", "400", "--epsilon", "2", "--noise-multiplier", sigma)
    assert longest["epochs"] == 2
    assert longest["epsilon"] <= 2
    largest = as_json(capsys, "--epochs", "2", "--epsilon", "2", "--noise-multiplier", sigma)
    assert 400 <= largest["batch"] < 440
    assert largest["epsilon"] <= 2


def test_text_names_all_that_a_promise_needs(capsys, tmp_path):
    chart = tmp_path / "curves.svg"
    code, output = run(capsys, "--batch", "400", "--epochs", "2", "--epsilon", "2", "--chart", str(chart))
    assert code == 0
    first = output.out.splitlines()[0]
    for word in ("epsilon", "delta 1e-05", "per record", "add-or-remove-one", "sampler poisson"):
        assert word in first
    assert "noise-to-batch" in output.out
    assert "warning" not in output.out
    root = ElementTree.fromstring(chart.read_text(encoding="utf-8"))  # noqa: S314  (our own file)
    assert root.tag.endswith("svg")
    assert len(root.findall(".//{*}polyline")) == 5


def test_ratios_fall_with_the_batch_and_attackers_are_bounded(capsys):
    found = as_json(capsys, "--batch", "200", "--epochs", "3", "--epsilon", "1")
    ratios = [row["noise_to_batch"] for row in found["batch_sizes"]]
    assert ratios == sorted(ratios, reverse=True)
    for attacker in found["attackers"]:
        low, high = attacker["false_positive_rate"], attacker["highest_true_positive_rate"]
        assert low < high < min(1.0, 2.72 * low + 1e-5)
    assert "noise per unit of signal" in found["advice"]


@pytest.mark.parametrize(
    ("sampler", "kind"),
    [
        ("fixed-batches", "fixed-participation-gaussian"),
        pytest.param("truncated-poisson", "truncated-poisson-sampled-gaussian", marks=pytest.mark.full),
        pytest.param("random-allocation", "random-allocation-gaussian", marks=pytest.mark.full),
    ],
)
def test_samplers_are_accounted_as_what_they_are(capsys, sampler, kind):
    found = as_json(capsys, "--batch", "1000", "--epochs", "2", "--noise-multiplier", "3", "--sampler", sampler)
    assert found["event"]["kind"] == kind


def test_a_delta_that_is_too_large_is_said(capsys):
    code, output = run(capsys, "--batch", "4000", "--epochs", "1", "--noise-multiplier", "3", "--delta", "1e-4")
    assert code == 0
    assert "warning: delta=0.0001 is above 1/(10·4000)" in output.out


@pytest.mark.parametrize(
    "words",
    [
        ("--batch", "400", "--epsilon", "2"),
        ("--batch", "4001", "--epochs", "2", "--epsilon", "2"),
        ("--batch", "400", "--epochs", "0", "--epsilon", "2"),
        ("--batch", "400", "--epochs", "2", "--epsilon", "2", "--noise-multiplier", "0.3"),
        ("--batch", "400", "--epochs", "2", "--epsilon", "2", "--sampler", "shuffle"),
        ("--batch", "400", "--epochs", "2", "--epsilon", "2", "--relation", "replace-two"),
        ("--batch", "400", "--epochs", "2.5", "--epsilon", "2", "--sampler", "fixed-batches"),
        ("--batch", "400", "--epochs", "2", "--epsilon", "2", "--unit", "household"),
        ("--batch", "400", "--epochs", "2", "--epsilon", "2", "--chart", "curves.png"),
        ("--batch", "400", "--epsilon", "0.001", "--noise-multiplier", "0.5"),
    ],
)
def test_what_has_no_answer_is_refused_by_name(capsys, words):
    code, output = run(capsys, *words)
    assert code not in (0, 1, 2)
    assert output.err.startswith("error: ")
    assert "help: " in output.err
