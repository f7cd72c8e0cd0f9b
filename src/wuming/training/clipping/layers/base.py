"""What every kind of layer answers: what to keep of a forward pass, and what a gradient then adds for each unit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

from torch import Tensor, nn

from wuming.training.clipping.contributions import Contribution

Gradients = tuple[Tensor | None, ...]


class Layer(ABC):
    """One module with trainable parameters.

    Attributes:
        path: of the module in the model.
        module: the module.
        names: the model's name of each trainable parameter, by its name within the module.
    """

    kind: ClassVar[str]
    repeats: ClassVar[bool] = True  # an output computed once for all examples may be repeated for each

    def __init__(self, path: str, module: Any, names: dict[str, str]) -> None:
        self.path, self.module, self.names = path, module, names

    @classmethod
    @abstractmethod
    def accepts(cls, module: nn.Module) -> bool:
        """Tell whether this kind computes the module's gradient exactly; must look at its type and settings."""

    def keep(self, inputs: tuple[Any, ...], kwargs: dict[str, Any], outputs: list[Tensor]) -> list[Tensor]:  # noqa: ARG002
        """Return the tensors of a forward pass that `contributions` needs, each with the batch in front."""
        return [inputs[0] if inputs else next(iter(kwargs.values()))]

    def forget(self) -> None:  # noqa: B027  most kinds remember nothing
        """Drop what was remembered of the passes so far."""

    @abstractmethod
    def contributions(
        self, kept: tuple[Tensor, ...], gradients: Gradients, units: int
    ) -> Iterator[tuple[str, Contribution]]:
        """Yield (parameter's name in the model, what this use adds).

        Args:
            kept: what `keep` returned; U·R examples in front.
            gradients: of the summed loss with respect to each floating-point output, U·R examples in front; None where
                an output did not matter.
            units: U.
        """


def by_unit(tensor: Tensor, units: int) -> Tensor:
    """Return [U·R, ..., n] as [U, K, n]."""
    return tensor.reshape(units, tensor.numel() // (units * tensor.shape[-1]), tensor.shape[-1])


def the_gradient(gradients: Gradients) -> Tensor:
    """Return the gradient of the only output."""
    (gradient,) = gradients
    assert gradient is not None
    return gradient
