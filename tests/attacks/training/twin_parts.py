"""What broken twins are made with, and the list of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wuming.training import private
from wuming.training.clipping.engine import ClippedGradients
from wuming.training.participants import Participants
from wuming.training.private import PrivateTrainer


@dataclass(frozen=True)
class Twin:
    """A bug and where it shows."""

    name: str
    build: Callable[[Any], dict[str, Any]]
    family: str
    groups: tuple[str, ...]
    smoke: bool


TWINS: dict[str, Twin] = {}


def twin(groups: str, family: str = "classifier", *, smoke: bool = False) -> Callable[[Any], Any]:
    """Take a function up as a twin."""

    def register(build: Callable[[Any], dict[str, Any]]) -> Any:
        TWINS[build.__name__] = Twin(build.__name__, build, family, tuple(groups.split()), smoke)
        return build

    return register


def with_engine(patch: Any, engine: type) -> dict[str, Any]:
    """Let the trainer clip with another engine."""
    patch.setattr(private, "ClippedGradients", engine)
    return {}


def with_participants(patch: Any, of_step: Callable[[Any, int], list[list[int]]]) -> dict[str, Any]:
    """Let the trainer draw otherwise."""
    patch.setattr(private, "Participants", type("Other", (Participants,), {"of_step": of_step}))
    return {}


def with_finish(before: Callable[[Any], None]) -> dict[str, Any]:
    """Let the trainer do something between the sum and the noise."""

    class Other(PrivateTrainer):
        def _finish_step(self) -> None:
            before(self)
            super()._finish_step()

    return {"trainer": Other}


class Engine(ClippedGradients):
    """The true engine, with a place to change what a micro-batch adds."""

    def end(self, present: Any = None, scale: Any = None) -> Any:
        before = {name: total.clone() for name, total in self.sums.items()}
        norms = super().end(present, scale)
        self.spoil(before, norms)
        self.largest_clipped_norm = 0.0  # and hide it
        return norms

    def spoil(self, before: Any, norms: Any) -> None:
        raise NotImplementedError
