"""The MNIST recipes: reading, views, folding, one clipped share per record, and small runs on made digits."""

from __future__ import annotations

import contextlib
import gzip
import json
import math
import statistics
from pathlib import Path

import pytest
import torch
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from wuming.accounting.accountant import epsilon
from wuming.accounting.events import PoissonSampledGaussian
from wuming.app.cli import train_mnist as command
from wuming.core.errors import InputTooLarge, MalformedRecord, MissingFile, PrivacyParameterError, UnknownDataset
from wuming.training.clipping.engine import ClippedGradients
from wuming.training.clipping.rules import Flat
from wuming.training.digits import data as reading
from wuming.training.digits import models as digit_models
from wuming.training.digits import recipes as mnist
from wuming.training.digits.data import Digits, load_digits, read_idx

KEY = bytes(range(32))


def _packed(shape: list[int], content: bytes, kind: int = 8) -> bytes:
    head = bytes([0, 0, kind, len(shape)]) + b"".join(size.to_bytes(4, "big") for size in shape)
    return gzip.compress(head + content, mtime=0)


def _made_digits(count: int, seed: int = 0) -> Digits:
    """Ten blobs in ten places, with noise: easy, and nothing of anybody."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(2 * count) % 10
    angle = labels * (2 * math.pi / 10)
    places = torch.arange(28) - 13.5
    rows = torch.exp(-(places[None, :] - 7 * angle.sin()[:, None]).square() / 8)
    columns = torch.exp(-(places[None, :] - 7 * angle.cos()[:, None]).square() / 8)
    images = rows[:, :, None] * columns[:, None, :] + 0.1 * torch.rand(2 * count, 28, 28, generator=generator)
    return Digits(images[:count].clamp(0, 1), labels[:count], images[count:].clamp(0, 1), labels[count:])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_idx_is_read_back(tmp_path_factory: pytest.TempPathFactory, shape: list[int], random: object) -> None:
    content = bytes(random.randrange(256) for _ in range(math.prod(shape)))  # type: ignore[attr-defined]
    path = tmp_path_factory.mktemp("idx") / "made.gz"
    path.write_bytes(_packed(shape, content))
    found = read_idx(path)
    assert list(found.shape) == shape
    assert bytes(found.flatten().tolist()) == content


@pytest.mark.parametrize(
    "content",
    [
        b"no gzip",
        _packed([2, 2], b"1234")[:-6],
        gzip.compress(b"", mtime=0),
        gzip.compress(b"\x00\x00\x08", mtime=0),
        _packed([2, 2], b"123"),
        _packed([2, 2], b"12345"),
        _packed([2, 2], b"1234", kind=9),
        _packed([], b""),
        _packed([1] * 5, b"1"),
        gzip.compress(b"\x01\x00\x08\x01\x00\x00\x00\x00", mtime=0),
    ],
)
def test_what_is_no_idx_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "made.gz"
    path.write_bytes(content)
    with pytest.raises(MalformedRecord):
        read_idx(path)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=40))
def test_random_bytes_never_crash(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("idx") / "made.gz"
    path.write_bytes(gzip.compress(content))
    with contextlib.suppress(MalformedRecord):
        read_idx(path)


def test_missing_and_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingFile):
        read_idx(tmp_path / "none.gz")
    monkeypatch.setattr(reading, "_LARGEST", 100)
    (tmp_path / "bomb.gz").write_bytes(_packed([1000], bytes(1000)))
    with pytest.raises(InputTooLarge):
        read_idx(tmp_path / "bomb.gz")


def test_labels_that_do_not_fit_the_images(tmp_path: Path) -> None:
    for part in ("train", "t10k"):
        (tmp_path / f"{part}-images-idx3-ubyte.gz").write_bytes(_packed([2, 28, 28], bytes(2 * 784)))
        (tmp_path / f"{part}-labels-idx1-ubyte.gz").write_bytes(_packed([2], bytes([1, 9])))
    assert load_digits(tmp_path).train_labels.tolist() == [1, 9]
    for wrong in (_packed([3], bytes(3)), _packed([2], bytes([1, 10]))):
        (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(wrong)
        with pytest.raises(MalformedRecord):
            load_digits(tmp_path)


def test_views_are_the_image_and_its_four_shifts() -> None:
    images = torch.rand(3, 28, 28, generator=torch.Generator().manual_seed(1))
    found = digit_models.views(images).view(3, 5, 28, 28)
    assert torch.equal(found[:, 0], images)
    for number, (rows, columns) in enumerate(digit_models.SHIFTS):
        for r in range(28):
            for c in range(0, 28, 9):
                inside = 0 <= r + rows < 28 and 0 <= c + columns < 28
                expected = images[:, r + rows, c + columns] if inside else torch.zeros(3)
                assert torch.equal(found[:, number, r, c], expected)


def test_folding_gives_the_plain_net() -> None:
    torch.manual_seed(2)
    net = digit_models.tutorial_net()
    plain = digit_models.folded(net)
    assert [type(layer).__name__ for layer in plain] == ["Linear", "ReLU", "Linear", "ReLU", "Linear"]
    assert [tuple(p.shape) for p in plain.parameters()] == [(256, 784), (256,), (128, 256), (128,), (10, 128), (10,)]
    images = torch.rand(20, 784)
    assert torch.allclose(net(images), plain(images), atol=1e-4)
    without = torch.nn.Sequential(*[layer for layer in net if not isinstance(layer, digit_models.ProjectedOff)])
    assert not torch.allclose(without(images), plain(images), atol=1e-2)


def test_the_first_layer_starts_as_wavelets_of_the_seed() -> None:
    torch.manual_seed(5)
    rows = digit_models.wavelet_rows(500)
    assert torch.allclose(rows.norm(dim=1), torch.ones(500), atol=1e-5)
    energy = rows.square().sum(0).view(28, 28)
    assert energy[7:21, 7:21].sum() > 0.5 * energy.sum()  # where digits are
    neighbours = (rows.view(-1, 28, 28)[:, :, 1:] * rows.view(-1, 28, 28)[:, :, :-1]).sum() / 500
    assert neighbours > 0.7  # smooth; white noise has 0
    torch.manual_seed(5)
    assert torch.equal(digit_models.wavelet_rows(500), rows)


def test_a_record_with_its_views_adds_at_most_the_bound() -> None:
    """Removing one record moves the clipped sum by at most C; where each view is clipped by itself it moves by more."""
    torch.manual_seed(3)
    digits, bound = _made_digits(4), 0.05
    net = digit_models.tutorial_net()
    seen, labels = digit_models.views(digits.train_images), digits.train_labels

    def clipped(views: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
        gradients = ClippedGradients(net, Flat(bound))
        gradients.reset()
        gradients.begin(len(truth))
        digit_models.mean_loss(net(views), truth).sum().backward()
        gradients.end()
        return torch.cat([total.flatten() for total in gradients.sums.values()]).double()

    apart = (clipped(seen, labels) - clipped(seen[1:], labels[1:])).norm()
    assert 0.5 * bound < apart <= bound * (1 + 1e-5)
    singly = seen.flatten(0, 1).unsqueeze(1)
    repeated = labels.repeat_interleave(5)
    assert (clipped(singly, repeated) - clipped(singly[5:], repeated[5:])).norm() > 2 * bound


def test_scores_are_averaged_over_views() -> None:
    images, features = torch.rand(7, 28, 28), digit_models.ScatteringFeatures()
    head = torch.nn.Linear(features.size, 10)
    stored = features.of_views(images)
    expected = torch.stack([features(digit_models.views(images)[:, v].view(-1, 28, 28)) for v in range(5)], 1)
    assert stored.dtype == torch.float16
    assert (stored.float() - expected).norm() < 1e-3 * expected.norm()
    scores = digit_models.OverViews(torch.nn.Sequential(features, head))(images)
    assert torch.allclose(scores, head(expected).mean(1), atol=1e-6)
    assert not torch.allclose(scores, head(expected[:, 0]), atol=1e-6)  # broken twin: the image as it is, alone


@pytest.mark.parametrize("model", ["tutorial", "best"])
def test_small_run(model: mnist.ModelName, monkeypatch: pytest.MonkeyPatch) -> None:
    digits = _made_digits(200)
    monkeypatch.setitem(mnist.RECIPES, model, mnist.Recipe(50, 3, 0.5, 0.5, 0.9, 64))
    monkeypatch.setattr(mnist, "_noise", lambda *_asked: 0.7)  # calibration takes seconds and has its own tests
    steps: list[tuple[int, int]] = []

    def once(seed: int, key: bytes) -> tuple[mnist.MnistResult, torch.Tensor]:
        result, classifier = mnist.train_mnist(
            50.0,
            1e-5,
            seed=seed,
            model=model,
            digits=digits,
            run_key=key,
            on_step=lambda done, total: steps.append((done, total)),
        )
        return result, torch.cat([p.detach().flatten() for p in classifier.parameters()])

    result, weights = once(0, KEY)
    assert result.epsilon == epsilon(PoissonSampledGaussian(0.25, 0.7, 12), 1e-5)
    assert (result.steps, result.unit_of_privacy, result.sampler) == (12, "record", "poisson")
    assert result.neighbouring_relation == "add-or-remove-one"
    assert result.accuracy > 0.2  # of ten classes; 12 steps
    assert steps[-1] == (12, 12)
    assert torch.equal(once(0, KEY)[1], weights)
    assert not torch.equal(once(1, KEY)[1], weights)
    assert not torch.equal(once(0, KEY[::-1])[1], weights)  # the seed fixes neither coins nor noise


def test_noise_follows_epsilon_and_nothing_else_does() -> None:
    recipe = mnist.RECIPES["tutorial"]
    strict, loose = recipe.plan(1.0, 1e-5, 60_000), recipe.plan(3.0, 1e-5, 60_000)
    assert strict.noise_multiplier > loose.noise_multiplier
    assert {**strict.as_json(), "noise_multiplier": 0} == {**loose.as_json(), "noise_multiplier": 0}
    assert 0.99 < strict.epsilon(1e-5) <= 1
    assert 2.97 < loose.epsilon(1e-5) <= 3


@pytest.mark.parametrize(("target", "delta"), [(0.0, 1e-5), (-1.0, 1e-5), (1.0, 0.0), (1.0, 1e-3), (math.nan, 1e-5)])
def test_parameters_out_of_range(target: float, delta: float) -> None:
    with pytest.raises(PrivacyParameterError):
        mnist.train_mnist(target, delta, seed=0, digits=_made_digits(2000))


def test_unknown_model() -> None:
    with pytest.raises(PrivacyParameterError, match="model"):
        mnist.train_mnist(1.0, 1e-5, seed=0, model="other", digits=_made_digits(10))  # type: ignore[arg-type]


def test_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist, "load_digits", lambda: _made_digits(200))
    monkeypatch.setitem(mnist.RECIPES, "tutorial", mnist.Recipe(50, 1, 0.5, 0.5, 0.9, 64))
    monkeypatch.setattr(mnist, "_noise", lambda *_asked: 0.7)
    app = typer.Typer()
    app.callback()(lambda: None)
    command.register(app)
    found = CliRunner().invoke(app, ["mnist", "--epsilon", "8", "--delta", "1e-5", "--seed", "1", "--json"])
    assert found.exit_code == 0, found.output
    last = json.loads(found.stdout.splitlines()[-1])
    assert {"accuracy", "epsilon", "delta", "seconds"} <= set(last)
    assert last["unit_of_privacy"] == "record"
    assert last["neighbouring_relation"] == "add-or-remove-one"
    assert last["sampler"] == "poisson"
    plain = CliRunner().invoke(app, ["mnist", "--epsilon", "8"])
    assert "δ = 1e-05" in plain.stdout
    assert "unit: record" in plain.stdout


def _real() -> Digits:
    try:
        return load_digits()
    except UnknownDataset as error:
        pytest.skip(f"the digits are not here: {error.message}")


def test_the_real_digits() -> None:
    digits = _real()
    assert digits.train_images.shape == (60_000, 28, 28)
    assert digits.test_images.shape == (10_000, 28, 28)
    assert digits.train_labels.bincount().tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert digits.train_images.max() == 1
    assert float(digits.train_images.mean()) == pytest.approx(0.1307, abs=1e-4)


@pytest.mark.full
@pytest.mark.parametrize(("model", "least"), [("tutorial", 0.960), ("best", 0.977)])
def test_mean_accuracy_at_epsilon_one(model: mnist.ModelName, least: float) -> None:
    digits = _real()
    results = [mnist.train_mnist(1.0, 1e-5, seed=seed, model=model, digits=digits)[0] for seed in range(5)]
    assert all(result.epsilon <= 1 for result in results)
    assert statistics.mean(result.accuracy for result in results) >= least
