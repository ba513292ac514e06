# Mistake: the constructor multiplies the quantized bias by fc3's output scale, which forward does as well.
# Loses: 5.3
# Named: -
# Base: powers

class NetQuantizedWithBias:
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        ls = [self.conv1, self.conv2, self.fc1, self.fc2]
        b = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale,
            [(l.weight.scale, l.output_scale) for l in ls])
        self.fc3.bias.data = torch.round(b * self.fc3.output_scale)
