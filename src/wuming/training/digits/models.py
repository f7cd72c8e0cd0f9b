"""Models for 28 × 28 digits that waste little of a clipped gradient: views, fixed projections, scattering features.

All that is fixed here is a public constant or a function of one image alone. `mnist.py` says what it is good for.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from wuming.training.digits.scattering import Scattering

SIDE, CLASSES = 28, 10
SHIFTS = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))
_BLOB = 6.0  # standard deviation in pixels of the blob that images are projected off
_FEATURE_BLOB = 3.0  # the same for scattering features, in their positions (4 pixels apart)
_GROUPS = 27  # of three scattering channels each
_AT_ONCE = 1000  # images whose views are scattered before they are stored
_SCATTERED = 16  # images scattered at once: their second order fits the processor's cache


def views(images: Tensor) -> Tensor:
    """Return each image [n, 28, 28] and its shifts by one pixel to four sides, 0 moving in: [n, 5, 784]."""
    padded = functional.pad(images, (1, 1, 1, 1))
    shifted = [padded[:, 1 + r : 1 + r + SIDE, 1 + c : 1 + c + SIDE] for r, c in SHIFTS]
    return torch.stack(shifted, dim=1).flatten(2)


def mean_loss(scores: Tensor, labels: Tensor) -> Tensor:
    """Return the mean cross-entropy over each record's views: scores [n, v, 10], labels [n] → [n]."""
    repeated = labels.unsqueeze(1).expand(-1, scores.shape[1])
    return functional.cross_entropy(scores.transpose(1, 2), repeated, reduction="none").mean(1)


class ProjectedOff(nn.Module):
    """Removes one fixed direction: x ↦ x - (x·d)d.

    Args:
        direction: [n]; scaled to norm 1 here.
    """

    direction: Tensor

    def __init__(self, direction: Tensor) -> None:
        super().__init__()
        self.register_buffer("direction", direction / direction.norm())

    def forward(self, values: Tensor) -> Tensor:
        """Return the projection of values [..., n]."""
        return values - (values @ self.direction).unsqueeze(-1) * self.direction


def folded(net: nn.Sequential) -> nn.Sequential:
    """Return the net without its projections, each taken into the linear layer behind it: W(I - ddᵀ)."""
    layers: list[nn.Module] = []
    direction: Tensor | None = None
    for layer in net:
        if isinstance(layer, ProjectedOff):
            direction = layer.direction
        elif isinstance(layer, nn.Linear):
            plain = nn.Linear(layer.in_features, layer.out_features)
            with torch.no_grad():
                off = 0.0 if direction is None else torch.outer(layer.weight @ direction, direction)
                plain.weight.copy_(layer.weight - off)
                plain.bias.copy_(layer.bias)
            layers.append(plain)
            direction = None
        else:
            layers.append(layer)
    return nn.Sequential(*layers)


def tutorial_net() -> nn.Sequential:
    """Return 784-256-128-10 with ReLU, centred before each layer; `folded` takes the centring out again.

    The first layer starts as random wavelets (`wavelet_rows`), the rest as PyTorch starts it.
    """
    first = nn.Linear(SIDE**2, 256)
    with torch.no_grad():
        # Rows as long as PyTorch's own usually are: √784 numbers of standard deviation 1/√(3·784).
        first.weight.copy_(wavelet_rows(256) / math.sqrt(3))
    return nn.Sequential(
        ProjectedOff(_blob(torch.arange(SIDE) - (SIDE - 1) / 2, _BLOB).flatten()),
        first,
        nn.ReLU(),
        ProjectedOff(torch.ones(256)),
        nn.Linear(256, 128),
        nn.ReLU(),
        ProjectedOff(torch.ones(128)),
        nn.Linear(128, CLASSES),
    )


def wavelet_rows(count: int) -> Tensor:
    """Return random Gabor wavelets [count, 784] of norm 1, from PyTorch's generator: an initialisation, nothing more.

    Places are normal around the middle of the field, standard deviation 5 pixels, at most 9 off; envelopes are 2.1 to
    3.9 pixels wide; frequencies 0.25 to 0.75 radians a pixel; angles and phases are uniform. About the width of a
    stroke, so that the first hidden layer is of use before it has learnt anything.

    Source: Gabor-like first layers, as in Jarrett et al. 2009, "What is the best multi-stage architecture for object
    recognition?"
    """
    rows, columns = (5 * torch.randn(2, count, 1, 1)).clamp(-9, 9)
    angle, phase, frequency, spread = torch.rand(4, count, 1, 1)
    places = torch.arange(SIDE) - (SIDE - 1) / 2
    down, right = places[:, None] - rows, places[None, :] - columns
    along = right * torch.cos(math.pi * angle) + down * torch.sin(math.pi * angle)
    envelope = torch.exp(-(down.square() + right.square()) / (2 * (2.1 + 1.8 * spread).square()))
    wave = torch.cos((0.25 + 0.5 * frequency) * along + 2 * math.pi * phase)
    return functional.normalize((envelope * wave).flatten(1), dim=1)


class ScatteringFeatures(nn.Module):
    """Scattering features of a digit: normalised within each group of channels, then to norm 1, then centred.

    All of it is done image by image. The direction that is projected off is the same blob in every channel, in the
    middle of the field, less its mean.
    """

    def __init__(self) -> None:
        super().__init__()
        self.transform = Scattering(SIDE, SIDE)
        step = 2**self.transform.scales
        places = torch.arange(0, SIDE, step) - (SIDE - 1) / 2
        blob = _blob(places / step, _FEATURE_BLOB)
        self.centred = ProjectedOff((blob - blob.mean()).expand(self.transform.channels, -1, -1).flatten())
        self.size = self.transform.channels * blob.numel()

    def forward(self, images: Tensor) -> Tensor:
        """Return [n, 3969] of images [n, 28, 28]."""
        features = images.new_empty(len(images), self.size)
        with torch.no_grad():
            for begin in range(0, len(images), _SCATTERED):
                here = slice(begin, begin + _SCATTERED)
                grouped = functional.group_norm(self.transform(images[here]), _GROUPS)
                features[here] = self.centred(functional.normalize(grouped.flatten(1), dim=1))
        return features

    def of_views(self, images: Tensor) -> Tensor:
        """Return [n, 5, 3969] float16 (half the memory; a feature's error is below 0.1%) of each image's `views`."""
        found = images.new_empty(len(images), len(SHIFTS), self.size, dtype=torch.float16)
        for begin in range(0, len(images), _AT_ONCE):
            here = slice(begin, begin + _AT_ONCE)
            found[here] = self(views(images[here]).view(-1, SIDE, SIDE)).view(-1, len(SHIFTS), self.size)
        return found


class OverViews(nn.Module):
    """Scores an image by the mean of its views' scores.

    Args:
        classifier: [n, 28, 28] → [n, 10].
    """

    def __init__(self, classifier: nn.Module) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, images: Tensor) -> Tensor:
        """Return [n, 10] scores of images [n, 28, 28]."""
        scores: Tensor = self.classifier(views(images).view(-1, SIDE, SIDE))
        return scores.view(len(images), len(SHIFTS), -1).mean(1)


def _blob(places: Tensor, spread: float) -> Tensor:
    """Return a round Gaussian [n, n] over places [n]."""
    profile = torch.exp(-places.square() / (2 * spread**2))
    return torch.outer(profile, profile)
