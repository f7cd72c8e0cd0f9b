"""The audit bench: its rows and what was promised for each."""

from __future__ import annotations

from importlib import import_module

from wuming.benchmarks.house.bench import Bench, Outcome, Row
from wuming.benchmarks.house.running import Hall


class _Later:
    """A measurement whose module is imported when it is asked for: some need torch, which --list does not.

    Args:
        module: under `wuming.benchmarks.audit`.
        function: of that module.
    """

    def __init__(self, module: str, function: str) -> None:
        self.module, self.function = f"wuming.benchmarks.audit.{module}", function

    def __call__(self, hall: Hall) -> Outcome:
        """Measure."""
        outcome = getattr(import_module(self.module), self.function)(hall)
        assert isinstance(outcome, Outcome)
        return outcome


_BOUNDS, _MODELS, _ATTACKS = ("bounds",), ("models",), ("membership",)

BENCH = Bench(
    "audit",
    "Lower bounds and attacks: do they hold, and what do they see",
    (
        Row("golden", _BOUNDS, "Published bounds, computed again", _Later("golden", "golden"), 0.3),
        Row("validity", _BOUNDS, "Bounds above the truth, 500 repetitions", _Later("validity", "validity"), 4.0),
        Row("power", _BOUNDS, "White-box Gaussian, 10,000 canaries, one run", _Later("power", "power"), 1.0),
        Row("speed", _BOUNDS, "A million scores, from the command line", _Later("speed", "speed"), 2.0),
        Row("mnist-runs", _MODELS, "Black-box MNIST net, 2 × 250 runs, ε=10", _Later("models", "mnist"), 5.0),
        Row(
            "language-model", _MODELS, "Tiny language model, LoRA, ε=4", _Later("language_model", "language_model"), 8.0
        ),
        Row("membership-attacks", _ATTACKS, "LiRA and RMIA beside loss", _Later("lira", "attacks"), 10.0),
        Row("lira-speed", _ATTACKS, "LiRA with 64 shadow MNIST nets", _Later("lira", "lira"), 10.0),
        Row("mechanism", (), "Planted bugs of noise mechanisms", _Later("mechanism", "mechanism"), 20.0),
    ),
)
