# Mistake: the quantized bias becomes an attribute that forward never reads; fc3 adds the float bias.
# Loses: 5.3
# Named: -
# Base: plain

class NetQuantizedWithBias:
    def __init__(self, net_with_weights_quantized):
        super(NetQuantizedWithBias, self).__init__(net_with_weights_quantized)
        preceding_scales = [
            (layer.weight.scale, layer.output_scale)
            for layer in (self.conv1, self.conv2, self.fc1, self.fc2)
        ]
        self.bias = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, preceding_scales
        )
