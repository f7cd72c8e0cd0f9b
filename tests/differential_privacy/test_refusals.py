"""Every way to leave the private loop is refused, by name, before anything without noise is released."""

from __future__ import annotations

import copy
import io
import subprocess
import sys

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, IterableDataset, TensorDataset, WeightedRandomSampler

from wuming import differential_privacy as dp
from wuming.core.errors import PrivacyParameterError, SelfCheckFailed, WumingError

from .conftest import KEY, examples, hooks_on, net, private, train, train_step


def sgd(dp_model) -> torch.optim.Optimizer:
    return torch.optim.SGD(dp_model.parameters(), lr=0.1)


def loss_of(dp_model, x, y):
    return functional.cross_entropy(dp_model(x), y)


def refused(message: str):
    return pytest.raises(SelfCheckFailed, match=message)


# ---- construction ---------------------------------------------------------------------------------------------------


class Stream(IterableDataset):
    def __iter__(self):
        yield torch.zeros(8), 0


GOOD = {"epochs": 2, "noise_multiplier": 2.0, "population": 200, "run_key": KEY, "delta": 1e-5}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"train_loader": None}, "without the data there is no differential privacy"),
        ({"train_loader": [(1, 2)]}, "is a list, not a DataLoader"),
        ({"train_loader": DataLoader(Stream(), batch_size=5)}, "IterableDataset"),
        ({"train_loader": DataLoader(examples(), batch_size=None)}, "no batch size"),
        ({"epochs": None}, "epochs=None"),
        ({"epochs": 0}, "steps=0"),
        ({"delta": None}, "delta=None"),
        ({"delta": 0.01}, "delta=0.01 must lie in"),
        ({"delta": 0.0}, "delta=0.0 must lie in"),
        ({"noise_multiplier": None}, "neither epsilon nor noise_multiplier"),
        ({"noise_multiplier": -1.0}, "noise_multiplier=-1.0"),
        ({"epsilon": 0.01}, "above epsilon=0.01"),
        ({"population": 20}, "exceeds population=20"),
        ({"max_grad_norm": 0.0}, "max_grad_norm=0.0"),
        ({"loss_reduction": "none"}, "loss_reduction='none'"),
        ({"owners": ["a"] * 200}, "records_per_owner=None"),
        ({"records_per_owner": 3}, "records_per_owner=3"),
        ({"max_batch_size": 60}, "max_batch_size belongs to"),
    ],
)
def test_what_has_no_guarantee_is_not_built(fields, message):
    given = GOOD | {"train_loader": DataLoader(examples(), batch_size=50)} | fields
    with pytest.raises(PrivacyParameterError, match=message):
        dp.PrivateSGDNet(net(), **given)


def test_a_missing_loader_says_why_it_is_needed():
    with pytest.raises(PrivacyParameterError) as caught:
        dp.PrivateSGDNet(net(), 1.0, 1e-5, epochs=3)
    assert "sampl" in caught.value.help
    assert "accountant" in caught.value.help


def test_batch_norm_is_refused_with_the_layer():
    model = nn.Sequential(nn.Linear(8, 12), nn.BatchNorm1d(12), nn.Linear(12, 2))
    with refused("1|BatchNorm"):
        private(model)


def test_a_delta_as_large_as_in_the_usual_examples_is_warned_of():
    loader = DataLoader(examples(), batch_size=50)
    with pytest.warns(UserWarning, match="above 1/\\(10·200\\)"):
        dp.PrivateSGDNet(net(), train_loader=loader, **GOOD | {"delta": 1e-3})


def test_a_sampler_of_ones_own_is_not_silently_dropped():
    dataset = examples()
    loader = DataLoader(dataset, batch_size=50, sampler=WeightedRandomSampler([1.0] * 200, 200))
    with pytest.warns(UserWarning, match="WeightedRandomSampler .* not used"):
        dp.PrivateSGDNet(net(), train_loader=loader, **GOOD)


# ---- the data -------------------------------------------------------------------------------------------------------


def shuffled(x):
    return x[torch.randperm(len(x))]


@pytest.mark.parametrize(
    "change",
    [
        shuffled,
        lambda x: x - x.mean(),
        lambda x: x.clone(),
        lambda x: x[:32],
        lambda x: x.view(-1)[8:].view(-1, 8),
        lambda x: x.as_strided((len(x), 8), (4, 1)),
        lambda x: x.as_strided((len(x), 8), (0, 1)),
        lambda x: x.double(),
        lambda x: torch.randn(len(x), 8),
    ],
)
def test_only_the_rows_of_the_batch_may_be_trained_on(change):
    dp_model = private()
    with refused("not of the current batch"):
        for x, _ in dp_model.loader:
            dp_model(change(x))
    assert hooks_on(dp_model) == []


def test_changing_the_batch_in_place_is_refused():
    dp_model = private()
    with refused("changed in place"):
        for x, _ in dp_model.loader:
            dp_model(x.sub_(x.mean()))


