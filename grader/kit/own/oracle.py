"""What the lab itself gives: the products of a layer, ReLU and pooling, as `Net.forward` has them.

Nothing is scaled to integers here, rounded or clamped: that is what the lab asks for.
"""

from collections.abc import Iterator

from grader.oracle import Array, accumulate, settle
from grader.oracle import QuantizedNet as House


class QuantizedNet(House):
    """An int8 net: everything that decides its output.

    `weights`, `biases` and `scales` are by layer; weights and biases are integers.
    """

    def trace(self, pixels: Array) -> Iterator[tuple[str, Array]]:
        """Yield what goes from layer to layer in the lab's float net with these weights.

        No scale is applied: a net without biases becomes another multiple of itself by them.
        """
        x: Array = pixels.astype("float64")
        yield "input", x
        for layer in self.architecture.layers:
            weight, bias = self.weights[layer.name], self.biases.get(layer.name)
            x = settle(layer, accumulate(layer, x, weight.astype("float64"), bias))
            yield layer.name, x

    def forward(self, pixels: Array) -> Array:
        """The logits of that float net, which vary as those of the right integers nearly do."""
        *_, (_, logits) = self.trace(pixels)
        return logits
