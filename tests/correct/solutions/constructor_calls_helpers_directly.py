# Trait: The constructor uses the helpers behind the static methods, and keeps the usual attributes.
# Base: named

def fit127(values):
    return 127 / float(np.abs(np.asarray(values)).max())


def quantized_weights(weights):
    scale = fit127(weights)
    return torch.round(weights * scale).clamp(-128, 127), scale


class NetQuantized:
    def __init__(self, source):
        super().__init__()
        source = copy_model(source)
        for name in (*NAMES, "pool"):
            setattr(self, name, getattr(source, name))
        self.input_scale = fit127(source.input_activations)
        running = self.input_scale
        for name in NAMES:
            layer = getattr(self, name)
            running *= layer.weight.scale
            layer.output_scale = fit127(layer.activations) / running
            running *= layer.output_scale

    @staticmethod
    def quantize_initial_input(pixels):
        return fit127(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        running = n_initial_input
        for w, o in ns:
            running *= w * o
        return fit127(activations) / (running * n_w)
