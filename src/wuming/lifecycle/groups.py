"""Who bears more of what protection costs: held-out people grouped by the script in which they write.

Clipping and noise cost most for those who are few. A difference between groups is measured, not judged; other groups
(age, sex) are in no text, and are not compared.

Source: Bagdasaryan et al., "Differential privacy has disparate impact on model accuracy" (NeurIPS 2019).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

Script = Literal["han", "other"]
_FEWEST = 10  # people of a group


def script_of(texts: Sequence[str]) -> Script:
    """Return `han` where at least a fifth of the letters are Chinese characters: one stands for several Latin ones."""
    letters = [character for text in texts for character in text if character.isalpha()]
    return "han" if 5 * sum("\u4e00" <= letter <= "\u9fff" for letter in letters) >= max(1, len(letters)) else "other"


def compare_groups(
    held_out: Mapping[str, Sequence[str]], losses: Mapping[str, Sequence[float]]
) -> dict[str, dict[str, Any]] | None:
    """Return each group's number of people and mean loss in nats a token under each arm.

    Args:
        held_out: units that were not trained on.
        losses: arm → mean loss of each of these units, in the same order.

    Returns:
        Script → `{"units", "loss": {arm: mean}}`; None unless two groups have at least ten people.
    """
    scripts = np.array([script_of(texts) for texts in held_out.values()])
    groups = {name: scripts == name for name in ("han", "other")}
    if min(int(inside.sum()) for inside in groups.values()) < _FEWEST:
        return None
    return {
        name: {
            "units": int(inside.sum()),
            "loss": {arm: round(float(np.asarray(values)[inside].mean()), 4) for arm, values in losses.items()},
        }
        for name, inside in groups.items()
    }
