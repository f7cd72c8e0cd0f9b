"""Generated digits, for those who do not have MNIST: ten smooth shapes, shifted, scaled and noised."""

from __future__ import annotations

import torch
from torch.nn import functional

from wuming.training.digits.data import Digits


def generated_digits(train: int, test: int, *, seed: int = 0) -> Digits:
    """Return images [n, 28, 28] in [0, 1] of ten classes, as many of each as chance gives.

    Args:
        train, test: numbers of images.
        seed: of everything; nothing here protects anybody.
    """
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn(10, 1, 7, 7, generator=generator)
    shapes = functional.interpolate(coarse, size=(24, 24), mode="bicubic").clamp(min=0)
    shapes = functional.pad(shapes / shapes.amax(dim=(2, 3), keepdim=True), (2, 2, 2, 2))[:, 0]

    def draw(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        labels = torch.randint(0, 10, (count,), generator=generator)
        down, right = torch.randint(-2, 3, (2, count), generator=generator)
        strength = 0.6 + 0.4 * torch.rand(count, 1, 1, generator=generator)
        images = torch.stack(
            [
                torch.roll(shapes[label], (int(d), int(r)), (0, 1))
                for label, d, r in zip(labels.tolist(), down, right, strict=True)
            ]
        )
        noise = 0.25 * torch.randn(count, 28, 28, generator=generator)
        return (images * strength + noise).clamp(0, 1), labels

    train_images, train_labels = draw(train)
    test_images, test_labels = draw(test)
    return Digits(train_images, train_labels, test_images, test_labels)
