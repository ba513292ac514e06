"""The layers of a net, as the exam's manifest tells them.

Oracle, checks and reports read the architecture from here, so that another net is another exam
and no change of code.
"""

from typing import Literal

import msgspec


class Layer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One convolutional or fully-connected layer and what follows it before the next one."""

    name: str
    """The attribute of the module, such as `conv1`."""
    kind: Literal["conv", "linear"]
    weight: tuple[int, ...]
    """(out, in, height, width) of a convolution, (out, in) of a linear layer."""
    activation: Literal["relu", "none"]
    pool: int = 0
    """Side and stride of the max pooling after the activation; 0: none."""
    bias: bool = False
    stride: int = 1
    padding: int = 0


class Architecture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A net: its input and its layers in order. The first linear layer flattens its input."""

    input: tuple[int, int, int]
    """(channels, height, width) of one image."""
    layers: tuple[Layer, ...]

    def layer(self, name: str) -> Layer:
        """The layer of this name.

        Raises:
            KeyError: there is none.
        """
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The layers' names, in order."""
        return tuple(layer.name for layer in self.layers)