def test_the_original_loader_is_refused_in_the_loop():
    loader = DataLoader(examples(), batch_size=50)
    dp_model = private(train_loader=loader)
    with refused("no batch of dp_model.loader is open") as caught:
        for x, _ in loader:
            dp_model(x)
    assert "not over the original loader" in caught.value.help
    next(iter(dp_model.loader))
    with refused("not of the current batch"):
        for x, _ in loader:
            dp_model(x)


def test_the_batch_before_is_refused():
    dp_model, seen = private(), []
    optimizer = sgd(dp_model)
    with refused("not of the current batch"):
        for x, y in dp_model.loader:
            seen.append(x)
            train_step(dp_model, optimizer, seen[0], y)


# ---- the order ------------------------------------------------------------------------------------------------------


def two_backwards(dp_model, optimizer, x, y):
    loss = loss_of(dp_model, x, y)
    loss.backward(retain_graph=True)
    loss.backward()


def two_losses(dp_model, optimizer, x, y):
    outputs = dp_model(x)
    functional.cross_entropy(outputs, y).backward(retain_graph=True)
    outputs.square().sum().backward()


def two_forwards(dp_model, optimizer, x, y):
    (loss_of(dp_model, x, y) + loss_of(dp_model, x, y)).backward()


def forward_after_backward(dp_model, optimizer, x, y):
    loss_of(dp_model, x, y).backward()
    dp_model(x)


def step_without_backward(dp_model, optimizer, x, y):
    dp_model(x)
    optimizer.step()


def step_without_forward(dp_model, optimizer, x, y):
    optimizer.step()


def two_steps(dp_model, optimizer, x, y):
    train_step(dp_model, optimizer, x, y)
    optimizer.step()


def no_forward(dp_model, optimizer, x, y):
    pass


def no_backward(dp_model, optimizer, x, y):
    dp_model(x)


def no_step(dp_model, optimizer, x, y):
    loss_of(dp_model, x, y).backward()


def cleared_before_step(dp_model, optimizer, x, y):
    loss_of(dp_model, x, y).backward()
    optimizer.zero_grad()
    optimizer.step()


def zeroed_before_step(dp_model, optimizer, x, y):
    loss_of(dp_model, x, y).backward()
    optimizer.zero_grad(set_to_none=False)
    optimizer.step()


def exchanged_gradient(dp_model, optimizer, x, y):
    loss_of(dp_model, x, y).backward()
    for p in dp_model.parameters():
        p.grad = torch.ones_like(p)
    optimizer.step()


def create_graph(dp_model, optimizer, x, y):
    loss_of(dp_model, x, y).backward(create_graph=True)


def evaluation_in_between(dp_model, optimizer, x, y):
    loss = loss_of(dp_model, x, y)
    dp_model.eval()
    dp_model(x)
    loss.backward()


def ordinary_backward(dp_model, optimizer, x, y):
    dp_model.eval()
    loss_of(dp_model, x, y).backward()


def inner_model(dp_model, optimizer, x, y):
    functional.cross_entropy(dp_model.model(x), y).backward()


def one_layer_beside(dp_model, optimizer, x, y):
    outputs = dp_model(x)
    (outputs + dp_model.model[0](shuffled(x))[:, :2]).sum().backward()


def closure(dp_model, optimizer, x, y):
    optimizer.step(lambda: loss_of(dp_model, x, y))


def other_optimiser(dp_model, optimizer, x, y):
    loss_of(dp_model, x, y).backward()
    torch.optim.SGD(net().parameters(), lr=0.1).step()


def fewer_parameters(dp_model, optimizer, x, y):
    loss_of(dp_model, x, y).backward()
    torch.optim.SGD(list(dp_model.parameters())[1:], lr=0.1).step()


def more_parameters(dp_model, optimizer, x, y):
    loss_of(dp_model, x, y).backward()
    torch.optim.SGD([*dp_model.parameters(), *net().parameters()], lr=0.1).step()


def frozen_on_the_way(dp_model, optimizer, x, y):
    loss_of(dp_model, x, y).backward()
    dp_model.model[0].weight.requires_grad_(False)
    optimizer.step()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (two_backwards, "second backward pass"),
        (two_losses, "second backward pass"),
        (two_forwards, "second forward pass"),
        (forward_after_backward, "second forward pass"),
        (step_without_backward, "left without loss.backward"),
        (step_without_forward, "left without a forward pass"),
        (two_steps, "without a backward pass since the last"),
        (no_forward, "left without a forward pass"),
        (no_backward, "left without loss.backward"),
        (no_step, "left without a step"),
        (cleared_before_step, "not the one that was noised"),
        (zeroed_before_step, "not the one that was noised"),
        (exchanged_gradient, "not the one that was noised"),
        (create_graph, "create_graph"),
        (evaluation_in_between, "given up"),
        (ordinary_backward, "without clipping and noise"),
        (inner_model, "without clipping and noise"),
        (one_layer_beside, "called outside dp_model"),
        (closure, "left without a forward pass"),
        (other_optimiser, "left without a step"),
        (fewer_parameters, "misses 1"),
        (more_parameters, "holds 4 tensors"),
        (frozen_on_the_way, "not the tensor that the trainer was built with"),
    ],
)
def test_the_order_of_the_loop_is_kept(body, message):
    dp_model = private()
    optimizer = sgd(dp_model)
    with refused(message) as caught:
        for x, y in dp_model.loader:
            body(dp_model, optimizer, x, y)
    assert caught.value.help
    assert [left for left in hooks_on(dp_model) if body is not frozen_on_the_way] == []


