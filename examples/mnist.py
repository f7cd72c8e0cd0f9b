"""The usual first example of private training, made true: MNIST, ε = 1, δ = 1e-5 for each of the 60,000 pictures.

    python examples/mnist.py [--data DIR] [--epochs N] [--examples N] [--seed N]

The lines marked with ← differ from the loop without privacy. Batch size, epochs, learning rate, bound and smoothing are
published constants: they were chosen on the last 10,000 training pictures, never on the test pictures. That is free
because MNIST is public; on private data, trying several and keeping the best is charged (`wuming tune`).
"""

import argparse
import gzip
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from wuming import differential_privacy as dp  # ←
from wuming.datasets import locate


class Net(nn.Module):
    """784-256-128-10 with ReLU."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return [n, 10] scores of pictures [n, 784]."""
        scores: torch.Tensor = self.layers(x)
        return scores


def read(folder: Path, part: str) -> TensorDataset:
    """Return pictures [n, 784] and labels [n]; scaled by published constants, never by statistics of private data."""
    with gzip.open(folder / f"{part}-images-idx3-ubyte.gz") as file:
        pixels = np.frombuffer(file.read(), np.uint8, offset=16)
    with gzip.open(folder / f"{part}-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    pictures = torch.from_numpy(pixels.astype(np.float32)).view(-1, 784)
    return TensorDataset((pictures / 255 - 0.1307) / 0.3081, torch.from_numpy(labels.astype(np.int64)))


def main() -> None:
    """Train, measure on the test pictures, and say what it cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of the four idx.gz files; default: where WUMING_DATA points")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--examples", type=int, default=60_000, help="use only so many; for a quick try")
    parser.add_argument("--batch-size", type=int, default=2048)
    parser.add_argument("--learning-rate", type=float, default=4.0)
    parser.add_argument("--max-grad-norm", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=0, help="of the weights' start alone; it touches no coins or noise")
    chosen = parser.parse_args()
    folder = chosen.data or locate("mnist")
    train_set, test_set = read(folder, "train"), read(folder, "t10k")
    train_set = TensorDataset(*(tensor[: chosen.examples] for tensor in train_set.tensors))
    train_loader = DataLoader(train_set, batch_size=chosen.batch_size, shuffle=True)

    torch.manual_seed(chosen.seed)
    model = Net()
    dp_model = dp.PrivateSGDNet(  # ←
        model, epsilon=1.0, delta=1e-5, train_loader=train_loader, epochs=chosen.epochs,
        population=chosen.examples, max_grad_norm=chosen.max_grad_norm,
    )  # fmt: skip
    optimizer = torch.optim.SGD(dp_model.parameters(), lr=chosen.learning_rate, momentum=0.9)  # ←
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, dp_model.plan.steps)
    for _ in range(chosen.epochs):
        for x, y in dp_model.loader:  # ←
            optimizer.zero_grad()
            # Smoothed labels have no picture push its scores without end: less of the clipped sum is spent on that.
            loss = functional.cross_entropy(dp_model(x), y, label_smoothing=0.1)
            loss.backward()
            optimizer.step()
            schedule.step()

    model.eval()
    with torch.no_grad():
        x, y = test_set.tensors
        accuracy = float((model(x).argmax(1) == y).float().mean())
    print(f"accuracy on the test pictures: {accuracy:.4f}")
    print(dp_model.check_privacy())  # ←


if __name__ == "__main__":
    main()
