# Trait: Each blank is a single return, with math.prod and starred pairs.
# Base: named

from math import prod


q = lambda x, n, top=127: torch.round(x * n).clamp(-top - 1, top)
quantized_weights = lambda weights: (q(weights, n := 127 / weights.abs().max().item()), n)


class NetQuantized:
    quantize_initial_input = staticmethod(lambda pixels: 127 / np.abs(pixels).max())

    quantize_activations = staticmethod(
        lambda activations, n_w, n_initial_input, ns:
        127 / np.abs(activations).max() / prod([n_w, n_initial_input, *(w * o for w, o in ns)]))

    def forward(self, x):
        x = q(x, self.input_scale)
        x = q(self.pool(self.conv1(x)).relu(), self.conv1.output_scale)
        x = q(self.pool(self.conv2(x)).relu(), self.conv2.output_scale)
        x = q(self.fc1(x.flatten(1)).relu(), self.fc1.output_scale)
        x = q(self.fc2(x).relu(), self.fc2.output_scale)
        return q(self.fc3(x), self.fc3.output_scale)


class NetQuantizedWithBias:
    quantized_bias = staticmethod(
        lambda bias, n_w, n_initial_input, ns:
        q(bias, prod([n_w, n_initial_input, *(w * o for w, o in ns)]), 2**31 - 1))