@pytest.mark.parametrize("body", [two_backwards, ordinary_backward, inner_model, two_losses])
def test_no_gradient_without_noise_is_ever_left(body):
    """The released gradient carries noise of at least 2/50 a coordinate; a raw one of these nets is far smaller."""
    dp_model = private(noise_multiplier=1e5)
    with pytest.raises(SelfCheckFailed):
        for x, y in dp_model.loader:
            body(dp_model, sgd(dp_model), x, y)
    for parameter in dp_model.parameters():
        assert parameter.grad is None or float(parameter.grad.abs().mean()) > 100


def test_more_steps_than_planned_are_refused():
    dp_model = private()
    optimizer = sgd(dp_model)
    train(dp_model, optimizer)
    with refused("all 8 planned steps are done"):
        train(dp_model, optimizer, 1)
    assert dp_model.check_privacy().steps_done == 8


class Buffered(nn.Module):
    def __init__(self, replace: bool) -> None:
        super().__init__()
        self.inner, self.replace = net(), replace
        self.register_buffer("mean", torch.zeros(8))

    def forward(self, x):
        if self.training:
            if self.replace:
                self.mean = 0.9 * self.mean + 0.1 * x.mean(0).detach()
            else:
                self.mean.lerp_(x.mean(0).detach(), 0.1)
        return self.inner(x)


@pytest.mark.parametrize("replace", [True, False])
def test_a_buffer_that_collects_private_data_is_refused(replace):
    dp_model = private(Buffered(replace))
    with refused("buffer mean"):
        train(dp_model, sgd(dp_model))


class Centred(nn.Module):
    """Couples examples without a layer that could be recognised."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = net()

    def forward(self, x):
        hidden = self.inner[0](x)
        return self.inner[2](torch.relu(hidden - hidden.mean(0)))


def test_examples_that_meet_inside_the_model_are_seen():
    dp_model = private(Centred())
    with refused("depends on another example's output"):
        train(dp_model, sgd(dp_model))


class Inside(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = net()

    def forward(self, x, y):
        return functional.cross_entropy(self.inner(x), y)


def test_a_loss_inside_the_model_is_refused():
    dp_model = private(Inside())
    dp_model._session.checks.compared = 1
    with refused("tensor of shape \\(\\)"):
        for x, y in dp_model.loader:
            dp_model(x, y).backward()


def test_a_collate_function_that_drops_rows_is_refused():
    loader = DataLoader(examples(), batch_size=50, collate_fn=lambda items: torch.stack([x for x, _ in items[1:]]))
    with refused("Every|made a tensor of shape"):
        next(iter(private(train_loader=loader).loader))


def test_a_moved_or_exchanged_model_is_refused():
    dp_model = private()
    dp_model.model[0] = nn.Linear(8, 12)
    with pytest.raises(WumingError):
        train(dp_model, sgd(dp_model))


def test_weights_of_other_shapes_and_copies_are_refused():
    dp_model = private()
    state = dp_model.state_dict()
    with refused("other shapes"):
        dp_model.load_state_dict({**state, "0.weight": torch.zeros(3, 8)})
    with refused("assign=True"):
        dp_model.load_state_dict(state, assign=True)
    with refused("cannot be copied"):
        copy.deepcopy(dp_model)
    with refused("cannot be pickled"):
        torch.save(dp_model, io.BytesIO())


def test_nothing_personal_is_in_a_message():
    dataset = TensorDataset(torch.full((200, 8), 4711.25), torch.zeros(200, dtype=torch.long))
    dp_model = private(dataset=dataset)
    with pytest.raises(SelfCheckFailed) as caught:
        for x, _ in dp_model.loader:
            dp_model(x + 1)
    assert "4711" not in f"{caught.value} {caught.value.help}"


def test_without_torch_the_door_says_what_to_install():
    code = (
        "import sys\nsys.modules['torch'] = None\n"
        "from wuming.core.errors import MissingExtra\n"
        "try:\n    import wuming.differential_privacy\n"
        "except MissingExtra as error:\n    print(error.help)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'wuming[train]'" in done.stdout
