# Mistake: the constructor passes the pairs of all layers, fc3's own among them.
# Loses: 5.3
# Named: -
# Base: compact

class NetQuantizedWithBias:
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in names]
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before
        )
