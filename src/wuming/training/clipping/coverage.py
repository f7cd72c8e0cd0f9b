"""Which layer answers for which parameter, and what is refused because no bound per unit exists."""

from __future__ import annotations

from typing import Any

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.instancenorm import _InstanceNorm

from wuming.core.errors import SelfCheckFailed
from wuming.training.clipping.layers import Generic, kind_for
from wuming.training.clipping.layers.base import Layer

Group = tuple[list[str], list[str]]
"""(parameter names, layer paths) that are clipped together."""

_HOLDERS = (nn.ParameterDict, nn.ParameterList, nn.ModuleDict, nn.ModuleList)


def cover(model: nn.Module, parameters: dict[str, nn.Parameter]) -> list[Layer]:
    """Return the layers that answer for all trainable parameters.

    Raises:
        SelfCheckFailed: for what couples examples, and for a parameter that no layer answers for.
    """
    if not parameters:
        raise SelfCheckFailed(
            "the model has no trainable parameter", help="Set requires_grad of what is to be trained."
        )
    refuse_coupling(model)
    name_of = {id(p): name for name, p in parameters.items()}
    modules = dict(model.named_modules())
    whole: dict[str, nn.Module] = {}  # modules that are taken with everything below them
    layers: list[Layer] = []
    for path, module in modules.items():
        if not any(id(p) in name_of for p in module.parameters(recurse=False)) or _below(path, whole):
            continue
        kind = kind_for(module)
        if kind is not None:
            names = {n: name_of[id(p)] for n, p in module.named_parameters(recurse=False) if id(p) in name_of}
            layers.append(kind(path, module, names))
            continue
        owner = path
        while isinstance(modules[owner], _HOLDERS):  # has no forward pass of its own
            owner = owner.rpartition(".")[0]
        whole[owner] = modules[owner]
    layers = [layer for layer in layers if not _below(layer.path, whole)]
    for path, module in whole.items():
        if not _below(path, {other: m for other, m in whole.items() if other != path}):
            names = {n: name_of[id(p)] for n, p in module.named_parameters() if id(p) in name_of}
            layers.append(Generic(path, module, names))
    covered = {name for layer in layers for name in layer.names.values()}
    if missing := [name for name in parameters if name not in covered]:
        raise SelfCheckFailed(f"{len(missing)} trainable parameters belong to no hooked layer: {missing[:3]}")
    return layers


def groups_of(layers: list[Layer], names: list[str], *, by_layer: bool) -> list[Group]:
    """Return what is clipped together: everything, or each layer; layers that share a parameter are one."""
    if not by_layer:
        return [(names, [layer.path for layer in layers])]
    groups: list[tuple[set[str], set[str]]] = []
    for layer in layers:
        joined, paths = set(layer.names.values()), {layer.path}
        for group in [g for g in groups if g[0] & joined]:
            joined, paths = joined | group[0], paths | group[1]
            groups.remove(group)
        groups.append((joined, paths))
    return [(sorted(group, key=names.index), sorted(paths)) for group, paths in groups]


def refuse_coupling(model: nn.Module) -> None:
    """Refuse modules that, as they are set now, let one example change another's output, or store statistics.

    Raises:
        SelfCheckFailed: with path and reason.
    """
    for path, module in model.named_modules():
        if isinstance(module, _BatchNorm) and (module.training or not module.track_running_stats):
            _refuse(path, module, "normalises by the statistics of the batch: examples are coupled")
        if isinstance(module, _InstanceNorm) and module.training and module.track_running_stats:
            _refuse(path, module, "stores running statistics of private data without noise")
        if isinstance(module, nn.Embedding | nn.EmbeddingBag) and module.max_norm is not None:
            _refuse(path, module, "rewrites, because of max_norm, the rows that private data looked up")


def _refuse(path: str, module: Any, reason: str) -> None:
    raise SelfCheckFailed(
        f"layer {path or '(the model)'} ({type(module).__name__}) {reason}",
        help="Replace it (a batch norm by GroupNorm or LayerNorm), or switch that off (eval mode).",
    )


def _below(path: str, owners: dict[str, nn.Module]) -> bool:
    return any(owner in ("", path) or path.startswith(f"{owner}.") for owner in owners)
