"""PEFT's adapters in a federation: which of their numbers travel, and how the common ones are put in place.

Two ways, as in `wuming.federated.lora`. With `freeze_a` the adapter is an ordinary model with fewer trainable
parameters, and any local trainer serves. `ProductTrainer` trains both factors and gives their product.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from wuming.core.errors import PrivacyParameterError
from wuming.federated.lora import Factors, product, refactor
from wuming.lifecycle.federation.client import LocalWork, train_locally
from wuming.lifecycle.federation.parameters import to_vector, trainable
from wuming.training.data import UnitData

_ADAPTER = "default"


def freeze_a(model: nn.Module) -> str:
    """Freeze all A factors of a model with adapters; return the digest of them, which all clients must share.

    Raises:
        PrivacyParameterError: the model has no adapters.
    """
    found = hashlib.sha256()
    layers = adapted(model)
    for path, layer in layers.items():
        weight: Tensor = layer.a.weight
        weight.requires_grad_(False)
        found.update(path.encode() + weight.detach().double().cpu().numpy().tobytes())
    return "sha256:" + found.hexdigest()


@dataclass(frozen=True)
class AdaptedLayer:
    """One layer with an adapter of PEFT.

    Attributes:
        base: the frozen layer below.
        a, b: the two factors' layers; weights [r, n] and [m, r].
        scale: s.
        transposed: the base layer stores its weights [n, m] (transformers' Conv1D).
    """

    base: Any
    a: Any
    b: Any
    scale: float
    transposed: bool

    @property
    def shape(self) -> tuple[int, int]:
        """m, n of the change of the weights."""
        return int(self.b.weight.shape[0]), int(self.a.weight.shape[1])

    def factors(self) -> Factors:
        """Return the factors as they are."""
        return Factors(*(layer.weight.detach().double().cpu().numpy() for layer in (self.a, self.b)))

    def change(self) -> NDArray[np.float64]:
        """Return s·B·A, [m, n]."""
        return product(self.factors(), self.scale)

    def put(self, factors: Factors, residual: NDArray[np.float64], original: Tensor) -> None:
        """Write factors into the adapter, and the original weights plus a residual into the base layer."""
        with torch.no_grad():
            self.a.weight.copy_(torch.from_numpy(factors.a))
            self.b.weight.copy_(torch.from_numpy(factors.b))
            added = torch.from_numpy(residual.T if self.transposed else residual)
            self.base.weight.copy_(original.double() + added)


def adapted(model: nn.Module) -> dict[str, AdaptedLayer]:
    """Return the layers with adapters by path.

    Raises:
        PrivacyParameterError: there are none, or some whose change is no plain product (DoRA, embeddings).
    """
    found = {}
    for path, module in model.named_modules():
        parts = [getattr(module, name, {}) for name in ("lora_A", "lora_B")]
        if not all(_ADAPTER in part for part in parts if part is not None) or not all(parts):
            continue
        if getattr(module, "use_dora", {}).get(_ADAPTER):
            raise PrivacyParameterError(f"layer {path} uses DoRA, whose change is no product", help="Use plain LoRA.")
        layer: Any = module
        found[path] = AdaptedLayer(
            layer.get_base_layer(),
            parts[0][_ADAPTER],
            parts[1][_ADAPTER],
            float(layer.scaling[_ADAPTER]),
            bool(getattr(layer, "fan_in_fan_out", False)),
        )
    if not found:
        raise PrivacyParameterError("the model has no adapters", help="Put them on with `wuming.training.lora.attach`.")
    return found


class ProductTrainer:
    """A `LocalTrainer` whose vector holds, layer by layer, the change of the weights, and then what else is trained.

    In every round it factors the common change into factors of the adapter's rank, keeps what they cannot hold in the
    frozen weights, trains both factors, and gives the difference of the products: so the mean over clients is exactly
    the mean of the products, however many ranks it takes. For `client` as the unit of privacy.

    Args:
        model: with adapters; shared by the clients of a process, overwritten in every round.
        data: this client's records.
        loss: (model, inputs) → one loss for each example, [n].
        work: what is done.
    """

    def __init__(self, model: nn.Module, data: UnitData, loss: Callable[[Any, Any], Tensor], work: LocalWork) -> None:
        self._adapters = SharedAdapters.of(model)
        self._model, self._data, self._loss, self._work = model, data, loss, work
        self.record_bound: float | None = None
        self.sampling_probability = 1.0

    def contribution(self, weights: NDArray[np.float64], round_number: int) -> NDArray[np.float64]:
        """See `wuming.core.ports.LocalTrainer.contribution`."""
        self._adapters.put(weights)
        before = self._adapters.vector()
        train_locally(self._model, self._data, self._loss, self._work, round_number)
        return self._adapters.vector() - before


@dataclass(frozen=True)
class SharedAdapters:
    """A model's adapters as one vector: changes of weights, [m·n] each, then all other trainable parameters.

    Attributes:
        layers: adapted layers by path.
        originals: their frozen weights as they were at first, and their A.
        others: trainable parameters outside the adapters, such as a classification head.
    """

    layers: dict[str, AdaptedLayer]
    originals: dict[str, tuple[Tensor, NDArray[np.float64]]]
    others: dict[str, nn.Parameter]

    @classmethod
    def of(cls, model: nn.Module) -> SharedAdapters:
        """Return those of a model; the frozen weights are remembered on the model itself, once."""
        layers = adapted(model)
        known = getattr(model, "_wuming_originals", None)
        if known is None:
            known = {path: (layer.base.weight.detach().clone(), layer.factors().a) for path, layer in layers.items()}
            object.__setattr__(model, "_wuming_originals", known)
        inside = {id(p) for layer in layers.values() for part in (layer.a, layer.b) for p in part.parameters()}
        others = {name: p for name, p in trainable(model).items() if id(p) not in inside}
        return cls(layers, known, others)

    @property
    def size(self) -> int:
        """Length of the vector."""
        return sum(m * n for m, n in (layer.shape for layer in self.layers.values())) + sum(
            p.numel() for p in self.others.values()
        )

    def vector(self) -> NDArray[np.float64]:
        """Return what the model holds now: the changes that its factors make, and the others."""
        parts = [layer.change().reshape(-1) for layer in self.layers.values()]
        return np.concatenate([*parts, *([to_vector(self.others)] if self.others else [])])

    def put(self, weights: NDArray[np.float64]) -> list[float]:
        """Put a vector in place; return for each layer the share of the change that its factors cannot hold.

        Raises:
            PrivacyParameterError: another length.
        """
        if weights.shape != (self.size,):
            raise PrivacyParameterError(
                f"weights have shape {weights.shape}, the adapters need ({self.size},)",
                help="Use one model throughout.",
            )
        start, lost = 0, []
        for path, layer in self.layers.items():
            m, n = layer.shape
            change = weights[start : start + m * n].reshape(m, n)
            start += m * n
            original, first_a = self.originals[path]
            rank = first_a.shape[0]
            if change.any():
                found = refactor(change, rank, layer.scale)
                layer.put(found.factors, found.residual, original)
                lost.append(found.lost)
            else:  # before anything was learnt: the adapter's own A, whose product with B = 0 is 0
                layer.put(Factors(first_a, np.zeros((m, rank))), change, original)
                lost.append(0.0)
        with torch.no_grad():
            for parameter in self.others.values():
                part = weights[start : start + parameter.numel()]
                parameter.copy_(torch.from_numpy(part).reshape(parameter.shape))
                start += parameter.numel()
        return lost
