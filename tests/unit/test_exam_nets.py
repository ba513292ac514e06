"""The trained nets: what they know, and what quantization costs them."""

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from grader.exam import pixels, shapes10
from grader.exam.lab import REFERENCE, definitions
from tests.fixed_slice import some

Images = tuple[torch.Tensor, torch.Tensor]
Range = Callable[[Any], float]
NETS = {
    "shapes10": ("Net", "NetQuantized"),
    "shapes10_with_bias": ("NetWithBias", "NetQuantizedWithBias"),
}


@pytest.fixture(scope="module")
def unseen() -> Images:
    """Drawn images that no net was trained on."""
    images, labels = shapes10.draw(10_000, 99)
    return torch.from_numpy(pixels(images)), torch.from_numpy(labels)


@pytest.fixture
def lab() -> dict[str, Any]:
    return definitions(
        "NetQuantizedWithBias",
        "NetWithBias",
        "register_activation_profiling_hooks",
        "quantize_layer_weights",
        "test",
    )


def largest(values: Any) -> float:
    return float(abs(values).max())


def three_sigma(values: Any) -> float:
    return float(max(abs(values.mean() - 3 * values.std()), abs(values.mean() + 3 * values.std())))


def trained(lab: dict[str, Any], name: str) -> Any:
    net = lab[NETS[name][0]]()
    net.load_state_dict(load_file(REFERENCE / "nets" / f"{name}.safetensors"))
    return net


def accuracy(net: Any, images: Images) -> float:
    with torch.no_grad():
        found = torch.cat([net(batch).argmax(dim=1) for batch in images[0].split(250)])
    return 100 * (found == images[1]).double().mean().item()


def quantized(lab: dict[str, Any], name: str, reach: Range, bits: int = 8) -> Any:
    """The lab's quantized net with other ranges and fewer bits."""
    top = 2 ** (bits - 1) - 1
    net = trained(lab, name)
    lab["register_activation_profiling_hooks"](net)
    batches = torch.from_numpy(pixels(shapes10.draw(404, 98)[0])).split(4)
    lab["test"](net, [(batch, torch.zeros(4)) for batch in batches])
    net.profile_activations = False

    def weights(values: torch.Tensor) -> tuple[torch.Tensor, float]:
        scale = top / reach(values)
        return (values * scale).round().clamp(-top - 1, top), scale

    def activations(values: Any, n_w: float, n_input: float, ns: Any) -> float:
        return float(top / reach(values) / (n_w * n_input * np.prod(ns)))

    lab["quantized_weights"] = weights
    lab["NetQuantized"].quantize_activations = staticmethod(activations)
    lab["quantize_layer_weights"](net)
    return lab[NETS[name][1]](net)


@pytest.mark.parametrize("name", NETS)
def test_the_float_net_knows_most_drawings_but_not_all(
    lab: dict[str, Any], unseen: Images, name: str
) -> None:
    assert 80 <= accuracy(trained(lab, name), unseen) <= 95


@pytest.mark.parametrize(
    ("name", "reach"),
    some(
        [("shapes10_with_bias", three_sigma)],
        product(NETS, (largest, three_sigma)),
    ),
)
def test_a_sound_range_costs_less_than_half_a_point(
    lab: dict[str, Any], unseen: Images, name: str, reach: Range
) -> None:
    before = accuracy(trained(lab, name), unseen)
    assert before - accuracy(quantized(lab, name, reach), unseen) < 0.5


def test_bits_matter(lab: dict[str, Any], unseen: Images) -> None:
    some = (unseen[0][:2000], unseen[1][:2000])
    eight, four, three, two = (
        accuracy(quantized(lab, "shapes10", largest, bits), some) for bits in (8, 4, 3, 2)
    )
    assert eight - four > 2
    assert four - three > 10
    assert two < 20


def test_the_card_tells_each_nets_accuracy() -> None:
    card = (REFERENCE / "nets" / "README.md").read_text(encoding="utf-8")
    for path in (REFERENCE / "nets").glob("*.safetensors"):
        told = re.search(rf"`{path.name}` .* ([\d.]+) % of 10,000", card)
        assert told
        assert told[1].encode() in path.read_bytes()[:1000]  # the metadata's
