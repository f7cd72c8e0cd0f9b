"""Compares clipping by the engine with a plain loop that sees each example alone, without knowing the loss.

Any weights on the outputs make a gradient for each example, so the outputs are weighted by fixed numbers. What couples
examples inside the model is found by their gradients, what the engine gets wrong shows up as a difference. What a loss
function couples after the model is not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils import _pytree as pytree

from wuming.core.errors import SelfCheckFailed
from wuming.training.checks import PLAIN_TOLERANCE, RuntimeChecks, plain_clipped_sum, relative_difference
from wuming.training.clipping.engine import ClippedGradients
from wuming.training.clipping.rules import Rule
from wuming.training.clipping.separation import check_separation

_ROWS = 64  # enough for examples to meet each other; more would only take time


def compare_with_plain(
    model: nn.Module,
    engine: ClippedGradients,
    rule: Rule,
    arguments: tuple[Any, Any],
    present: int,
    checks: RuntimeChecks,
) -> None:
    """Compare the clipped gradient of two examples within a batch with that of each alone; leave the engine reset.

    Args:
        model: as it is trained. Where its forward pass is random (dropout), it is compared in evaluation mode.
        engine: not recording.
        rule: clipping rule.
        arguments: positional and named ones of the forward pass, every tensor with one row for each example.
        present: number of leading rows that hold drawn examples, at least 1.
        checks: takes the result.

    Raises:
        SelfCheckFailed: the two differ by more than rounding can explain.
    """
    units = min(2, present)
    batch = _rows(arguments, slice(0, _ROWS))
    rows = min(_ROWS, next(len(leaf) for leaf in pytree.tree_leaves(batch) if isinstance(leaf, Tensor)))

    def of(unit: int) -> Callable[[], Tensor]:
        return lambda: _weighted(_call(model, _rows(batch, slice(unit, unit + 1))), 1).sum()

    alone = [of(unit) for unit in range(units)]
    device = next(iter(engine.parameters.values())).device
    precise = torch.autocast(device.type, enabled=False)  # rounding to bfloat16 would hide a small difference
    with torch.random.fork_rng([device] if device.type == "cuda" else []), precise:
        _check_separation(model, batch, rows)
        with _without_randomness(model, batch):
            found = _clipped_sum(model, engine, batch, rows, units)
            expected = plain_clipped_sum(engine.parameters, alone, rule, engine.bound)
    checks.compared = units
    checks.largest_difference = relative_difference(found, expected)
    if checks.largest_difference > PLAIN_TOLERANCE:
        raise SelfCheckFailed(
            f"clipped gradients differ from a plain loop's by {checks.largest_difference:.1e} of their norm",
            help="Does an example's output depend on others (batch statistics, attention over the batch)?",
        )


def _check_separation(model: nn.Module, batch: tuple[Any, Any], rows: int) -> None:
    try:
        with buffers_unchanged(model):
            check_separation(model, lambda: _weighted(_call(model, batch), rows), rows)
    except RuntimeError as error:
        if "use_reentrant" not in str(error):
            raise
        raise SelfCheckFailed(
            "the model uses gradient checkpointing with use_reentrant=True, which cannot be compared with a plain loop",
            help="Use torch.utils.checkpoint.checkpoint(..., use_reentrant=False).",
        ) from error


@contextmanager
def buffers_unchanged(model: nn.Module) -> Iterator[None]:
    """Refuse what changes a buffer that is stored with the model: it would carry private data past clipping and noise.

    Raises:
        SelfCheckFailed: with the buffer's name.
    """
    before = [(name, buffer, buffer._version) for name, buffer in _stored_buffers(model).items()]
    yield
    now = _stored_buffers(model)
    for name, buffer, version in before:
        if now.get(name) is not buffer or buffer._version != version:
            raise SelfCheckFailed(
                f"buffer {name} changed in a forward pass in training mode",
                help="Running statistics of private data get no noise; use GroupNorm or LayerNorm, or freeze them.",
            )


def _stored_buffers(model: nn.Module) -> dict[str, Tensor]:
    state = model.state_dict(keep_vars=True)
    return {n: t for n, t in state.items() if isinstance(t, Tensor) and not isinstance(t, nn.Parameter)}


def _clipped_sum(
    model: nn.Module, engine: ClippedGradients, batch: tuple[Any, Any], rows: int, units: int
) -> dict[str, Tensor]:
    """Return the engine's sum over the first units of a batch."""
    engine.reset()
    engine.begin(rows)
    try:
        torch.autograd.backward(_weighted(_call(model, batch), rows).sum())
    except BaseException:
        engine.abandon()
        raise
    engine.end(torch.arange(rows) < units)
    found = {name: total.clone() for name, total in engine.sums.items()}
    engine.reset()
    return found


def _call(model: nn.Module, arguments: tuple[Any, Any]) -> Any:
    positional, named = arguments
    return model(*positional, **named)


def _rows(arguments: tuple[Any, Any], rows: slice) -> tuple[Any, Any]:
    taken: tuple[Any, Any] = pytree.tree_map(lambda leaf: leaf[rows] if isinstance(leaf, Tensor) else leaf, arguments)
    return taken


def _weighted(outputs: Any, rows: int) -> Tensor:
    """Return [rows]: each example's outputs times fixed weights that are the same for every example, summed."""
    total = torch.zeros(rows)
    for leaf in pytree.tree_leaves(outputs):
        if isinstance(leaf, Tensor) and leaf.requires_grad and leaf.ndim and len(leaf) == rows:
            values = leaf.reshape(rows, -1).float()
            total = total.to(leaf.device) + values @ torch.arange(1, values.shape[1] + 1, device=leaf.device).cos()
    return total


@contextmanager
def _without_randomness(model: nn.Module, batch: tuple[Any, Any]) -> Iterator[None]:
    """Within this context a random forward pass is made in evaluation mode, so that it can be compared at all."""
    modes = [(module, module.training) for module in model.modules()]
    with torch.no_grad():
        first, second = (pytree.tree_leaves(_call(model, batch)) for _ in range(2))
    same = all(torch.equal(a, b) for a, b in zip(first, second, strict=True) if isinstance(a, Tensor))
    try:
        if not same:
            model.eval()
        yield
    finally:
        for module, mode in modes:
            module.training = mode
