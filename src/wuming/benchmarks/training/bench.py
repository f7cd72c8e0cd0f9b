"""The training bench: its rows and what was promised for each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from wuming.benchmarks.house.bench import Bench, Goal, Outcome, Row
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.training import noise_rate, quality, throughput

_EVERYWHERE = {"ghost": Goal(">=", 1.5), "memory": Goal("<=", 1.10), "noise": Goal("<=", 2.0)}
_LORA = {"flat": Goal(">=", 0.92), "per-layer": Goal(">=", 0.92), "best": Goal(">=", 1.0)}
_LORA_RANK = 16
_TITLES = {"gpt2": "GPT-2-small-shaped (124 M)", "qwen2": "Qwen2-shaped (30 M)"}

# model, T, B, goal of flat clipping, goal against the peer's best mode, minutes of the full and of the LoRA row
_SHAPES = (
    ("gpt2", 128, 4, 0.90, 1.3, 4.5, 2.7),
    ("gpt2", 512, 2, 0.90, 1.2, 8.5, 5.2),
    ("qwen2", 128, 8, 0.85, 1.3, 2.3, 1.5),
    ("qwen2", 512, 2, 0.90, 1.2, 2.5, 1.5),
)


def _throughput() -> Iterator[Row]:
    for model, tokens, size, flat, best, full_minutes, lora_minutes in _SHAPES:
        load = {"model": model, "tokens": tokens, "micro_batch": size}
        title = f"{_TITLES[model]}, T={tokens}, micro-batch {size}"
        full = {"flat": Goal(">=", flat), "per-layer": Goal(">=", 0.90), "best": Goal(">=", best)}
        measure = partial(throughput.measure, workload=load, goals=_EVERYWHERE | full)
        yield Row(
            f"{model}-{tokens}", ("throughput", "memory", "full"), f"{title}, full fine-tuning", measure, full_minutes
        )
        lora = load | {"lora_rank": _LORA_RANK}
        measure = partial(throughput.measure, workload=lora, goals=_EVERYWHERE | _LORA)
        yield Row(
            f"{model}-{tokens}-lora",
            ("throughput", "memory", "lora"),
            f"{title}, LoRA r={_LORA_RANK}",
            measure,
            lora_minutes,
        )


def _mnist(model: str, goal: float, minutes: float) -> Row:
    measure = partial(quality.mnist, model=model, goal=Goal(">=", goal))
    return Row(f"mnist-{model}", ("mnist",), f"MNIST, {model} model, ε=1, δ=1e-5", measure, minutes, optional=True)


def _reviews(hall: Hall) -> Outcome:
    from wuming.benchmarks.training import reviews  # needs torch, which --list does not

    return reviews.measure(hall)


def _sst2(hall: Hall) -> Outcome:
    from wuming.benchmarks.training import sst2

    return sst2.measure(hall, Goal(">=", -5.0))


_TUNING = partial(quality.tuning, goals={1.0: Goal("<=", 2.15), 3.0: Goal("<=", 1.95)})

BENCH = Bench(
    "training",
    "Private training beside no protection and beside Opacus 1.6",
    (
        Row("noise", (), "Protective noise", noise_rate.measure, 0.3),
        *_throughput(),
        _mnist("tutorial", 0.935, 5.0),
        _mnist("best", 0.980, 25.0),
        Row("tune", (), "The price of tuning", _TUNING, 0.1, optional=True),
        Row("reviews", (), "Chinese reviews, tiny model from nothing, ε=3", _reviews, 15.0, optional=True),
        Row("sst2", (), "SST-2, a small encoder's LoRA, ε=3", _sst2, 150.0, optional=True),
    ),
)
