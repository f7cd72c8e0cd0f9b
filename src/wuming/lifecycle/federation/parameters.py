"""A model's trainable parameters as one vector, one after another in the model's order."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from wuming.core.errors import PrivacyParameterError


def trainable(model: nn.Module) -> dict[str, nn.Parameter]:
    """Return the trainable parameters by name."""
    return {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}


def to_vector(tensors: dict[str, Tensor] | dict[str, nn.Parameter]) -> NDArray[np.float64]:
    """Return tensors as one vector [d] float64."""
    return np.concatenate([tensor.detach().reshape(-1).double().cpu().numpy() for tensor in tensors.values()])


def set_vector(model: nn.Module, weights: NDArray[np.float64]) -> None:
    """Write a vector [d] into the model's trainable parameters, in place.

    Raises:
        PrivacyParameterError: another number of values.
    """
    found = trainable(model)
    if weights.shape != (size := sum(p.numel() for p in found.values()),):
        raise PrivacyParameterError(
            f"weights have shape {weights.shape}, the model has {size} trainable parameters",
            help="Use the same model, with the same layers frozen, at every client.",
        )
    start = 0
    with torch.no_grad():
        for parameter in found.values():
            part = weights[start : start + parameter.numel()]
            parameter.copy_(torch.from_numpy(part).reshape(parameter.shape))
            start += parameter.numel()
