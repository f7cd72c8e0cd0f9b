"""How fast personal data is found: dialogues with five identifiers a kilobyte, and without any, beside peers."""

from __future__ import annotations

from itertools import product
from typing import Any

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.protocol import ContestantFailed
from wuming.benchmarks.house.running import Hall, rounds
from wuming.benchmarks.text.dialogues import dialogues
from wuming.benchmarks.text.scanning import (
    ARGUS,
    EVERYTHING,
    PEERS,
    PRESIDIO,
    PRESIDIO_IS_BLANK,
    STRUCTURED_ONLY,
    find_all,
)

SIZE = 1_000_000
_QUICK_SIZE = 20_000
_SEED = 5  # of the first round; each has documents of its own
_DENSE, _SPARSE = 5.0, 0.0
_NAMES = {"structured": "structured types alone", "everything": "everything (the default)"}
_GOALS = {
    (_DENSE, "structured"): Goal(">=", 10.0),
    (_SPARSE, "structured"): Goal(">=", 50.0),
    (_DENSE, "everything"): Goal(">=", 1.0),
}
"""Goals in MB/s, set where argus-redact read about 1.0: so they are also goals as multiples of its pace."""


def measure(hall: Hall) -> Outcome:
    """Time all contestants on the same documents, in turns."""
    quick = hall.settings.quick
    size = _QUICK_SIZE if quick else SIZE
    figures: list[Figure] = []
    raw: dict[str, Any] = {}
    for density, words in ((_DENSE, "five identifiers a kB"), (_SPARSE, "no identifiers")):
        documents = [dialogues(_SEED + n, size, per_kilobyte=density) for n in range(hall.settings.repeats + 1)]
        *timed, untimed = documents
        megabytes = [sum(len(text.encode()) for text in texts) / 1e6 for texts in timed]
        with hall.contestants([STRUCTURED_ONLY, EVERYTHING, *PEERS], peers=(ARGUS, PRESIDIO)) as present:
            found = {one.name: sum(map(len, find_all(one, untimed))) for one in present}
            rounds(present, "time", [{"texts": untimed}])  # ours reads its first megabyte at half the pace
            hall.say(f"{words}: {hall.settings.repeats} rounds")
            seconds = rounds(present, "time", [{"texts": texts} for texts in timed])
        if lost := [name for name in _NAMES if name not in seconds]:
            raise ContestantFailed("Gone", f"{', '.join(lost)} did not finish its rounds")
        for name, values in seconds.items():
            rates = tuple(size / value for size, value in zip(megabytes, values, strict=True))
            goal = None if quick or hall.settings.threads != 1 else _GOALS.get((density, name))
            figures.append(Figure(f"{words}: {_NAMES.get(name, name)}", "MB/s", rates, goal, f"{found[name]:,} spans"))
        for name, peer in product(_NAMES, ("argus-redact", "presidio")):
            if peer in seconds:
                ratio = tuple(p / o for p, o in zip(seconds[peer], seconds[name], strict=True))
                goal = None if quick or peer != "argus-redact" else _GOALS.get((density, name))
                figures.append(Figure(f"{words}: {name} / {peer}", "×", ratio, goal))
        raw[words] = {"megabytes": megabytes, "documents": len(timed[0]), "seconds": seconds, "spans": found}
    notes = (
        "MB: a million bytes of UTF-8; documents of about 1 kB, half Chinese, half English; one process each",
        "in every round documents that no contestant has seen before, the same for all",
        "ours takes the documents together, as `wuming scan` and `wuming deidentify` do; peers one by one",
        PRESIDIO_IS_BLANK,
    )
    return Outcome(tuple(figures), raw, notes)
