"""The federated bench: its rows and what was promised for each."""

from __future__ import annotations

from wuming.benchmarks.federated import account, beside, central, chaos, cost, trained
from wuming.benchmarks.house.bench import Bench, Row

BENCH = Bench(
    "federated",
    "Federated sums and models: what they cost, whether they are right, what they reach",
    (
        Row("silos", (), "Ten silos with 4.2 million values, a dropout at every stage in turn", cost.silos, 2.0),
        Row("hundred", (), "A hundred members with a million values, twenty drop out", cost.hundred, 5.0),
        Row("peer", (), "A round of ten members beside Flower's SecAgg+", beside.measure, 1.0),
        Row("central-noise", (), "Noise of a trusted server beside Flower's strategy for it", central.measure, 0.2),
        Row("accounting", (), "The account of sums beside exact privacy losses, and an audit", account.measure, 0.5),
        Row("chaos", (), "500 random schedules of delay, loss, repetition, reordering, crashes", chaos.measure, 0.5),
        Row("mnist", (), "MNIST, 100 clients × 600 images beside one place", trained.mnist, 120.0, optional=True),
        Row("shops", (), "Ten shops beside pooled reviews", trained.shops, 30.0, optional=True),
        Row("crowd", (), "3,000 clients × 20 images, unit client", trained.crowd, 30.0, optional=True),
    ),
)
