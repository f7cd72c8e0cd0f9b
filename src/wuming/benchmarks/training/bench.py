"""The training bench: its rows and what was promised for each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from wuming.benchmarks.house.bench import Bench, Goal, Row
from wuming.benchmarks.training import noise_rate, quality, throughput

_EVERYWHERE = {"ghost": Goal(">=", 1.5), "memory": Goal("<=", 1.10), "noise": Goal("<=", 2.0)}
_LORA = {"flat": Goal(">=", 0.92), "per-layer": Goal(">=", 0.92), "best": Goal(">=", 1.0)}
_LORA_RANK = 16
_TITLES = {"gpt2": "GPT-2-small-shaped (124 M)", "qwen2": "Qwen2-shaped (30 M)"}

# model, T, B, goal of flat clipping, goal against the peer's best mode, minutes of the full and of the LoRA row
_SHAPES = (
    ("gpt2", 128, 4, 0.90, 1.3, 3.0, 2.0),
    ("gpt2", 512, 2, 0.90, 1.2, 3.0, 2.0),
    ("qwen2", 128, 8, 0.85, 1.3, 1.0, 0.8),
    ("qwen2", 512, 2, 0.90, 1.2, 1.0, 0.8),
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


_TUNING = partial(quality.tuning, goals={1.0: Goal("<=", 2.15), 3.0: Goal("<=", 1.95)})

BENCH = Bench(
    "training",
    "Private training beside no protection and beside Opacus 1.6",
    (
        Row("noise", (), "Protective noise", noise_rate.measure, 0.3),
        *_throughput(),
        _mnist("tutorial", 0.935, 5.0),
        _mnist("best", 0.980, 25.0),
        Row("tune", (), "The price of tuning", _TUNING, 0.3, optional=True),
    ),
)
