"""Census income: figures measured independently on the same rows."""

from __future__ import annotations

import time

import numpy as np
import pytest

from wuming.anonymization import anonymise, prosecutor_risk
from wuming.anonymization.hierarchies import read_arx
from wuming.benchmarks.tables.plain_mondrian import penalty, plain_mondrian
from wuming.core.errors import UnknownDataset
from wuming.datasets import locate

from .conftest import make_table

QUASI = ["age", "education", "marital", "occupation", "sex", "country"]


@pytest.fixture(scope="module")
def adult():
    try:
        folder = locate("adult-uci")
    except UnknownDataset as error:
        pytest.skip(f"data set adult-uci: {error.message}")
    rows = [line.split(", ") for line in (folder / "adult.data").read_text().splitlines() if line]
    columns = list(zip(*rows, strict=True))
    return make_table(
        age=[int(cell) for cell in columns[0]],
        row=list(range(len(rows))),
        **{name: columns[i] for name, i in zip([*QUASI[1:], "salary"], (3, 5, 6, 9, 13, 14), strict=True)},
    )


def test_risk_of_the_raw_table(adult):
    risk = prosecutor_risk(adult, QUASI)
    assert risk.average == pytest.approx(14_621 / 32_561)
    assert risk.unique_share == pytest.approx(0.307, abs=5e-4)


# What is published is compared: our boxes of the cuts with the plain way's smallest boxes around the rows, although
# those cost less. Plain, measured independently: .032, .054, .084, .138.
@pytest.mark.parametrize(
    ("k", "plainly", "ours"), [(5, 0.0319, 0.0339), (10, 0.0541, 0.0481), (20, 0.0844, 0.0685), (50, 0.1377, 0.103)]
)
def test_loss(adult, k, plainly, ours):
    classes = plain_mondrian(adult, QUASI, k)
    assert np.bincount(classes).min() >= k
    assert penalty(adult, QUASI, classes) == pytest.approx(plainly, abs=5e-5)
    start = time.process_time()
    claims = anonymise(adult, quasi_identifiers=QUASI, sensitive=["salary"], k=k, l=1).claims
    seconds = time.process_time() - start
    assert claims["k"] >= k
    assert claims["ncp"] <= ours
    assert seconds < 3.0  # about 0.3 s on an idle core; the bound only catches a change of order


def test_the_cost_of_the_boxes_of_cuts(adult):
    # The smallest boxes around our classes: like with like, 29% below the plain way.
    published = anonymise(adult, quasi_identifiers=QUASI, sensitive=["salary"], insensitive=["row"], k=10, l=1).table
    classes = np.empty(adult.rows, dtype=np.int64)
    boxes = np.unique(
        np.stack([np.unique(published.columns[name].astype(str), return_inverse=True)[1] for name in QUASI]),
        axis=1,
        return_inverse=True,
    )[1]
    classes[published.columns["row"]] = boxes.reshape(-1)
    assert penalty(adult, QUASI, classes) == pytest.approx(0.0386, abs=5e-5)


@pytest.mark.parametrize(("partitioning", "highest"), [("strict", 0.242), ("relaxed", 0.085)])
def test_loss_along_hierarchies(adult, partitioning, highest):
    try:
        folder = locate("arx")
    except UnknownDataset as error:
        pytest.skip(f"data set arx: {error.message}")
    names = dict(zip(QUASI, ["age", "education", "marital-status", "occupation", "sex", "native-country"], strict=True))
    trees = {name: read_arx(folder / f"adult_hierarchy_{file}.csv", name) for name, file in names.items()}
    known = np.all([np.isin(adult.columns[name].astype(str), tree.values) for name, tree in trees.items()], axis=0)
    claims = anonymise(
        adult.take(np.flatnonzero(known)),
        quasi_identifiers=QUASI,
        sensitive=["salary"],
        k=10,
        l=1,
        hierarchies=trees,
        partitioning=partitioning,
    ).claims
    assert claims["k"] >= 10
    assert claims["ncp"] <= highest


def test_closeness(adult):
    claims = anonymise(adult, quasi_identifiers=QUASI, sensitive=["salary"], k=10, l=2, t=0.2).claims
    assert claims["t"] <= 0.2 + 1e-6
    assert claims["ncp"] <= 0.24
