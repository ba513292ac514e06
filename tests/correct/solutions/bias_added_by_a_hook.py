# Trait: A forward hook on fc3 adds the quantized bias, and fc3 has none of its own any more.
# Base: plain

class NetQuantizedWithBias:
    def __init__(self, net_with_weights_quantized):
        super(NetQuantizedWithBias, self).__init__(net_with_weights_quantized)
        preceding_scales = [
            (layer.weight.scale, layer.output_scale)
            for layer in (self.conv1, self.conv2, self.fc1, self.fc2)
        ]
        beta = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, preceding_scales
        )
        self.fc3.bias = None
        self.fc3.register_forward_hook(lambda layer, inputs, output: output + beta)
