"""Hooks that catch, for each use of a layer, its inputs and the gradient that arrives at its output.

Inputs are kept by autograd itself (`save_for_backward`): a change in place afterwards is an error, not a wrong
gradient; offloading works; and under gradient checkpointing they are recomputed, not held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils._pytree import tree_flatten, tree_unflatten

from wuming.core.errors import SelfCheckFailed
from wuming.training.clipping.layers.base import Gradients, Layer

OnUse = Callable[[Layer, tuple[Tensor, ...], Gradients], None]


class _Keep(torch.autograd.Function):
    """A node that does nothing but keep tensors the way autograd keeps them."""

    @staticmethod
    def forward(ctx: Any, flag: Tensor, *tensors: Tensor) -> Tensor:
        ctx.save_for_backward(*tensors)
        return flag.clone()

    @staticmethod
    def backward(ctx: Any, *_gradients: Tensor) -> tuple[None, ...]:
        return (None,) * (1 + len(ctx.saved_tensors))


class _Begin(torch.autograd.Function):
    """Where a graph begins: marks an output as one whose gradient is wanted, and may still be changed in place."""

    @staticmethod
    def forward(ctx: Any, _flag: Tensor, output: Tensor) -> Tensor:
        ctx.mark_dirty(output)
        return output

    @staticmethod
    def backward(_ctx: Any, *_gradients: Tensor) -> tuple[None, None]:
        return None, None


class Recorder:
    """Hooks on the layers while a pass runs.

    Attributes:
        uses: how often each layer (by path) was used in the forward pass; recomputing is not counted.
        recomputed: paths of layers whose forward pass was run again during the backward pass.
    """

    def __init__(self, layers: Sequence[Layer], on_use: OnUse) -> None:
        self._layers, self._on_use = layers, on_use
        self._handles: list[Any] = []
        self._examples, self._flag = 0, torch.zeros(())
        self._inside = False
        self.uses: Counter[str] = Counter()
        self.recomputed: set[str] = set()

    def start(self, examples: int) -> None:
        """Hook all layers; the next forward pass has `examples` examples in front."""
        self._examples, self.uses, self.recomputed = examples, Counter(), set()
        self._flag = torch.zeros((), requires_grad=True)
        self._handles = [
            layer.module.register_forward_hook(self._hook(layer), with_kwargs=True) for layer in self._layers
        ]

    def stop(self) -> None:
        """Take the hooks off."""
        for handle in self._handles:
            handle.remove()
        self._handles = []
        for layer in self._layers:
            layer.forget()

    def _hook(self, layer: Layer) -> Callable[..., Any]:
        def hook(_module: Any, inputs: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> Any:
            if self._inside or not torch.is_grad_enabled():
                return None  # a layer run again on one unit; the first pass of a reentrant checkpoint
            if not self._examples:
                return _Begin.apply(self._flag, output) if isinstance(output, Tensor) else None  # type: ignore[no-untyped-call]
            leaves, structure = ([output], None) if isinstance(output, Tensor) else tree_flatten(output)
            floating = [i for i, x in enumerate(leaves) if isinstance(x, Tensor) and x.is_floating_point()]
            for i in floating:
                leaves[i] = self._reached(layer, leaves[i])
            outputs = [leaves[i] for i in floating]
            kept = [self._whole(layer, x.detach()) for x in layer.keep(inputs, kwargs, outputs)]
            node = _Keep.apply(self._flag, *kept).grad_fn  # type: ignore[no-untyped-call]
            if torch._C._current_graph_task_id() == -1:
                self.uses[layer.path] += 1
            else:
                self.recomputed.add(layer.path)
            self._watch(layer, node, outputs)
            return leaves[0] if structure is None else tree_unflatten(leaves, structure)

        return hook

    def _watch(self, layer: Layer, node: Any, outputs: list[Tensor]) -> None:
        nodes = [node]

        def arrived(gradients: Sequence[Tensor | None]) -> None:
            if all(gradient is None for gradient in gradients):
                return
            if not nodes:
                raise SelfCheckFailed(
                    f"layer {layer.path}: a second backward pass over one forward pass",
                    help="Add the losses up and call backward once.",
                )
            # Let go of here, not with the graph: else all inputs would live until the backward pass is over.
            # Under checkpointing this runs the forward pass again, hooks included.
            kept = nodes.pop().saved_tensors
            self._inside = True
            try:
                with torch.no_grad():
                    self._on_use(layer, kept, tuple(gradients))
            finally:
                self._inside = False

        if len(outputs) == 1:
            outputs[0].register_hook(lambda gradient: arrived((gradient,)))  # type: ignore[no-untyped-call]
        else:
            torch.autograd.graph.register_multi_grad_hook(outputs, arrived)

    def _reached(self, layer: Layer, output: Tensor) -> Tensor:
        """Return the output such that a gradient reaches it, one for each example."""
        if output._is_view():  # a later change in place would rewrite a view's history, and lose the hook
            output = torch.ops.aten._unsafe_view(output, output.shape)
        if not output.requires_grad:  # nothing below is trained
            output = _Begin.apply(self._flag, output)  # type: ignore[no-untyped-call]
        return self._whole(layer, output) if layer.repeats else output

    def _whole(self, layer: Layer, tensor: Tensor) -> Tensor:
        """Return the tensor with all examples in front: what was computed once for all of them (position ids) is
        repeated before it joins the examples' own data, so that each example's gradient arrives by itself."""
        if tensor.dim() and tensor.shape[0] == self._examples:
            return tensor
        if tensor.dim() and tensor.shape[0] == 1:
            return tensor.expand(self._examples, *tensor.shape[1:])
        raise SelfCheckFailed(
            f"layer {layer.path}: a tensor of shape {tuple(tensor.shape)} does not have the {self._examples} examples "
            "in front, so that its gradient cannot be told apart by unit",
            help="Give the examples as leading dimension throughout the model, or freeze this layer.",
        )
