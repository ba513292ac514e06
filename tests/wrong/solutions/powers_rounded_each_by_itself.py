# Mistake: all scales of the int8 net are rounded down without a look at those before them: half of each range is lost, layer after layer.
# Loses: C.1
# Named: -
# Base: challenges
class NetQuantizedPow2(NetQuantized):
    def find_scales(self):
        carried = NetQuantized.quantize_initial_input(self.input_activations)
        self.input_scale = power_of_two_scale(carried)
        for layer in (self.conv1, self.conv2, self.fc1, self.fc2, self.fc3):
            carried *= 127 / np.abs(self.float_weights[layer]).max()
            output_scale = 127 / np.abs(layer.activations).max() / carried
            layer.output_scale = power_of_two_scale(output_scale) / 4
            carried *= output_scale

    @property
    def float_weights(self):
        layers = (self.conv1, self.conv2, self.fc1, self.fc2, self.fc3)
        return {layer: layer.weight.data.numpy() / layer.weight.scale for layer in layers}
