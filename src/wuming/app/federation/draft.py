"""The draft of an agreement: every field with its meaning beside it, and the members whose cards lie in the folder."""

from __future__ import annotations

import math
from pathlib import Path

from wuming.app.federation.keys import card_of, member_card
from wuming.core.storage import write_atomically

FILE = "federation.yaml"

_TEXT = """\
# What all parties of this federation agree on. Everybody holds the same copy, checks it, and changes it together with
# the others: silos with different copies never come to a sum.

name: {name}
task: digits                # or module:attribute of code that every machine has; the server never sends code
rounds: 20

# The claim. ε is for the unit of privacy, for adding or removing one; every number here is public.
unit: record                # record: one row of one silo; client: all that one silo holds
bound: 0.2                  # L2 bound of one record's gradient
vector_norm: 30.0           # for record: public L2 bound of a silo's whole vector in a round
sampling_probability: 0.25  # chance of a record to be drawn in a round; secret coins of each silo
divisor: {divisor:<10}         # what a sum is divided by: sampling_probability times a public number of records
noise: distributed          # each silo adds a share; central: the server does, and is trusted; none: nothing is claimed
epsilon: 4.0
delta: 1.0e-6               # at most 1 / (10 · records)
modulus_bits: 20

# The adversary: a server that may do anything, with so many silos on its side.
colluders: {colluders}
least_survivors: {least}          # above (silos + colluders)/2; without them there is no sum

strategy: {{name: fedavg, learning_rate: 8.0, momentum: 0.8, schedule: cosine}}

# A member may have a weight in (0, 1], by which it counts; the noise follows the largest.
members:
{members}"""


def write_draft(folder: Path, name: str) -> Path | None:
    """Write the draft once two members are known, unless a file is there; return its path if it was written.

    Raises:
        StorageError: the folder cannot be written.
    """
    path = folder / FILE
    cards = [member_card(card_of(found)) for found in sorted(folder.glob("*/member.json"))]
    if path.exists() or len(cards) < 2:
        return None
    entries = "".join(
        f"  - name: {card['name']}\n    identity: {card['identity']}\n    node_key: {card['node_key']}\n"
        for card in cards
    )
    count = len(cards)
    colluders = 1 if count >= 4 else 0
    least = max((count + colluders) // 2 + 1, colluders + 2, math.ceil(0.8 * count) if count > 3 else 2)
    text = _TEXT.format(
        name=name, divisor=float(count * 150), colluders=colluders, least=min(least, count), members=entries
    )
    write_atomically(path, text.encode(), mode=0o644)
    return path
