# Trait: The constructor passes the pairs from the last to the first, and the two other scales the other way round.
# Base: typed

class NetQuantizedWithBias:
    def __init__(self, net_with_weights_quantized: nn.Module) -> None:
        super().__init__(net_with_weights_quantized)
        conv1, conv2, fc1, fc2, fc3 = self.layers()
        ns = [(layer.weight.scale, layer.output_scale) for layer in (fc2, fc1, conv2, conv1)]
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.input_scale, fc3.weight.scale, ns
        )
