# Mistake: the constructor's slice drops the first pair as well as the last.
# Loses: 5.3
# Named: -
# Base: float32

class NetQuantizedWithBias:
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, self.chain[1:-1]
        )
