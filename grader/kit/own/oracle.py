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
        """Yield what each stage would pass on as real numbers: nothing is rounded or clamped."""
        x: Array = pixels.astype("float64") * self.input_scale
        yield "input", x
        for layer in self.architecture.layers:
            weight, bias = self.weights[layer.name], self.biases.get(layer.name)
            sums = accumulate(layer, x, weight.astype("float64"), bias)
            x = settle(layer, sums) * self.scales[layer.name]
            yield layer.name, x

    def forward(self, pixels: Array) -> Array:
        """The logits as real numbers: what the integers only come near to."""
        *_, (_, logits) = self.trace(pixels)
        return logits
