"""The architecture of a torch net, found by following its own forward."""

from typing import Any

import msgspec
from torch import fx, nn

from grader.architecture import Architecture, Layer
from grader.errors import ExamError


def architecture_of(net: nn.Module, image: tuple[int, int, int]) -> Architecture:
    """Derive layers, activations and poolings, so that the net's class is where they are declared.

    Args:
        net: its forward is a chain of convolutions and linear layers, each followed at most by a
            ReLU and a max pooling.
        image: (channels, height, width).

    Raises:
        ExamError: the net does something that an exam cannot describe.
    """
    graph = fx.symbolic_trace(net)
    modules = dict(graph.named_modules())
    layers: list[Layer] = []
    for node in graph.graph.nodes:
        module = modules[node.target] if node.op == "call_module" else None
        if isinstance(module, nn.Conv2d | nn.Linear):
            layers.append(_layer(node.target, module))
        elif isinstance(module, nn.MaxPool2d):
            layers[-1] = msgspec.structs.replace(layers[-1], pool=_pool(module))
        elif isinstance(module, nn.ReLU) or _called(node) == "relu":
            layers[-1] = msgspec.structs.replace(layers[-1], activation="relu")
        elif not (isinstance(module, nn.Flatten) or _called(node) in _CHANGES_NOTHING):
            raise ExamError(f"A net of an exam cannot contain {node.format_node()}.")
    return Architecture(image, tuple(layers))


_CHANGES_NOTHING = ("placeholder", "output", "flatten", "view", "reshape", "size", "getitem")


def _called(node: fx.Node) -> str:
    """The name of a function or method that is called, else what the node is."""
    if node.op == "call_function":
        return str(getattr(node.target, "__name__", node.target))
    return str(node.target) if node.op == "call_method" else node.op


def _layer(name: str, module: nn.Conv2d | nn.Linear) -> Layer:
    weight, bias = tuple(module.weight.shape), module.bias is not None
    if isinstance(module, nn.Linear):
        return Layer(name, "linear", weight, "none", bias=bias)
    if module.groups != 1 or module.dilation != (1, 1) or module.padding_mode != "zeros":
        raise ExamError(f"{name} is not a plain convolution: {module}")
    stride, padding = _side(name, module.stride), _side(name, module.padding)
    return Layer(name, "conv", weight, "none", bias=bias, stride=stride, padding=padding)


def _pool(module: nn.MaxPool2d) -> int:
    side = _side("pool", module.kernel_size)
    plain = module.dilation == 1 and module.padding == 0 and not module.ceil_mode
    if not plain or _side("pool", module.stride) != side:
        raise ExamError(f"Only max poolings whose stride is their side can be described: {module}")
    return side


def _side(name: str, size: Any) -> int:
    """The side of a square size: `2` and `(2, 2)` alike."""
    sides = set(size) if isinstance(size, tuple) else {size}
    if len(sides) != 1 or not all(isinstance(side, int) for side in sides):
        raise ExamError(f"{name} is not square: {size}")
    return int(sides.pop())
