"""Two recipes for the MNIST digits: the usual tutorial's net on pixels, and a linear model on scattering features.

Both are DP-SGD under one `TrainingPlan`; everything special about them is a public constant, or a function of one image
alone, so it costs no privacy:

- **Views.** A record's gradient is the mean over the image and its four shifts by one pixel, clipped once: one share of
  the sum per record, as before, but less of it is accident (De et al. 2022, "Unlocking high-accuracy differentially
  private image classification through scale", section 3).
- **Centring.** A direction that all inputs of a layer share fills up the clipped gradient and teaches nothing. Inputs
  are therefore projected off one fixed direction: images and scattering features off a Gaussian blob in the middle of
  the field, hidden units off their mean. All this is linear: the trained net is folded into a plain 784-256-128-10 net
  on raw pixels.
- **A start that sees strokes.** The first layer of the net starts as random Gabor wavelets instead of white noise.
- **Scattering.** Fixed wavelet features, normalised image by image (Tramèr & Boneh 2021, "Differentially private
  learning needs better features (or much more data)").

The recipes' constants were chosen on the last 10,000 of the training images. MNIST is public, so this is free;
on private data the choice would be charged.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor, nn

from wuming.accounting.calibration import noise_multiplier
from wuming.core.errors import PrivacyParameterError
from wuming.training.clipping.rules import Flat
from wuming.training.data import UnitData
from wuming.training.digits.data import Digits, load_digits
from wuming.training.digits.models import CLASSES, OverViews, ScatteringFeatures, folded, mean_loss, tutorial_net, views
from wuming.training.execution import Execution
from wuming.training.optimisation import Optimisation
from wuming.training.plan import TrainingPlan, refuse_delta
from wuming.training.private import PrivateTrainer

ModelName = Literal["tutorial", "best"]

_AT_ONCE = 500  # images classified at once


_noise = functools.cache(noise_multiplier)  # many seeds, one calibration


@dataclass(frozen=True)
class Recipe:
    """What is fixed of a run beside ε, δ and the seed.

    Attributes:
        expected_batch_size: records that a step draws on average.
        epochs: expected times that a record is drawn.
        max_grad_norm: C.
        learning_rate: peak of SGD's; it falls as a cosine to 0.
        momentum: of SGD.
        micro_batch: records processed at once.
    """

    expected_batch_size: int
    epochs: int
    max_grad_norm: float
    learning_rate: float
    momentum: float
    micro_batch: int

    def plan(self, epsilon: float, delta: float, population: int) -> TrainingPlan:
        """Return the plan with the least noise whose ε at δ is at most `epsilon`.

        δ = 10⁻⁵, which others report for these 60,000 digits, is above the 1/(10n) that Wuming asks of private data.
        Here any δ up to 1/n is taken: the digits are public, and the figure is to be compared.

        Raises:
            PrivacyParameterError: for ε, δ or a population out of range.
        """
        refuse_delta(delta, population)
        batch = min(self.expected_batch_size, population)
        steps = max(1, round(self.epochs * population / batch))
        return TrainingPlan(
            population=population,
            expected_batch_size=batch,
            steps=steps,
            noise_multiplier=_noise(epsilon, delta, batch / population, steps),
            clipping=Flat(self.max_grad_norm),
        )

    def optimisation(self) -> Optimisation:
        """Return the optimiser's part."""
        return Optimisation(
            self.learning_rate, name="sgd", schedule="cosine", momentum=self.momentum, average_decay=0.0
        )


# A micro-batch is as large as lets the batches of nearly all steps fill a whole number of them.
RECIPES: Mapping[ModelName, Recipe] = {
    "tutorial": Recipe(2048, 10, 0.2, 4.0, 0.9, 550),
    "best": Recipe(4096, 40, 0.2, 80.0, 0.9, 1075),
}


@dataclass(frozen=True)
class MnistResult:
    """What a run tells. The accuracy is of public test images, which no step saw.

    Attributes:
        model: `tutorial` or `best`.
        accuracy: share of the test images whose label is named rightly.
        epsilon: as accounted for the whole run (at most what was asked for), rounded up.
        delta, unit_of_privacy, neighbouring_relation, sampler: what ε is said of.
        noise_multiplier, expected_batch_size, steps: of the plan.
        seed: of the initialisation alone; coins and noise are never seeded.
        seconds: wall time from the images in memory to the accuracy.
    """

    model: ModelName
    accuracy: float
    epsilon: float
    delta: float
    unit_of_privacy: str
    neighbouring_relation: str
    sampler: str
    noise_multiplier: float
    expected_batch_size: int
    steps: int
    seed: int
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """Return all fields as a JSON object."""
        return asdict(self)


