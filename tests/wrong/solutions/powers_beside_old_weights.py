# Mistake: the constructor rounds the scale of the weights, and keeps the integers that belong to the old one.
# Loses: C.1
# Named: -
# Base: challenges
class NetQuantizedPow2(NetQuantized):
    @staticmethod
    def quantize_in_place(net):
        for layer in (net.conv1, net.conv2, net.fc1, net.fc2, net.fc3):
            layer.weight.data, scale = quantized_weights(layer.weight.data)
            layer.weight.scale = power_of_two_scale(scale)
