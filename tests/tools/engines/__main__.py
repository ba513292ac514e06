"""Do engines of libraries compute the lab's own net as the lab does, bit for bit?

Each layer is given the integers that the lab's arithmetic gives it, and its result is held against
the lab's. Prints how many values differ. Engines but torch's own are no part of the environment:

    pip install --target TOOLS --no-deps onnx==1.22.0 onnxruntime==1.32.0 openvino==2026.4.1 \
        openvino-telemetry ml-dtypes flatbuffers protobuf ai-edge-litert==2.3.0 \
        executorch==1.5.1 torchao==0.18.0 pytorch-tokenizers tabulate pandas ruamel.yaml
    PYTHONPATH=TOOLS:. python -m tests.tools.engines torch onnx litert executorch
"""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Any

import numpy as np

from grader.architecture import Layer
from tests.tools.engines.given import layers

ENGINES = ("torch", "onnx", "litert", "executorch")


def settled(layer: Layer, y: Any) -> Any:
    """ReLU and pooling, which change places with rounding."""
    if layer.activation == "relu":
        y = np.maximum(y, 0)
    if layer.pool:
        n, channels, height, width = y.shape
        side = layer.pool
        y = y.reshape(n, channels, height // side, side, width // side, side).max((3, 5))
    return y


def main() -> None:
    """Print a line for each way of the engines that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("engines", nargs="*", choices=ENGINES, default=["torch"])
    ways = {
        name: way
        for engine in parser.parse_args().engines
        for name, way in import_module(f"tests.tools.engines.by_{engine}").WAYS.items()
    }
    off: dict[str, list[Any]] = {name: [] for name in ways}
    for given, right in layers():
        for name, way in ways.items():
            made = settled(given.layer, np.asarray(way(given)).astype(np.int16))
            off[name].append((made.reshape(right.shape) - right).ravel())
    for name, parts in off.items():
        every = np.concatenate(parts)
        wrong = [f"{int((part != 0).sum())}" for part in parts]
        print(f"{name}: {int((every != 0).sum())} of {every.size} differ", end="")
        print(f", by at most {int(np.abs(every).max())} (by layer: {', '.join(wrong)})")


if __name__ == "__main__":
    main()
