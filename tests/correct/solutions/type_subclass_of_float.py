# Trait: A small subclass of float carries the name of the layer rule that made it.
# Base: named

class Scale(float):
    """A float that knows where it comes from."""

    def __new__(cls, number, origin="?"):
        self = super().__new__(cls, number)
        self.origin = origin
        return self

    def __deepcopy__(self, memo):
        return Scale(float(self), self.origin)

    def apply(self, tensor):
        return tensor.mul(float(self)).round().clamp(-128, 127)


def quantized_weights(weights):
    scale = Scale(127 / weights.abs().max().item(), "weights")
    return scale.apply(weights), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return Scale(127 / np.abs(pixels).max(), "input")

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        gathered = n_w * n_initial_input
        for pair in ns:
            gathered *= pair[0] * pair[1]
        return Scale(127 / np.abs(activations).max() / gathered, f"output {len(ns)}")

    def forward(self, x):
        apply = Scale.apply
        x = apply(self.input_scale, x)
        x = apply(self.conv1.output_scale, self.pool(F.relu(self.conv1(x))))
        x = apply(self.conv2.output_scale, self.pool(F.relu(self.conv2(x))))
        x = apply(self.fc1.output_scale, F.relu(self.fc1(torch.flatten(x, 1))))
        x = apply(self.fc2.output_scale, F.relu(self.fc2(x)))
        return apply(self.fc3.output_scale, self.fc3(x))