class _Prepared(NamedTuple):
    """A model with its records and its way to classify.

    Attributes:
        model: what is trained.
        data: what it is trained on.
        loss: (model, inputs) → [n].
        classifier: makes, after training, what names the test images.
    """

    model: nn.Module
    data: UnitData
    loss: Callable[[Any, Any], Tensor]
    classifier: Callable[[], nn.Module]


def train_mnist(
    epsilon: float,
    delta: float,
    *,
    seed: int,
    model: ModelName = "tutorial",
    on_step: Callable[[int, int], None] = lambda _done, _total: None,
    digits: Digits | None = None,
    run_key: bytes | None = None,
) -> tuple[MnistResult, nn.Module]:
    """Train on the MNIST digits and measure accuracy on the test images.

    Formal guarantee: the returned model is (ε, δ)-differentially private for adding or removing one record (an image
    with its label), with ε as in the result.

    Args:
        epsilon: what ε may be at most; > 0.
        delta: at most 1 / number of records; see `Recipe.plan`.
        seed: of the initialisation; it touches neither coins nor noise.
        model: `tutorial`: 784-256-128-10 on pixels; `best`: linear on scattering features.
        on_step: called with (steps done, steps in all).
        digits: None: read them.
        run_key: 32 secret bytes that coins and noise derive from; None: fresh ones.

    Returns:
        What was measured, and the model: [n, 28, 28] images in [0, 1] → [n, 10] scores.

    Raises:
        PrivacyParameterError: no such model, or ε or δ out of range.
        UnknownDataset: the digits are not found.
        SelfCheckFailed: a run-time check of the guarantee failed.
    """
    if model not in RECIPES:
        raise PrivacyParameterError(f"model={model!r} is not known", help=f"Known are: {', '.join(RECIPES)}.")
    digits = digits or load_digits()
    begin = time.perf_counter()
    recipe = RECIPES[model]
    plan = recipe.plan(epsilon, delta, len(digits.train_images))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        prepared = (_tutorial if model == "tutorial" else _best)(digits)
    trainer = PrivateTrainer(
        prepared.model,
        prepared.data,
        plan,
        optimisation=recipe.optimisation(),
        execution=Execution(micro_batch=recipe.micro_batch),
        run_key=run_key,
    )
    trainer.run(prepared.loss, on_step=on_step)
    trainer.finish()
    classifier = prepared.classifier()
    result = MnistResult(
        model=model,
        accuracy=accuracy(classifier, digits.test_images, digits.test_labels),
        epsilon=plan.epsilon(delta),
        delta=delta,
        unit_of_privacy=plan.unit_of_privacy,
        neighbouring_relation=plan.neighbouring_relation,
        sampler=plan.sampler,
        noise_multiplier=plan.noise_multiplier,
        expected_batch_size=plan.expected_batch_size,
        steps=plan.steps,
        seed=seed,
        seconds=round(time.perf_counter() - begin, 2),
    )
    return result, classifier


def accuracy(classifier: nn.Module, images: Tensor, labels: Tensor) -> float:
    """Return the share of the images [n, 28, 28] whose highest score is at their label."""
    right = 0
    with torch.no_grad():
        for begin in range(0, len(labels), _AT_ONCE):
            here = slice(begin, begin + _AT_ONCE)
            right += int((classifier(images[here]).argmax(1) == labels[here]).sum())
    return right / len(labels)


def _tutorial(digits: Digits) -> _Prepared:
    net = tutorial_net()

    def loss(model: Any, inputs: Any) -> Tensor:
        images, labels = inputs
        return mean_loss(model(views(images)), labels)

    data = UnitData.of_tensors(digits.train_images, digits.train_labels)
    return _Prepared(net, data, loss, lambda: nn.Sequential(nn.Flatten(), *folded(net)))


def _best(digits: Digits) -> _Prepared:
    features = ScatteringFeatures()
    head = nn.Linear(features.size, CLASSES)
    data = UnitData.of_tensors(features.of_views(digits.train_images), digits.train_labels)

    def loss(model: Any, inputs: Any) -> Tensor:
        seen, labels = inputs
        return mean_loss(model(seen.float()), labels)

    return _Prepared(head, data, loss, lambda: OverViews(nn.Sequential(features, head)))
