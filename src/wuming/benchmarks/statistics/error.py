"""Root mean square error at equal ε, beside a plain OpenDP script and diffprivlib's mechanisms."""

from __future__ import annotations

import numpy as np

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.statistics.people import BOUNDS, CONTRACT, FIGURES, repeated, truth, values
from wuming.crypto.random import SecureStream, new_key
from wuming.statistics.drawing import draw
from wuming.statistics.figures import estimates

_PEERS = {"OpenDP": "wuming.benchmarks.peers.opendp", "diffprivlib": "wuming.benchmarks.peers.diffprivlib"}
_KINDS = ("count", "sum", "mean", "median")
_TIMES, _QUICK = 20_000, 50
_EPSILON = 0.5


def measure(hall: Hall) -> Outcome:
    """Draw 20,000 answers of each kind by all three, at ε = 0.5, δ = 0, one row a person."""
    times = _QUICK if hall.settings.quick else _TIMES
    goal = None if hall.settings.quick else Goal("<=", 1.05)
    known = values()
    figures, raw = [], {}
    with hall.contestants([(module, name) for name, module in _PEERS.items()], peers=list(_PEERS.values())) as peers:
        for kind in _KINDS:
            hall.say(kind)
            real = truth(kind, known)
            errors = {"ours": _rms(_ours(kind, times), real)}
            for peer, name in zip(peers, _PEERS, strict=True):
                answers = peer.do(
                    "answers", kind=kind, values=known.tolist(), bounds=BOUNDS, epsilon=_EPSILON, times=times
                )
                errors[name] = _rms(answers, real)
            best = min(errors[name] for name in _PEERS)
            figures.append(Figure(f"{kind}: our error / the better peer's", "×", (errors["ours"] / best,), goal))
            figures += [Figure(f"{kind}: error of {name}", "", (error,)) for name, error in errors.items()]
            raw[kind] = errors
    return Outcome(
        tuple(figures),
        raw,
        (f"epsilon {_EPSILON}, delta 0, unit subject with one row each, add or remove one; {times:,} answers",),
    )


def _ours(kind: str, times: int) -> list[float]:
    figure = next(one for one in FIGURES if one.name == kind)
    exact, plan = repeated((figure,), times, epsilon=_EPSILON, delta=0.0, noise="laplace")
    answers = estimates(figure, plan, CONTRACT, draw(exact, plan, SecureStream(new_key(), "error")))
    return [float(answer.value) if answer.value is not None else float(np.mean(BOUNDS)) for answer in answers]


def _rms(answers: list[float], real: float) -> float:
    return float(np.sqrt(np.mean((np.asarray(answers) - real) ** 2)))
