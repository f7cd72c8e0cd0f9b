"""Scattering transform of images: fixed wavelet features that one image decides alone, so computing them is free.

Convolutions with Morlet wavelets at several scales and angles, moduli, and a local average: what remains varies little
under small shifts and deformations. Nothing is learnt and no statistic of a data set enters.

Legend: N images, H × W pixels, J scales, L angles, C channels, n a position (pixels), ω a frequency (radians a pixel).

Sources: Bruna & Mallat 2013, "Invariant scattering convolution networks", sections 2 and 3 (wavelets, cascade,
Littlewood-Paley condition); Andén & Mallat 2014, "Deep scattering spectrum", for reduced sampling between layers.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from wuming.core.errors import PrivacyParameterError

_CENTRE_FREQUENCY = 3 * math.pi / 4  # of the finest wavelet; each scale halves it (Bruna & Mallat, section 2.1)
_BANDWIDTH = 0.8  # standard deviation in pixels of the finest envelope; each scale doubles it
_PERIODS = 4  # copies on each side that are summed to make a filter periodic; every envelope ends well before


class Scattering(nn.Module):
    """Scattering transform of orders 0, 1 and 2. It has no parameters to train.

    Formal guarantee: each output is a function of one image alone. Where a record is one image, privacy of what is
    learnt from the features is privacy of what is learnt from the images, at the same ε. The filters satisfy
    |φ̂(ω)|² + ½·Σ(|ψ̂(ω)|² + |ψ̂(-ω)|²) ≤ 1 at every ω, so at `full_resolution`, averaged over all cyclic shifts of the
    padded image, 4^J·‖S x‖² ≤ ‖x‖² (before margins are cut off).

    Args:
        height: H, a multiple of 2^scales.
        width: W, a multiple of 2^scales.
        scales: J, at least 1; the average spans about 2^J pixels.
        angles: L, at least 1, spread over half a turn.
        full_resolution: keep every position between layers. Otherwise what a wavelet of scale j gives is kept at every
            2^j-th position, which changes little and takes a fraction of the time.

    Raises:
        PrivacyParameterError: for sizes that do not fit.
    """

    wavelets: Tensor
    rows: Tensor
    columns: Tensor

    def __init__(
        self, height: int, width: int, *, scales: int = 2, angles: int = 8, full_resolution: bool = False
    ) -> None:
        super().__init__()
        if scales < 1 or angles < 1:
            raise PrivacyParameterError(f"scales={scales} and angles={angles} must be at least 1")
        step = 2**scales
        if height < step or width < step or height % step or width % step:
            raise PrivacyParameterError(
                f"height={height}, width={width} must be multiples of {step}, as scales={scales}",
                help="Pad the images first, or take fewer scales.",
            )
        self.height, self.width, self.scales, self.angles = height, width, scales, angles
        self.full_resolution = full_resolution
        wavelets, _ = filter_bank(height + 2 * step, width + 2 * step, scales=scales, angles=angles)
        self.register_buffer("wavelets", wavelets.to(torch.complex64), persistent=False)
        self.register_buffer("rows", averaging(height, scales).float(), persistent=False)
        self.register_buffer("columns", averaging(width, scales).float(), persistent=False)

    @property
    def channels(self) -> int:
        """C: 1 + J·L + L²·J(J-1)/2."""
        return 1 + self.scales * self.angles + self.angles**2 * self.scales * (self.scales - 1) // 2

    def forward(self, images: Tensor) -> Tensor:
        """Return the features.

        Args:
            images: [N, H, W] float. Beyond the border they count as 0, 2^J pixels wide, and repeat from there.

        Returns:
            [N, C, H/2^J, W/2^J]: order 0, then order 1 by (scale, angle), then order 2 by (scales, angles).
        """
        if images.shape[1:] != (self.height, self.width):
            raise PrivacyParameterError(
                f"images have shape {tuple(images.shape)}, not [N, {self.height}, {self.width}]",
                help="Give all images the size that the transform was built for.",
            )
        margin = 2**self.scales
        padded = nn.functional.pad(images, (margin, margin, margin, margin)).unsqueeze(1)
        spectrum = torch.fft.fft2(padded)
        first, second = [], []
        for scale in range(self.scales):
            inner, level = self._modulus(spectrum, scale, 0)
            first.append(self._averaged(inner, level))
            inner_spectrum = torch.fft.fft2(inner).unsqueeze(2) if scale + 1 < self.scales else inner
            for outer_scale in range(scale + 1, self.scales):
                outer, reached = self._modulus(inner_spectrum, outer_scale, level)
                second.append(self._averaged(outer.flatten(1, 2), reached))
        return torch.cat([self._averaged(padded, 0), *first, *second], dim=1)

    def _modulus(self, spectrum: Tensor, scale: int, level: int) -> tuple[Tensor, int]:
        """Return |x * ψ| for every angle of a scale, and its level.

        Args:
            spectrum: [..., 1, h, w] complex, of a signal x kept at every 2^level-th position.
            scale: j of the wavelets.
            level: see above; the result, [..., L, h', w'], is at level `scale`, or 0 at full resolution.
        """
        reached = level if self.full_resolution else scale
        filters = _folded(self.wavelets[scale], 2**level) * 4**level  # the wavelets at the positions that are kept
        step = 2 ** (reached - level)
        if step == 1:
            return torch.fft.ifft2(spectrum * filters).abs(), reached
        # Product and fold at once: the product alone, every angle of every angle, would not fit the cache.
        parts = zip(_tiles(spectrum, step), _tiles(filters, step), strict=True)
        value, weight = next(parts)
        total = value * weight
        for value, weight in parts:
            total.addcmul_(value, weight)
        return torch.fft.ifft2(total).abs().div_(step**2), reached

    def _averaged(self, signal: Tensor, level: int) -> Tensor:
        """Return x * φ [..., H/2^J, W/2^J] at every 2^J-th pixel, of a signal x kept at every 2^level-th."""
        step = 2**level
        result: Tensor = (step * self.rows[:, ::step]) @ signal @ (step * self.columns[:, ::step]).T
        return result


def averaging(size: int, scales: int) -> Tensor:
    """Return φ along one axis as a matrix [size/2^J, size + 2·2^J] from padded pixels to every 2^J-th pixel."""
    margin = 2**scales
    padded = size + 2 * margin
    kernel = _gaussian(padded, _BANDWIDTH * 2 ** (scales - 1))
    places = margin + torch.arange(0, size, margin)
    return kernel[(torch.arange(padded)[None, :] - places[:, None]) % padded]


def filter_bank(height: int, width: int, *, scales: int, angles: int) -> tuple[Tensor, Tensor]:
    """Return the Fourier transforms of the wavelets ψ and of the average φ, periodic in height and width.

    ψ of scale j and angle θ is a Gaussian of standard deviation 0.8·2^j along θ, and L/4 times that across, times a
    wave of frequency (3π/4)/2^j along θ, less a multiple of the Gaussian that makes its mean 0 (Morlet). φ is a round
    Gaussian of standard deviation 0.8·2^(J-1), of sum 1. One factor for all ψ makes
    |φ̂(ω)|² + ½·Σ(|ψ̂(ω)|² + |ψ̂(-ω)|²) at most 1.

    Returns:
        ψ̂ [J, L, height, width] and φ̂ [height, width], both real, float64.
    """
    spread, across = _BANDWIDTH * 2 ** (scales - 1), max(1.0, angles / 4)
    average = torch.fft.fft2(_gaussian(height, spread)[:, None] * _gaussian(width, spread)[None, :]).real
    wavelets = torch.stack(
        [
            torch.stack(
                [
                    _wavelet(height, width, _BANDWIDTH * 2**j, across, math.pi * k / angles, _CENTRE_FREQUENCY / 2**j)
                    for k in range(angles)
                ]
            )
            for j in range(scales)
        ]
    )
    energy = wavelets.square().sum((0, 1))
    mirrored = energy.flip(0, 1).roll((1, 1), (0, 1))
    room = (1 - average.square()).clamp(min=0)
    load = 0.5 * (energy + mirrored)
    # Where the load is rounding error (at ω = 0, where both it and the room vanish) it says nothing about the factor.
    filled = load > 1e-9 * load.max()
    factor = (room[filled] / load[filled]).min().sqrt()
    return wavelets * factor, average


def _wavelet(height: int, width: int, spread: float, across: float, angle: float, frequency: float) -> Tensor:
    """Return the transform [height, width] of one Morlet wavelet; real, as ψ(-n) is the conjugate of ψ(n)."""
    wave = torch.fft.fft2(_morlet(height, width, spread, across, angle, frequency)).real
    envelope = torch.fft.fft2(_morlet(height, width, spread, across, angle, 0.0)).real
    result: Tensor = wave - (wave[0, 0] / envelope[0, 0]) * envelope
    return result


def _morlet(height: int, width: int, spread: float, across: float, angle: float, frequency: float) -> Tensor:
    """Return a Gaussian times a wave, [height, width] complex, periodic, of unit sum where the frequency is 0."""
    copies = range(-_PERIODS, _PERIODS + 1)
    total = torch.zeros(height, width, dtype=torch.complex128)
    for shift_rows in copies:
        for shift_columns in copies:
            rows = torch.arange(height, dtype=torch.float64)[:, None] + shift_rows * height
            columns = torch.arange(width, dtype=torch.float64)[None, :] + shift_columns * width
            along = columns * math.cos(angle) + rows * math.sin(angle)
            aside = rows * math.cos(angle) - columns * math.sin(angle)
            envelope = torch.exp(-(along.square() + (aside / across).square()) / (2 * spread**2))
            total += envelope * torch.exp(1j * frequency * along)
    return total / (2 * math.pi * spread**2 * across)


def _gaussian(size: int, spread: float) -> Tensor:
    """Return a Gaussian [size] around 0, periodic, of sum 1."""
    places = torch.arange(size, dtype=torch.float64)[:, None] + size * torch.arange(-_PERIODS, _PERIODS + 1)
    values = torch.exp(-places.square() / (2 * spread**2)).sum(1)
    result: Tensor = values / values.sum()
    return result


def _tiles(spectrum: Tensor, step: int) -> list[Tensor]:
    """Return the step² tiles [..., h/step, w/step] whose sum is step² times the spectrum of every step-th position."""
    return [tile for band in spectrum.chunk(step, -2) for tile in band.chunk(step, -1)]


def _folded(spectrum: Tensor, step: int) -> Tensor:
    """Return the spectrum of every step-th position of the signal whose spectrum [..., h, w] is given."""
    return torch.stack(_tiles(spectrum, step)).mean(0)
