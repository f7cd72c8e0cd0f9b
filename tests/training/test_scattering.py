"""The scattering transform against its plain definition, and the properties that it is made for."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import PrivacyParameterError
from wuming.training.digits.scattering import Scattering, filter_bank


def _images(seed: int, count: int, size: int) -> torch.Tensor:
    return torch.rand(count, size, size, generator=torch.Generator().manual_seed(seed))


def _digit_like(size: int) -> torch.Tensor:
    """A smooth stroke in the middle of an empty field."""
    places = torch.arange(size, dtype=torch.float32) - (size - 1) / 2
    radius = (places[:, None].square() + places[None, :].square()).sqrt()
    stroke = torch.exp(-(radius - size / 5).square() / 2) * (places[None, :] > -size / 8)
    return stroke.unsqueeze(0)


def _periodic(size: int, value: object) -> np.ndarray:
    """Sum copies of a function of (row, column) over periods, far enough."""
    total = np.zeros((size, size), dtype=complex)
    for r in range(size):
        for c in range(size):
            for a in range(-3, 4):
                for b in range(-3, 4):
                    total[r, c] += value(r + a * size, c + b * size)  # type: ignore[operator]
    return total


def _convolved(signal: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Cyclic convolution by its definition."""
    size = len(signal)
    result = np.zeros((size, size), dtype=complex)
    for r in range(size):
        for c in range(size):
            result += signal[r, c] * np.roll(kernel, (r, c), (0, 1))
    return result


def _plain_filters(size: int, scales: int, angles: int) -> tuple[list[list[np.ndarray]], np.ndarray]:
    across = max(1.0, angles / 4)
    wavelets: list[list[np.ndarray]] = []
    for j in range(scales):
        spread, frequency = 0.8 * 2**j, 3 * math.pi / 4 / 2**j
        row = []
        for k in range(angles):
            cosine, sine = math.cos(math.pi * k / angles), math.sin(math.pi * k / angles)

            def envelope(r: float, c: float, s: float = spread, co: float = cosine, si: float = sine) -> float:
                along, aside = c * co + r * si, r * co - c * si
                return math.exp(-(along**2 + (aside / across) ** 2) / (2 * s * s)) / (2 * math.pi * s * s * across)

            def wave(r: float, c: float, f: float = frequency, co: float = cosine, si: float = sine) -> complex:
                return complex(np.exp(1j * f * (c * co + r * si)))

            oscillating = _periodic(size, lambda r, c, e=envelope, w=wave: e(r, c) * w(r, c))
            plain = _periodic(size, envelope)
            row.append(oscillating - oscillating.sum() / plain.sum() * plain)
        wavelets.append(row)
    spread = 0.8 * 2 ** (scales - 1)
    average = _periodic(size, lambda r, c: math.exp(-(r * r + c * c) / (2 * spread**2)))
    average = average / average.sum()
    load, room = np.zeros((size, size)), 1 - np.abs(np.fft.fft2(average)) ** 2
    for row in wavelets:
        for kernel in row:
            energy = np.abs(np.fft.fft2(kernel)) ** 2
            load += 0.5 * (energy + np.roll(energy[::-1, ::-1], (1, 1), (0, 1)))
    factor = math.sqrt(min(room[r, c] / load[r, c] for r in range(size) for c in range(size) if (r, c) != (0, 0)))
    return [[kernel * factor for kernel in row] for row in wavelets], average


def _plain_scattering(image: np.ndarray, scales: int, angles: int) -> np.ndarray:
    """|| x * ψ | * ψ' | * φ at every 2^J-th pixel, all at full resolution."""
    step = 2**scales
    padded = np.pad(image, step)
    wavelets, average = _plain_filters(len(padded), scales, angles)
    first, second = [], []
    for j in range(scales):
        inner = [np.abs(_convolved(padded, kernel)) for kernel in wavelets[j]]
        first += inner
        second += [np.abs(_convolved(u, k)) for later in range(j + 1, scales) for u in inner for k in wavelets[later]]
    kept = slice(step, len(padded) - step, step)
    return np.stack([_convolved(signal, average).real[kept, kept] for signal in [padded, *first, *second]])


def test_equals_the_plain_definition() -> None:
    image = _images(1, 1, 8)
    expected = _plain_scattering(image[0].double().numpy(), 2, 2)
    found = Scattering(8, 8, scales=2, angles=2, full_resolution=True)(image)[0].numpy()
    assert found.shape == expected.shape == (9, 2, 2)
    assert np.abs(found - expected).max() <= 1e-6
    # A twin that averages before the modulus instead of after it is told apart.
    assert np.abs(found[1:] - np.abs(expected[0])).max() > 1e-2


