# Mistake: the constructor never appends to the list of preceding scales.
# Loses: 4.4, 5.3
# Named: -
# Base: plain

class NetQuantized:
    def __init__(self, net_with_weights_quantized):
        super(NetQuantized, self).__init__()
        net_init = copy_model(net_with_weights_quantized)
        self.conv1 = net_init.conv1
        self.pool = net_init.pool
        self.conv2 = net_init.conv2
        self.fc1 = net_init.fc1
        self.fc2 = net_init.fc2
        self.fc3 = net_init.fc3

        self.input_activations = net_with_weights_quantized.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)

        preceding = []
        for layer in (self.conv1, self.conv2, self.fc1, self.fc2, self.fc3):
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, preceding
            )
