# Mistake: the method is called quantize_input; the constructor uses that name as well.
# Loses: 4.2a
# Named: -
# Base: arrays
# Without: NetQuantized.quantize_initial_input

class NetQuantized:
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        source = copy_model(net_with_weights_quantized)
        for name in LAYERS:
            setattr(self, name, getattr(source, name))
        self.pool = source.pool
        self.input_activations = net_with_weights_quantized.input_activations
        self.input_scale = self.quantize_input(self.input_activations)
        seen = []
        for name in LAYERS:
            layer = getattr(self, name)
            layer.output_scale = self.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, seen
            )
            seen.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def quantize_input(pixels):
        return 127.0 / np.abs(pixels).max()