@pytest.mark.parametrize("scales", [1, 2, 3])
def test_reduced_sampling_changes_little(scales: int) -> None:
    image = _digit_like(32)
    full = Scattering(32, 32, scales=scales, full_resolution=True)
    reduced = Scattering(32, 32, scales=scales)
    assert reduced.channels == full.channels == full(image).shape[1]
    difference = (full(image) - reduced(image)).norm() / full(image).norm()
    assert difference <= 0.01


def test_shape_for_digits() -> None:
    assert Scattering(28, 28)(_images(2, 3, 28)).shape == (3, 81, 7, 7)


def test_each_image_by_itself() -> None:
    """No output depends on another image: this is what makes the features free."""
    transform, images = Scattering(16, 16), _images(3, 5, 16)
    alone = torch.cat([transform(image.unsqueeze(0)) for image in images])
    assert (transform(images) - alone).abs().max() <= 1e-6


@pytest.mark.parametrize(("height", "width", "scales", "angles"), [(36, 36, 2, 8), (24, 40, 3, 4), (12, 12, 1, 3)])
def test_littlewood_paley(height: int, width: int, scales: int, angles: int) -> None:
    wavelets, average = filter_bank(height, width, scales=scales, angles=angles)
    energy = wavelets.square().sum((0, 1))
    load = average.square() + 0.5 * (energy + energy.flip(0, 1).roll((1, 1), (0, 1)))
    assert load.max() <= 1 + 1e-9
    assert load.max() >= 1 - 1e-9  # as loud as the condition lets it be
    assert wavelets[..., 0, 0].abs().max() <= 1e-12  # a constant image has no order 1
    assert average[0, 0] == pytest.approx(1)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10**6))
def test_energy_over_all_shifts_is_bounded(seed: int) -> None:
    """Averaged over cyclic shifts, features carry no more energy than the image (padded as a torus by hand)."""
    size, scales = 8, 1
    image = _images(seed, 1, size)[0] - 0.5
    transform = Scattering(size, size, scales=scales, angles=4, full_resolution=True)
    # An image in the middle of its margin: shifts by less than the margin lose nothing, so take them all.
    step = 2**scales
    inside = torch.zeros(size, size)
    inside[2:6, 2:6] = image[2:6, 2:6]
    energy = []
    for rows in range(step):
        for columns in range(step):
            shifted = inside.roll((rows, columns), (0, 1))
            energy.append(float(transform(shifted.unsqueeze(0)).square().sum()))
    assert step**2 * sum(energy) / len(energy) <= float(inside.square().sum()) * (1 + 1e-6)


def test_near_invariance_to_small_shifts() -> None:
    image = _digit_like(28)
    moved = image.roll(1, 2)
    transform = Scattering(28, 28)
    pixels = (image - moved).norm() / image.norm()
    features = (transform(image) - transform(moved)).norm() / transform(image).norm()
    assert features < 0.6 * pixels


def test_turning_the_image_turns_the_angles() -> None:
    """A quarter turn permutes angles: channels are where they are said to be."""
    size = 16
    image = _digit_like(size) * torch.linspace(0.2, 1, size)
    transform = Scattering(size, size, scales=1, angles=4, full_resolution=True)
    margin = transform(image)[0, 1:].square().sum((1, 2))
    turned = transform(image.transpose(1, 2))[0, 1:].square().sum((1, 2))
    # Transposing exchanges rows and columns: angle t becomes 90° - t, the mirror wave has the same modulus.
    assert torch.allclose(turned, margin[[2, 1, 0, 3]], rtol=1e-4)
    assert not torch.allclose(turned, margin, rtol=1e-2)


@pytest.mark.parametrize("arguments", [(27, 28, 2, 8), (28, 30, 2, 8), (28, 28, 0, 8), (28, 28, 2, 0), (4, 8, 3, 8)])
def test_sizes_that_do_not_fit(arguments: tuple[int, int, int, int]) -> None:
    height, width, scales, angles = arguments
    with pytest.raises(PrivacyParameterError):
        Scattering(height, width, scales=scales, angles=angles)


def test_images_of_another_size() -> None:
    with pytest.raises(PrivacyParameterError, match="shape"):
        Scattering(8, 8)(torch.zeros(1, 12, 12))
