"""What grading is compared with: the lab's own work on the exam's images, ungraded.

Imports torch, profiles 404 images with each net, quantizes, and measures the three accuracies on
all images. Run as `python plain.py LAB EXAM`: LAB holds the reference's definitions.
"""

import runpy
import sys

import torch
from safetensors.torch import load_file


def main() -> None:
    """Print the three accuracies."""
    lab = runpy.run_path(sys.argv[1])
    exam = sys.argv[2]
    data = load_file(f"{exam}/images.safetensors")

    def batches(images: torch.Tensor, labels: torch.Tensor, size: int) -> list[tuple]:
        pixels = (images.float() / 255 - 0.5) / 0.5
        return list(zip(pixels.split(size), labels.split(size), strict=True))

    calibration = data["calibration"]
    profile = batches(calibration, torch.zeros(len(calibration), dtype=torch.int64), 4)
    evaluate = batches(data["images"], data["labels"], 4)
    accuracies = []
    for name, net, quantized in (
        ("plain", lab["Net"](), lab["NetQuantized"]),
        ("biased", lab["NetWithBias"](), lab["NetQuantizedWithBias"]),
    ):
        weights = load_file(f"{exam}/{name}.safetensors")
        net.load_state_dict({key: weights[key] for key in net.state_dict()})
        lab["register_activation_profiling_hooks"](net)
        lab["test"](net, profile)
        net.profile_activations = False
        integer_weights = lab["copy_model"](net)
        lab["quantize_layer_weights"](integer_weights)
        if name == "plain":
            accuracies.append(lab["test"](integer_weights, evaluate))
        accuracies.append(lab["test"](quantized(integer_weights), evaluate))
    print(*(f"{accuracy:.2f}" for accuracy in accuracies))


if __name__ == "__main__":
    main()
