"""How a federation stands: one small file that the server writes and `wuming federate status` reads.

It holds what the server knows anyway: names of silos, who answered, ε of the plan so far, and figures of its own
evaluation. Nothing in it comes from a silo's data.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from wuming.core.errors import MalformedRecord, MissingFile
from wuming.core.storage import home, private_folder, read_json, write_json

FILE: Final = "status.json"
_FIELDS: Final = frozenset(
    {"federation", "phase", "rounds_done", "rounds", "attempts", "silos", "privacy", "curve", "updated_at"}
)


def default_state() -> Path:
    """Return the folder where the server keeps its state: `federation` in Wuming's own folder."""
    return home() / "federation"


@dataclass
class StatusBook:
    """Writes the file, whole each time.

    Attributes:
        folder: of the server's state.
        federation: name.
        rounds: planned.
        privacy: what is claimed, as JSON; `epsilon_server` and `epsilon_public` are of the rounds so far.
        phase: `waiting`, `training`, `finished` or `stopped: why`.
        rounds_done: rounds with a sum.
        attempts: one line a round that was begun; `blamed` names silos that lied about shares, by their signatures.
        silos: name → its state.
        curve: evaluations: round and figures.
    """

    folder: Path
    federation: str
    rounds: int
    privacy: dict[str, Any]
    phase: str = "waiting"
    rounds_done: int = 0
    attempts: list[dict[str, Any]] = field(default_factory=list)
    silos: dict[str, dict[str, Any]] = field(default_factory=dict)
    curve: list[dict[str, float]] = field(default_factory=list)

    def node(self, name: str, state: str) -> None:
        """Note whether a silo's node is there."""
        self.silos.setdefault(name, {"node": state, "rounds": 0, "last": ""})["node"] = state

    def write(self) -> None:
        """Write the file.

        Raises:
            StorageError: the folder cannot be written.
        """
        private_folder(self.folder)
        write_json(
            self.folder / FILE,
            {
                "federation": self.federation,
                "phase": self.phase,
                "rounds_done": self.rounds_done,
                "rounds": self.rounds,
                "attempts": self.attempts,
                "silos": self.silos,
                "privacy": self.privacy,
                "curve": self.curve,
                "updated_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            },
        )


def read_status(folder: Path) -> dict[str, Any]:
    """Read the file.

    Raises:
        MissingFile: no federation was served from there.
        MalformedRecord: it is no such file.
    """
    path = folder / FILE
    try:
        status = read_json(path)
    except MissingFile:
        raise MissingFile(
            f"no federation's state in {folder}", help="Give --state as it was given to `wuming federate serve`."
        ) from None
    except json.JSONDecodeError as error:
        raise MalformedRecord(f"{path} is no JSON", help="It is written by `wuming federate serve` alone.") from error
    if not isinstance(status, dict) or set(status) != _FIELDS:
        raise MalformedRecord(f"{path} is no federation's state", help="It is written by `wuming federate serve`.")
    return status


def lines(status: Mapping[str, Any]) -> list[str]:
    """Return a status as people read it."""
    out = [
        f"federation {status['federation']}: {status['phase']}, {status['rounds_done']} of {status['rounds']} rounds, "
        f"{sum(1 for one in status['attempts'] if one['aborted'])} without a sum; {status['updated_at']}"
    ]
    width = max((len(name) for name in status["silos"]), default=0)
    for name, silo in status["silos"].items():
        lies = sorted({one["blamed"][name] for one in status["attempts"] if name in one.get("blamed", {})})
        note = (f"  lied about shares: {', '.join(lies)}" if lies else "") + (
            f"  {silo['last']}" if silo["last"] else ""
        )
        out.append(f"  {name.ljust(width)}  {silo['node']:<10}  in {silo['rounds']} sums{note}")
    out += [_privacy(status["privacy"])]
    for point in status["curve"]:
        figures = "  ".join(f"{name} {value:.4f}" for name, value in point.items() if name != "round")
        out.append(f"  round {point['round']:4.0f}  {figures}")
    return out


def _privacy(privacy: Mapping[str, Any]) -> str:
    if privacy["epsilon_public"] is None:
        return "no claim of privacy" if privacy["noise"] == "none" else "nothing was released yet"
    if privacy["epsilon_server"] is None:
        return (
            f"so far ε ≤ {privacy['epsilon_public']:.4f} against those who see the models alone; nothing is claimed "
            f"against the server, which sees exact sums and adds the noise ({privacy['noise']}); "
            f"δ = {privacy['delta']:g}, unit {privacy['unit_of_privacy']}, neighbours "
            f"{privacy['neighbouring_relation']}, sampler {privacy['sampler']}"
        )
    return (
        f"so far ε ≤ {privacy['epsilon_server']:.4f} against the server with {privacy['colluders']} silos on its side, "
        f"ε ≤ {privacy['epsilon_public']:.4f} against those who see the models alone; δ = {privacy['delta']:g}, unit "
        f"{privacy['unit_of_privacy']}, neighbours {privacy['neighbouring_relation']}, sampler {privacy['sampler']}"
    )
