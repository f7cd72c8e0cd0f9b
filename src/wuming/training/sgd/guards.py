"""What stands around a private loop: hooks on parameters, modules and optimisers that refuse every way past it."""

from __future__ import annotations

import weakref
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.optim.optimizer import register_optimizer_step_pre_hook

from wuming.core.errors import SelfCheckFailed
from wuming.training.clipping.engine import ClippedGradients


class Session(Protocol):
    """What the guards need of a session."""

    model: nn.Module
    parameters: dict[str, nn.Parameter]
    inside_forward: bool

    def before_optimizer(self, optimizer: torch.optim.Optimizer) -> None:
        """Refuse a step that is not the session's next."""
        ...

    def clear_gradients(self) -> None:
        """Leave no gradient behind."""
        ...

    def retire(self) -> None:
        """Let go of the model."""
        ...


_LIVING: weakref.WeakSet[Any] = weakref.WeakSet()
"""Sessions that stand before every optimiser. Of those over one model only the newest does."""


def stand_guard(session: Session, engine: ClippedGradients, guards: list[Any]) -> weakref.finalize[..., Any]:
    """Refuse ordinary gradients in `.grad`, and stand before every optimiser, for as long as the session lives.

    Args:
        session: held weakly. Older sessions over the same parameters are retired.
        engine: whose hooks are taken off at the end.
        guards: handles of `guard_modules`, likewise.

    Returns:
        What ends it; it is called when the session is gone, at the latest.
    """
    this = weakref.ref(session)

    def on_ordinary_gradient(parameter: Tensor) -> None:
        parameter.grad = None
        living = this()
        if living is not None:
            living.clear_gradients()
            raise SelfCheckFailed(
                "a backward pass reached the parameters without clipping and noise",
                help="Train on outputs of dp_model(x) in training mode alone; evaluate under torch.no_grad().",
            )

    def before_step(optimizer: torch.optim.Optimizer, _args: Any, _kwargs: Any) -> None:
        living = this()
        if living is not None:
            living.before_optimizer(optimizer)

    own = {id(p) for p in session.parameters.values()}
    for other in [s for s in _LIVING if not own.isdisjoint(id(p) for p in s.parameters.values())]:
        other.retire()
        _LIVING.discard(other)
    _LIVING.add(session)
    handles: list[Any] = [register_optimizer_step_pre_hook(before_step)]
    for parameter in session.parameters.values():
        handles.append(parameter.register_post_accumulate_grad_hook(on_ordinary_gradient))  # type: ignore[no-untyped-call]
    return weakref.finalize(session, _end, handles, guards, engine)


def guard_modules(session: Session) -> list[Any]:
    """Refuse calls of single layers while a batch is recorded: they would add to some unit's gradient unseen.

    Returns:
        Handles of the hooks.
    """
    this = weakref.ref(session)

    def guard(module: nn.Module, _: Any) -> None:
        living = this()
        # Recomputation (gradient checkpointing) runs within the backward pass.
        if living is not None and not living.inside_forward and torch._C._current_graph_task_id() == -1:
            raise SelfCheckFailed(
                f"a {type(module).__name__} of the model was called outside dp_model(...) before backward()",
                help="Call the whole model once; return from it whatever the loss needs.",
            )

    trained = [module for module in session.model.modules() if any(True for _ in module.parameters(recurse=False))]
    return [module.register_forward_pre_hook(guard) for module in trained]


def remove(handles: list[Any]) -> None:
    """Take hooks off, and empty the list."""
    for handle in handles:
        handle.remove()
    handles.clear()


def _end(handles: list[Any], guards: list[Any], engine: ClippedGradients) -> None:
    engine.abandon()
    remove(handles)
    remove(guards)
