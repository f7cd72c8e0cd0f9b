"""The tutorial's loop, and that its gradients, batches and claim are what they are said to be."""

from __future__ import annotations

import copy
import gc
import io
import json

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.optim import optimizer as optimizers
from torch.utils.checkpoint import checkpoint
from torch.utils.data import DataLoader, Dataset, TensorDataset

from wuming import differential_privacy as dp
from wuming.accounting.events import PoissonSampledGaussian, PoissonSampledRecords
from wuming.core.errors import SelfCheckFailed

from .conftest import EPSILON, KEY, examples, excess_of_first_step, hooks_on, net, noise_of, private, train, train_step

PLAIN = 2e-4  # float32, after a noise of many times the sum was added and taken away again


class Convolution(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.convolution = nn.Conv2d(1, 4, 3, stride=2)
        self.norm = nn.GroupNorm(2, 4)
        self.head = nn.Linear(4 * 3 * 3, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(functional.relu(self.norm(self.convolution(x))).flatten(1))


def pictures() -> TensorDataset:
    generator = torch.Generator().manual_seed(3)
    x = torch.randn(200, 1, 8, 8, generator=generator)
    return TensorDataset(x, torch.randint(0, 3, (200,), generator=generator))


def test_the_tutorial_learns_and_says_what_it_cost(accounted):
    dataset = examples(2000)
    loader = DataLoader(dataset, batch_size=200, shuffle=True)
    dp_model = dp.PrivateSGDNet(net(), 1.0, 1e-5, loader, 3, population=2000)
    optimizer = torch.optim.Adam(dp_model.parameters(), lr=0.05)
    train(dp_model, optimizer, 3)
    said = dp_model.check_privacy()
    assert said.epsilon == EPSILON(dp_model.plan, 1e-5) <= 1.0
    assert dp_model.plan.event == PoissonSampledGaussian(0.1, dp_model.plan.noise_multiplier, 30)
    assert (said.steps_done, said.steps_planned) == (30, 30)
    assert all(said.self_check.values())
    text = repr(said)
    for needed in (str(said.epsilon), "1e-05", "record", "add-or-remove", "poisson"):
        assert needed in text
    assert json.loads(json.dumps(said.as_json()))["self_check"]["equals_plain_loop"] is True
    dp_model.eval()
    x, y = dataset.tensors
    with torch.no_grad():
        assert float((dp_model(x).argmax(1) == y).float().mean()) > 0.85


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_gradient_is_the_plain_clipped_sum_with_noise_over_the_public_batch_size(reduction):
    def loss(outputs, labels):
        return functional.cross_entropy(outputs, labels, reduction=reduction)

    dp_model = private(max_grad_norm=0.7, noise_multiplier=0.5, loss_reduction=reduction)
    assert excess_of_first_step(dp_model, loss) < PLAIN


def test_a_gradient_of_a_convolutional_net_is_right():
    assert excess_of_first_step(private(Convolution(), pictures(), noise_multiplier=0.5)) < PLAIN


@pytest.mark.parametrize("rule", [dp.PerLayer(0.7), dp.Automatic(0.7)])
def test_other_rules_are_right(rule):
    assert excess_of_first_step(private(clipping=rule, noise_multiplier=0.5)) < PLAIN


def test_an_adaptive_bound_moves_and_its_count_is_paid_for():
    dp_model = private(clipping=dp.AdaptiveQuantile(0.01, count_noise=5.0))
    train(dp_model, torch.optim.SGD(dp_model.parameters(), lr=0.1))
    assert dp_model._session._engine.bound > 0.01
    assert dp_model.plan.gradient_noise_multiplier > dp_model.plan.noise_multiplier
    assert dp_model.check_privacy().self_check["noise_as_claimed"]


def test_it_is_the_private_trainer_with_another_face():
    dp_model = private()
    train(dp_model, torch.optim.SGD(dp_model.parameters(), lr=0.5))
    dataset, model = examples(), net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    data = dp.UnitData.of_tensors(*dataset.tensors)
    trainer = dp.PrivateTrainer(model, data, dp_model.plan, optimisation=optimizer, run_key=KEY)
    for batch in trainer.micro_batches():
        trainer.backward(functional.cross_entropy(model(batch.inputs[0]), batch.inputs[1], reduction="none"))
    for ours, theirs in zip(dp_model.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", [torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW])
def test_optimisers_and_ways_to_clear_gradients(kind):
    ends = []
    for to_none in (True, False):
        dp_model = private()
        optimizer = kind(dp_model.parameters(), lr=0.01)
        for x, y in dp_model.loader:
            optimizer.zero_grad(set_to_none=to_none)
            functional.cross_entropy(dp_model(x), y).backward()
            optimizer.step()
        assert all(found is not False for found in dp_model.check_privacy().self_check.values())
        ends.append([p.detach().clone() for p in dp_model.parameters()])
    assert all(torch.equal(a, b) for a, b in zip(*ends, strict=True))


def test_batches_are_poisson_samples_filled_up():
    dp_model = private()
    assert len(dp_model.loader) == 4
    dataset = examples()
    for step, (x, y) in enumerate(dp_model.loader):
        drawn = [index for records in dp_model._session._participants.of_step(step) for index in records]
        assert len(x) == len(y) == max(64, -(-len(drawn) // 64) * 64)
        assert torch.equal(x[: len(drawn)], dataset.tensors[0][drawn])
        dp_model._session.phase = "stepped"
        dp_model._session.steps_done += 1


def test_an_empty_batch_is_noise_and_a_step():
    # One example in a public population of 200: almost every batch is empty.
    dp_model = private(dataset=examples(1), batch_size=1, epochs=1, noise_multiplier=1.0)
    optimizer = torch.optim.SGD(dp_model.parameters(), lr=0.1)
    empty = 0
    for step, (x, y) in enumerate(dp_model.loader):
        assert len(x) == 64
        optimizer.zero_grad()
        functional.cross_entropy(dp_model(x), y).backward()
        if not dp_model._session._participants.of_step(step):
            empty += 1
            noise = noise_of(dp_model, step)
            for name, parameter in dp_model.model.named_parameters():
                assert torch.equal(parameter.grad, noise[name])
        optimizer.step()
        if step > 5:
            break
    assert empty
    assert dp_model.check_privacy().steps_done == 7


def test_gradients_may_be_clipped_again_which_is_post_processing():
    dp_model = private()
    optimizer = torch.optim.SGD(dp_model.parameters(), lr=0.1)
    for x, y in dp_model.loader:
        optimizer.zero_grad()
        functional.cross_entropy(dp_model(x), y).backward()
        nn.utils.clip_grad_norm_(dp_model.parameters(), 0.01)
        optimizer.step()
    assert dp_model.check_privacy().steps_done == 4


def test_evaluation_is_free_and_leaves_no_trace():
    dp_model, twin = private(), private()
    optimizer = torch.optim.SGD(dp_model.parameters(), lr=0.1)
    for x, y in dp_model.loader:
        dp_model.eval()
        dp_model(torch.randn(5, 8))
        dp_model.train()
        with torch.no_grad():
            dp_model(torch.randn(5, 8))
        train_step(dp_model, optimizer, x, y)
    train(twin, torch.optim.SGD(twin.parameters(), lr=0.1), 1)
    assert all(torch.equal(a, b) for a, b in zip(dp_model.parameters(), twin.parameters(), strict=True))


def test_dropout_is_compared_without_its_coins_and_trains():
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(8, 12), nn.ReLU(), nn.Dropout(0.5), nn.Linear(12, 2))
    dp_model = private(model)
    train(dp_model, torch.optim.SGD(dp_model.parameters(), lr=0.1))
    assert dp_model.check_privacy().self_check["equals_plain_loop"]
    assert model[2].training


def test_bfloat16_forward_passes_train():
    dp_model = private()
    optimizer = torch.optim.SGD(dp_model.parameters(), lr=0.1)
    for x, y in dp_model.loader:
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            loss = functional.cross_entropy(dp_model(x), y)
        loss.backward()
        optimizer.step()
    assert all(found is not False for found in dp_model.check_privacy().self_check.values())


class Failing(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner, self.fails = net(), False

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.fails:
            raise ValueError("forward")
        return self.inner(x)


def raise_backward(*_):
    raise ValueError("backward")


def fail_in_backward(outputs: torch.Tensor) -> torch.Tensor:
    inner = outputs * 1
    inner.register_hook(raise_backward)
    return inner


@pytest.mark.parametrize("place", ["forward", "loss", "backward", "half of backward"])
def test_a_loop_that_failed_leaves_no_hook_and_is_taken_up(place):
    dp_model, twin = private(Failing()), private(Failing())
    optimizer = torch.optim.SGD(dp_model.parameters(), lr=0.1)
    with pytest.raises(ValueError, match=place.split()[-1]):
        for step, (x, y) in enumerate(dp_model.loader):
            optimizer.zero_grad()
            dp_model.model.fails = step == 2 and place == "forward"
            if step == 2 and place == "half of backward":
                dp_model.model.inner[1].register_full_backward_hook(raise_backward)
            outputs = dp_model(x)
            if step == 2 and place == "loss":
                raise ValueError(place)
            if step == 2 and place == "backward":
                outputs = fail_in_backward(outputs)
            functional.cross_entropy(outputs, y).backward()
            optimizer.step()
    dp_model.model.fails = False
    dp_model.model.inner[1]._backward_hooks.clear()
    assert hooks_on(dp_model) == []
    train(dp_model, optimizer, 2)  # the rest of the first epoch, and the second
    train(twin, torch.optim.SGD(twin.parameters(), lr=0.1))
    assert dp_model.check_privacy().steps_done == 8
    for ours, theirs in zip(dp_model.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_a_look_at_the_first_batch_is_free():
    dp_model = private()
    x, _ = next(iter(dp_model.loader))
    again, y = next(iter(dp_model.loader))
    assert torch.equal(x, again)
    train_step(dp_model, torch.optim.SGD(dp_model.parameters(), lr=0.1), again, y)
    assert dp_model.check_privacy().steps_done == 1


def test_a_loop_that_was_left_long_ago_does_not_disturb_another():
    dp_model = private()
    old = iter(dp_model.loader)
    next(old)
    for x, y in dp_model.loader:
        loss = functional.cross_entropy(dp_model(x), y)
        old.close()
        loss.backward()
        break
    assert dp_model.check_privacy().steps_done == 1


def test_nothing_outlives_the_private_net():
    before = len(optimizers._global_optimizer_pre_hooks)
    model = net()
    dp_model = private(model)
    train(dp_model, torch.optim.SGD(dp_model.parameters(), lr=0.1))
    assert len(optimizers._global_optimizer_pre_hooks) == before + 1
    torch.save(model, io.BytesIO())
    copied = copy.deepcopy(model)
    del dp_model
    gc.collect()
    assert len(optimizers._global_optimizer_pre_hooks) == before
    for plain in (model, copied):
        functional.cross_entropy(plain(torch.randn(4, 8)), torch.zeros(4, dtype=torch.long)).backward()
        torch.optim.SGD(plain.parameters(), lr=0.1).step()


def test_a_second_private_net_over_the_same_model_takes_its_place():
    model = net()
    first = private(model)
    for x, y in first.loader:
        loss = functional.cross_entropy(first(x), y)
        break
    second = private(model)
    train(second, torch.optim.SGD(second.parameters(), lr=0.1), 1)
    assert second.check_privacy().steps_done == 4
    for use in (lambda: first(x), lambda: next(iter(first.loader)), loss.backward):
        with pytest.raises(SelfCheckFailed, match=r"is over|given up"):
            use()


class Checkpointed(nn.Module):
    def __init__(self, reentrant: bool) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.first, self.block, self.head = (
            nn.Linear(8, 12),
            nn.Sequential(nn.Linear(12, 12), nn.Tanh()),
            nn.Linear(12, 2),
        )
        self.reentrant = reentrant

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(checkpoint(self.block, self.first(x), use_reentrant=self.reentrant))


def test_gradient_checkpointing():
    assert excess_of_first_step(private(Checkpointed(False), noise_multiplier=0.5)) < PLAIN
    dp_model = private(Checkpointed(True))
    with pytest.raises(SelfCheckFailed, match="use_reentrant=True"):
        train(dp_model, torch.optim.SGD(dp_model.parameters(), lr=0.1), 1)


def test_other_models_train_as_ever():
    dp_model, other = private(), net()
    optimizer = torch.optim.SGD(other.parameters(), lr=0.1)
    for x, y in dp_model.loader:
        functional.cross_entropy(other(x), y).backward()
        optimizer.step()
        train_step(dp_model, torch.optim.SGD(dp_model.parameters(), lr=0.1), x, y)
    assert dp_model.check_privacy().steps_done == 4


def test_the_plain_model_loads_what_was_trained():
    dp_model, plain = private(), net()
    train(dp_model, torch.optim.SGD(dp_model.parameters(), lr=0.1))
    plain.load_state_dict(dp_model.state_dict())
    dp_model.load_state_dict(plain.state_dict())
    assert all(torch.equal(a, b) for a, b in zip(dp_model.parameters(), plain.parameters(), strict=True))


class Words(Dataset):
    """Examples as dictionaries, with a collate function of their own."""

    def __len__(self):
        return 200

    def __getitem__(self, index):
        return {"ids": [index % 7, index % 5, 3], "label": index % 2}


def stack(items):
    return {
        "input_ids": torch.tensor([item["ids"] for item in items]),
        "labels": torch.tensor([item["label"] for item in items]),
    }


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(2)
        self.words, self.head = nn.Embedding(7, 6), nn.Linear(6, 2)

    def forward(self, input_ids):
        return {"logits": self.head(self.words(input_ids).mean(1))}


def test_dictionaries_collate_functions_and_named_arguments():
    dp_model = private(Reader(), train_loader=DataLoader(Words(), batch_size=50, collate_fn=stack))
    optimizer = torch.optim.Adam(dp_model.parameters(), lr=0.01)
    for batch in dp_model.loader:
        optimizer.zero_grad()
        outputs = dp_model(input_ids=batch["input_ids"])
        functional.cross_entropy(outputs["logits"], batch["labels"]).backward()
        optimizer.step()
    assert all(found is not False for found in dp_model.check_privacy().self_check.values())


def test_rows_may_be_reshaped():
    dp_model = private(nn.Sequential(nn.Flatten(), net(64)), pictures())
    optimizer = torch.optim.SGD(dp_model.parameters(), lr=0.1)
    for x, y in dp_model.loader:
        train_step(dp_model, optimizer, x.view(len(x), -1).to("cpu", torch.float32), (y > 0).long())
    assert dp_model.check_privacy().steps_done == 4


def test_owners_make_the_subject_the_unit():
    owners = [f"person {index // 4}" for index in range(200)]
    dp_model = private(owners=owners, records_per_owner=2)
    assert dp_model.plan.event == PoissonSampledRecords(0.25, 2, 2.0, 8)
    assert dp_model._session.participants == 100  # two of each person's four
    train(dp_model, torch.optim.SGD(dp_model.parameters(), lr=0.1))
    assert dp_model.check_privacy().unit_of_privacy == "subject"
    assert "at most 2 records each" in repr(dp_model.check_privacy())


@pytest.mark.parametrize(
    "fields",
    [
        {"sampler": "random-allocation"},
        {"sampler": "fixed-batches"},
        {"sampler": "truncated-poisson", "max_batch_size": 70},
    ],
)
def test_the_sampler_that_runs_is_the_one_accounted(accounted, fields):
    dp_model = private(**fields)
    train(dp_model, torch.optim.SGD(dp_model.parameters(), lr=0.1))
    said = dp_model.check_privacy()
    assert said.sampler == fields["sampler"]
    assert said.epsilon == EPSILON(dp_model.plan, 1e-5)


def test_the_size_of_the_data_is_declared_public_aloud():
    with pytest.warns(UserWarning, match="population=200 .* declared public"):
        dp.PrivateSGDNet(net(), None, 1e-5, DataLoader(examples(), batch_size=50), 2, noise_multiplier=2.0)


def test_a_step_whose_noise_was_drawn_is_over():
    dp_model = private()
    optimizer = torch.optim.SGD(dp_model.parameters(), lr=0.1)
    for x, y in dp_model.loader:
        functional.cross_entropy(dp_model(x), y).backward()
        break
    assert dp_model.check_privacy().steps_done == 1
    for x, y in dp_model.loader:  # goes on with step 1, never with step 0's noise
        train_step(dp_model, optimizer, x, y)
    assert dp_model.check_privacy().steps_done == 4


def test_a_net_that_is_deleted_between_forward_and_backward_leaves_the_model_whole():
    model = net()
    dp_model = private(model)
    for x, y in dp_model.loader:
        loss = functional.cross_entropy(dp_model(x), y)
        break
    with pytest.raises(SelfCheckFailed, match="given up"):
        loss.backward()
    x, y = next(iter(dp_model.loader))
    outputs = dp_model(x)
    del dp_model, outputs, loss
    gc.collect()
    assert all(p.requires_grad for p in model.parameters())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
