# Mistake: a copied line: the constructor passes the scale of fc2's weights for those of fc3.
# Loses: 5.3
# Named: -
# Base: functional

class NetQuantizedWithBias:
    def __init__(self, net_with_weights_quantized):
        super(NetQuantizedWithBias, self).__init__(net_with_weights_quantized)
        preceding_scales = [(layer.weight.scale, layer.output_scale) for layer in self.children()
                            if isinstance(layer, nn.Conv2d) or isinstance(layer, nn.Linear)][:-1]
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc2.weight.scale, self.input_scale, preceding_scales)
