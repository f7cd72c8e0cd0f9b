"""`wuming tune`: one private choice, charged in full and once, whose number of runs shows nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wuming.accounting.accountant import rdp
from wuming.accounting.events import Composed, Gaussian, PoissonSampledGaussian, RepeatAndSelect
from wuming.accounting.filter import RenyiFilter
from wuming.app import training_job
from wuming.app.cli import entry
from wuming.core.storage import read_json
from wuming.governance.accounts import Accounts
from wuming.governance.ledger import Ledger
from wuming.training import tuning

NUMBERS = (
    "--epsilon",
    "8",
    "--delta",
    "5e-4",
    "--population",
    "80",
    "--batch",
    "20",
    "--steps",
    "3",
    "--unit",
    "record",
)


@pytest.fixture
def arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    data = tmp_path / "data.jsonl"
    lines = [
        {"id": str(i), "subject": f"u{i}", "text": "good lovely" if i % 2 else "bad", "label": str(i % 2)}
        for i in range(80)
    ]
    data.write_text("".join(json.dumps(line) + "\n" for line in lines))
    monkeypatch.setattr(training_job, "environment", lambda: "one environment")
    monkeypatch.setattr("wuming.app.tuning_job.environment", lambda: "one environment")
    # What calibrating finds for NUMBERS; the command checks it against the true ε.
    monkeypatch.setattr(tuning, "calibrate", lambda *_a, **_k: 3.0)
    monkeypatch.setattr("wuming.app.cli.tune.advice", lambda *_a: "Free advice")
    output = str(tmp_path / "out")
    return [
        "tune",
        str(data),
        "--labels",
        "0,1",
        "--tiny",
        "--public",
        str(data),
        "--mean",
        "2",
        "--output",
        output,
        *NUMBERS,
    ]


def test_the_choice_is_charged_in_full_and_once(arguments, capsys, monkeypatch):
    calls = ["--learning-rates", "0.01,0.1", "--lineage", "shop", "--cap", "40", "--json"]
    assert entry.invoke([*arguments, *calls]) == 0
    out = capsys.readouterr()
    assert "Free advice" in out.err
    claim = json.loads(out.out.splitlines()[-1])
    assert claim["epsilon"] <= 8
    assert claim["chosen"]["learning_rate"] in (0.01, 0.1)
    assert "seconds" not in claim
    (account,) = Accounts(Ledger()).all()
    one_run = Composed((PoissonSampledGaussian(20 / 80, 3.0, 3), Gaussian(10.0)))
    charges = [RenyiFilter(40.0, 5e-4).charge(rdp(event)) for event in (RepeatAndSelect(one_run, 2.0, 0.0), one_run)]
    assert account.spent_epsilon == pytest.approx(charges[0], rel=1e-6)
    assert account.spent_epsilon != pytest.approx(charges[1], rel=1e-2)  # the best run alone would be too little
    stored = read_json(Path(claim["output"]) / "claim.json")
    assert stored["weights_digest"] == claim["weights_digest"]

    monkeypatch.setattr(tuning, "choose", lambda *_a, **_k: pytest.fail("the same choice was made again"))
    assert entry.invoke([*arguments, *calls]) == 0
    assert Accounts(Ledger()).all()[0].spent_epsilon == account.spent_epsilon


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("--learning-rates", "fast"), "learning_rates"),
        (("--mean", "1"), "mean"),
        (("--score-noise", "0"), "score_noise"),
    ],
)
def test_wrong_numbers_are_named(arguments, capsys, wrong, says):
    assert entry.invoke([*arguments, *wrong]) == 30
    assert says in capsys.readouterr().err
