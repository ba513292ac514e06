# Mistake: quantized_bias is right, but the constructor clamps what it returns to int8.
# Loses: 5.3
# Named: -
# Base: arrays

class NetQuantizedWithBias:
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in LAYERS[:-1]]
        bias = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before
        )
        self.fc3.bias.data = bias.clamp(-128, 127)
