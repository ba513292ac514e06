# Mistake: the constructor quantizes the bias, stores it, and quantizes what it stored.
# Loses: 5.3
# Named: -
# Base: tensors

class NetQuantizedWithBias:
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        ns = [(getattr(self, k).weight.scale, getattr(self, k).output_scale) for k in order[:4]]
        for _ in range(2):
            self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
                self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, ns)
