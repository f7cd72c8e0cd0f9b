"""Any other module: per-unit gradients by running it again on each unit alone (`torch.func`).

What runs again on one unit alone must give what it gave within the batch. That is checked each time, and refuses what
couples examples, draws random numbers, keeps a state, or does not have the batch in front.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_flatten, tree_unflatten

from wuming.core.errors import SelfCheckFailed
from wuming.training.clipping.contributions import Contribution, Dense
from wuming.training.clipping.layers.base import Gradients, Layer

_TOLERANCE = {torch.float64: 1e-8, torch.float32: 1e-3, torch.bfloat16: 5e-2, torch.float16: 1e-2}


class Generic(Layer):
    """A module and all that is below it, as one function of its trainable parameters and its inputs."""

    kind = "any (run again on each unit)"
    repeats = False

    def __init__(self, path: str, module: Any, names: dict[str, str]) -> None:
        super().__init__(path, module, names)
        self._calls: list[tuple[list[Any], Any, list[int]]] = []

    @classmethod
    def accepts(cls, module: nn.Module) -> bool:  # noqa: ARG003
        """Accept everything; passes that it cannot follow are refused when they happen."""
        return True

    def keep(self, inputs: tuple[Any, ...], kwargs: dict[str, Any], outputs: list[Tensor]) -> list[Tensor]:
        """See `Layer`: tensor inputs with the batch in front, then the outputs; the rest of the call is constant."""
        leaves, structure = tree_flatten((inputs, kwargs))
        if any(isinstance(leaf, nn.Module) for leaf in leaves):
            self._refuse("is called with another module as argument")
        examples = next((x.shape[0] for x in leaves if isinstance(x, Tensor) and x.dim()), 0)
        places = [i for i, x in enumerate(leaves) if isinstance(x, Tensor) and x.dim() and x.shape[0] == examples]
        if not places:
            self._refuse("got no tensor that has the batch in front")
        for i, leaf in enumerate(leaves):
            if isinstance(leaf, Tensor) and i not in places and leaf.requires_grad:
                self._refuse(
                    f"got a tensor of shape {tuple(leaf.shape)} without the batch in front, which needs a gradient"
                )
        self._calls.append(([None if i in places else x for i, x in enumerate(leaves)], structure, places))
        mark = torch.full((examples,), len(self._calls) - 1)  # which call this was
        fronted = [self._front(number, x) for number, x in enumerate(outputs)]
        nothing = mark.new_empty(examples, 0)
        return [
            mark,
            *(leaves[i].detach() for i in places),
            *(x if x.dim() and x.shape[0] == examples else nothing for x in fronted),
        ]

    def forget(self) -> None:
        """See `Layer`."""
        self._calls = []

    def contributions(
        self, kept: tuple[Tensor, ...], gradients: Gradients, units: int
    ) -> Iterator[tuple[str, Contribution]]:
        """See `Layer`."""
        constants, structure, places = self._calls[int(kept[0][0])]
        split = [x.reshape(units, len(x) // units, *x.shape[1:]) for x in kept[1:]]
        inputs, outputs = split[: len(places)], split[len(places) :]
        used = [i for i, g in enumerate(gradients) if g is not None]
        wanted = []
        for i in used:
            gradient = gradients[i]
            assert gradient is not None
            if gradient.numel() != outputs[i].numel():
                self._refuse(f"has an output of shape {tuple(gradient.shape)}, without the batch in front")
            wanted.append(self._front(i, gradient).reshape(outputs[i].shape))
        state = dict(self.module.named_parameters())
        trained = {local: state[local].detach() for local in self.names}

        def one(given: list[Tensor], cotangents: list[Tensor]) -> tuple[dict[str, Tensor], list[Tensor]]:
            def forward(parameters: dict[str, Tensor]) -> list[Tensor]:
                leaves = list(constants)
                for place, tensor in zip(places, given, strict=True):
                    leaves[place] = tensor
                args, kwargs = tree_unflatten(leaves, structure)
                found = torch.func.functional_call(self.module, parameters, args, kwargs)
                tensors = [x for x in tree_flatten(found)[0] if isinstance(x, Tensor) and x.is_floating_point()]
                return [self._front(i, tensors[i]) for i in used]

            found, pull = torch.func.vjp(forward, trained)[:2]
            (grown,) = pull([c.to(f.dtype) for c, f in zip(cotangents, found, strict=True)])
            return grown, found

        grown, again = self._all(one, inputs, wanted)
        for found, expected in zip(again, (outputs[i] for i in used), strict=True):
            tolerance = _TOLERANCE[expected.dtype]
            if found.shape != expected.shape or not torch.allclose(
                found.to(expected.dtype), expected, rtol=tolerance, atol=tolerance, equal_nan=True
            ):
                self._refuse("gives a unit alone another output than the same unit within the batch")
        for local, name in self.names.items():
            yield name, Dense(grown[local].reshape(units, -1))

    def _all(self, one: Any, inputs: list[Tensor], wanted: list[Tensor]) -> tuple[dict[str, Tensor], list[Tensor]]:
        """Run `one` for all units: at once where every operation has a batched form, else one after the other."""
        with torch.enable_grad():
            try:
                found: tuple[dict[str, Tensor], list[Tensor]] = torch.func.vmap(one)(inputs, wanted)
                return found
            except RuntimeError as error:
                if "random" in str(error):
                    self._refuse("draws random numbers (dropout): it cannot be run again")
            each = [one([x[u] for x in inputs], [w[u] for w in wanted]) for u in range(len(inputs[0]))]
        grown = {local: torch.stack([g[local] for g, _ in each]) for local in self.names}
        return grown, [torch.stack(column) for column in zip(*(found for _, found in each), strict=True)]

    def _front(self, number: int, output: Tensor) -> Tensor:
        """Return an output with the batch in front: a recurrent layer's states have their layers there."""
        recurrent = isinstance(self.module, nn.RNNBase) and self.module.batch_first
        return output.transpose(0, 1) if recurrent and number and output.dim() == 3 else output

    def _refuse(self, reason: str) -> None:
        raise SelfCheckFailed(
            f"layer {self.path or '(the model)'} ({type(self.module).__name__}) {reason}: no gradient per unit",
            help="Freeze it (requires_grad_(False)), switch off what is random in it, or build it of supported layers.",
        )
