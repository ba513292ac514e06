"""Train the float nets of the exams: `python reference/nets/train.py cifar10 --data DIR`.

Writes DATASET.safetensors (the lab's `Net`) and DATASET_with_bias.safetensors (`NetWithBias`)
beside this file, and prints their accuracy on the test set. `--nets FOLDER` trains the two classes
of FOLDER/nets.py in place of the lab's, and writes there.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from grader.exam import datasets  # noqa: E402
from grader.exam.lab import NETS, net_classes  # noqa: E402
from grader.exam.load import pixels  # noqa: E402

DRAWN = (1, 20_000, 10_000)
"""Seed, training images and test images of the drawn shapes."""


@dataclass(frozen=True)
class Recipe:
    """Stochastic gradient descent with momentum 0.9; the rate drops once, near the plateau."""

    batch: int
    rates: tuple[float, ...]
    """One for each epoch."""
    seed: int
    """Of the weights at the start and of the order of the images."""


RECIPES = {
    "cifar10": Recipe(128, 6 * (0.02,) + 2 * (0.004,), seed=0),
    "shapes10": Recipe(64, 6 * (0.02,) + 3 * (0.004,), seed=2),
}


def tensors(split: datasets.Split) -> tuple[torch.Tensor, torch.Tensor]:
    """All images (n, 3, 32, 32), normalised, and their labels (n,)."""
    images = split.images(np.arange(len(split.labels)))
    return torch.from_numpy(pixels(images)), torch.from_numpy(split.labels)


def train(net: nn.Module, recipe: Recipe, images: torch.Tensor, labels: torch.Tensor) -> None:
    """Train a net in place."""
    optimizer = torch.optim.SGD(net.parameters(), momentum=0.9)
    for epoch, rate in enumerate(recipe.rates):
        optimizer.param_groups[0]["lr"] = rate
        total = 0.0
        for chosen in torch.randperm(len(labels)).split(recipe.batch):
            optimizer.zero_grad()
            loss = functional.cross_entropy(net(images[chosen]), labels[chosen])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
        print(f"  epoch {epoch + 1}: loss {total / len(labels):.3f}", flush=True)  # noqa: T201


def accuracy(net: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    """Percentage of right predictions."""
    with torch.no_grad():
        predictions = torch.cat([net(batch).argmax(dim=1) for batch in images.split(250)])
    return 100 * (predictions == labels).double().mean().item()


def main() -> None:
    """Train both nets for a data set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", choices=RECIPES)
    parser.add_argument("--data", type=Path, help="where CIFAR-10 lies; downloaded if not given")
    parser.add_argument("--nets", type=Path, help="a folder with the nets.py of other nets")
    parser.add_argument("--seed", type=int, help="in place of the recipe's")
    options = parser.parse_args()
    if options.dataset == "cifar10":
        data = datasets.cifar10(options.data)
    else:
        data = datasets.drawn(*DRAWN)
    torch.set_num_threads(1)  # the same sums however many cores there are
    classes, recipe = net_classes(options.nets), RECIPES[options.dataset]
    images, labels = tensors(data.train)
    test = tensors(data.test)
    for kind, suffix in zip(NETS, ("", "_with_bias"), strict=True):
        name = options.dataset + suffix
        torch.manual_seed(recipe.seed if options.seed is None else options.seed)
        net = classes[kind]().cpu()
        train(net, recipe, images, labels)
        found = accuracy(net, *test)
        print(f"{name}: {found:.2f} % of {len(test[1]):,} test images", flush=True)  # noqa: T201
        metadata = {"classes": " ".join(data.classes), "accuracy": f"{found:.2f}"}
        save_file(net.state_dict(), (options.nets or HERE) / f"{name}.safetensors", metadata)


if __name__ == "__main__":
    main()
