# Trait: NetQuantized quantizes a bias where there is one, and Question 5's class only inherits.
# Base: named
# Without: NetQuantizedWithBias

class NetQuantized:
    def __init__(self, source):
        super().__init__()
        source = copy_model(source)
        for name in (*NAMES, "pool"):
            setattr(self, name, getattr(source, name))
        self.input_scale = self.quantize_initial_input(source.input_activations)
        done = []
        for name in NAMES:
            layer = getattr(self, name)
            if name == "fc3" and layer.bias is not None:
                layer.bias.data = self.quantized_bias(
                    layer.bias.data, layer.weight.scale, self.input_scale, done)
            layer.output_scale = self.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, done)
            done.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for w, o in ns:
            carried *= w * o
        return (bias * carried).round().clamp(-2**31, 2**31 - 1)


class NetQuantizedWithBias(NetQuantized):
    pass
