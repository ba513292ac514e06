# Trait: fc3 becomes nn.Sequential of itself, without a bias, and of a small module that adds the integers.
# Base: plain

class AddBias(nn.Module):
    def __init__(self, integers):
        super(AddBias, self).__init__()
        self.beta = nn.Parameter(integers, requires_grad=False)

    def forward(self, x):
        return x + self.beta


class NetQuantizedWithBias:
    def __init__(self, net_with_weights_quantized):
        super(NetQuantizedWithBias, self).__init__(net_with_weights_quantized)
        fc3 = self.fc3
        preceding_scales = [
            (layer.weight.scale, layer.output_scale)
            for layer in (self.conv1, self.conv2, self.fc1, self.fc2)
        ]
        integers = NetQuantizedWithBias.quantized_bias(
            fc3.bias.data, fc3.weight.scale, self.input_scale, preceding_scales
        )
        fc3.bias = None
        self.fc3 = nn.Sequential(fc3, AddBias(integers))
        self.fc3.output_scale = fc3.output_scale
