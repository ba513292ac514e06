# Trait: The scale of a layer's input is found by recursion over the preceding pairs.
# Base: named

def scale_of_input(n_initial_input, ns):
    """The factor on what enters the layer that comes after `ns`."""
    if len(ns) == 0:
        return n_initial_input
    n_w, n_out = ns[-1]
    return scale_of_input(n_initial_input, ns[:-1]) * n_w * n_out


class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        return 127 / np.abs(activations).max() / (scale_of_input(n_initial_input, ns) * n_w)

    def output_of(self, depth, image):
        """The integers that leave layer `depth`; depth 0 is the image itself."""
        if depth == 0:
            return (image * self.input_scale).round().clamp(-128, 127)
        layer = getattr(self, NAMES[depth - 1])
        x = self.output_of(depth - 1, image)
        if isinstance(layer, nn.Conv2d):
            x = self.pool(F.relu(layer(x)))
        else:
            x = layer(x.flatten(1))
            if depth < len(NAMES):
                x = F.relu(x)
        return (x * layer.output_scale).round().clamp(-128, 127)

    def forward(self, x):
        return self.output_of(len(NAMES), x)


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = scale_of_input(n_initial_input, ns) * n_w
        return (bias * scale).round().clamp(-2**31, 2**31 - 1)
