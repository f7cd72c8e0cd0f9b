"""The oracle: one backward pass a unit, in the plainest way, by autograd's own weight gradients."""

from __future__ import annotations

import copy
from types import SimpleNamespace

import pytest
import torch
from torch.nn import functional

from wuming.training.clipping.engine import ClippedGradients
from wuming.training.clipping.rules import Automatic, Flat, PerLayer

TOLERANCE = 1e-5


def squares(model, inputs):
    """A loss for each example from whatever comes out first."""
    output = model(inputs)
    output = output[0] if isinstance(output, tuple) else output
    return (output.flatten(1) - 0.3).square().sum(1)


def next_token(model, ids):
    logits = model(input_ids=ids).logits.float()
    losses = functional.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    return losses.view(len(ids), -1).sum(1)


def classes(model, ids):
    logits = model(input_ids=ids).logits.float()
    return functional.cross_entropy(logits, ids[:, 0] % logits.shape[1], reduction="none")


def unit_gradients(model, inputs, loss, units):
    """Return the gradients of each unit: a list of dictionaries."""
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    found = []
    for part in inputs.chunk(units):
        loss(model, part).sum().backward()
        found.append({n: torch.zeros_like(p) if p.grad is None else p.grad.clone() for n, p in trained.items()})
        model.zero_grad(set_to_none=True)
    return found


def norm(gradient):
    return float(torch.sqrt(sum(g.double().square().sum() for g in gradient.values())))


def clipped(gradient, rule, groups):
    """Clip one unit's gradient by hand."""
    bound, factors = rule.max_grad_norm / len(groups) ** 0.5, {}
    for group in groups:
        size = norm({name: gradient[name] for name in group})
        factor = bound / (size + rule.stability) if isinstance(rule, Automatic) else min(1.0, bound / max(size, 1e-30))
        factors |= dict.fromkeys(group, factor)
    return {name: g.double() * factors[name] for name, g in gradient.items()}


def plain(model, inputs, loss, rule, units, groups=None):
    groups = groups or [[n for n, p in model.named_parameters() if p.requires_grad]]
    each = [clipped(g, rule, groups) for g in unit_gradients(model, inputs, loss, units)]
    return {name: sum(g[name] for g in each) for name in each[0]}


def exactly(model, inputs, loss, rule, units, groups=None):
    """The plain loop in float64."""
    inputs = inputs.double() if inputs.is_floating_point() else inputs
    groups = groups if isinstance(rule, PerLayer) else None
    return plain(copy.deepcopy(model).double(), inputs, loss, rule, units, groups)


def by_module(model):
    """The groups of per-layer clipping where no parameter is shared."""
    own = [[f"{path}.{n}" if path else n for n, p in m.named_parameters(recurse=False) if p.requires_grad]
           for path, m in model.named_modules()]  # fmt: skip
    return [group for group in own if group]


def relative_error(found, expected):
    difference = sum((found[n].double() - expected[n].double()).square().sum() for n in expected)
    return float(torch.sqrt(difference / sum(e.double().square().sum() for e in expected.values())))


def ours(engine, model, inputs, loss, units, **early):
    with engine.recording(units, len(inputs) // units, **early):
        loss(model, inputs).sum().backward()
    return engine.sums


def median_norm(model, inputs, loss, units):
    """A bound that clips some units and not others."""
    return sorted(norm(g) for g in unit_gradients(model, inputs, loss, units))[units // 2]


def assert_equal(model, inputs, loss=squares, *, units=None, rules=None, methods=("auto", "ghost", "instantiate"),
                 groups=None, tolerance=TOLERANCE):  # fmt: skip
    """Every rule and method against the plain loop."""
    units = units or len(inputs)
    bound = median_norm(model, inputs, loss, units)
    for rule in rules or (Flat(bound), Automatic(bound, 0.1)):
        for method in methods:
            engine = ClippedGradients(model, rule, method=method)
            found = ours(engine, model, inputs, loss, units)
            expected = plain(model, inputs, loss, rule, units, groups if isinstance(rule, PerLayer) else None)
            error = relative_error(found, expected)
            if error >= tolerance:  # near total cancellation the float32 loop is itself off: the exact one decides
                error = relative_error(found, exactly(model, inputs, loss, rule, units, groups))
            assert error < tolerance, (method, rule, error)
            assert engine.largest_clipped_norm <= rule.max_grad_norm
            assert all(p.requires_grad for p in engine.parameters.values())


def rejects(model, inputs, loss=squares, *, units=None, groups=None):
    """Tell whether the comparison above finds a twin wrong."""
    try:
        assert_equal(model, inputs, loss, units=units, groups=groups, methods=("ghost",))
    except AssertionError:
        return True
    return False


@pytest.fixture
def oracle():
    return SimpleNamespace(**{f.__name__: f for f in (
        assert_equal, rejects, ours, plain, relative_error, squares, next_token, classes, median_norm, norm,
        unit_gradients, by_module)})  # fmt: skip


@pytest.fixture
def noise():
    generator = torch.Generator().manual_seed(11)
    return lambda *shape: torch.randn(*shape, generator=generator)


@pytest.fixture
def ids():
    generator = torch.Generator().manual_seed(12)
    return lambda *shape, below=50: torch.randint(0, below, shape, generator=generator)


@pytest.fixture(autouse=True)
def same_start():
    torch.manual_seed(3)
