# Mistake: `bias = ...` binds a name of the constructor instead of storing what was computed.
# Loses: 5.3
# Named: -
# Base: typed

class NetQuantizedWithBias:
    def __init__(self, net_with_weights_quantized: nn.Module) -> None:
        super().__init__(net_with_weights_quantized)
        ns = [(layer.weight.scale, layer.output_scale) for layer in self.layers()[:-1]]
        bias = self.fc3.bias.data
        bias = NetQuantizedWithBias.quantized_bias(
            bias, self.fc3.weight.scale, self.input_scale, ns
        )
