"""Tries whether each unit's loss depends on that unit alone: what no clipping can mend where it does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from wuming.core.errors import SelfCheckFailed


def check_separation(model: nn.Module, losses: Callable[[], Tensor], examples: int) -> None:
    """Check that the loss of the first example reaches no other example's part of any layer's output.

    Finds batch norms, in-batch contrastive losses, load balancing, and layers whose leading dimension is something
    else than the batch. A check by one example: what couples examples only on other data is not found.

    Args:
        model: as it is trained.
        losses: runs the forward pass and returns one loss for each example, [N].
        examples: N ≥ 2, in front of every trainable layer's output (1 where it was computed for all at once).

    Raises:
        SelfCheckFailed: with the layer's path.
    """
    caught: list[tuple[str, Tensor]] = []

    def hook(path: str) -> Callable[..., None]:
        def catch(_module: Any, _inputs: Any, output: Any) -> None:
            if isinstance(output, Tensor) and output.requires_grad:
                caught.append((path, output))

        return catch

    trained = [
        (path, module)
        for path, module in model.named_modules()
        if any(p.requires_grad for p in module.parameters(recurse=False))
    ]
    handles = [module.register_forward_hook(hook(path)) for path, module in trained]
    try:
        with torch.enable_grad():
            found = losses()
    finally:
        for handle in handles:
            handle.remove()
    if found.shape != (examples,) or examples < 2:
        raise SelfCheckFailed(
            f"losses have shape {tuple(found.shape)}; expected one for each of examples={examples}, at least 2"
        )
    outputs = [(path, tensor) for path, tensor in caught if tensor.dim() and tensor.shape[0] == examples]
    gradients = torch.autograd.grad(found[0], [tensor for _, tensor in outputs], allow_unused=True)
    for (path, _), gradient in zip(outputs, gradients, strict=True):
        # What is not finite is no sign of coupling: 0·NaN is NaN, and such a unit contributes nothing anyhow.
        if gradient is not None and bool(torch.nan_to_num(gradient[1:], 0.0, 0.0, 0.0).any()):
            raise SelfCheckFailed(
                f"layer {path}: the first example's loss depends on another example's output there",
                help="Use a loss and layers that treat each example by itself, with the batch in front.",
            )
