# Trait: The constructor keeps a twin with dequantized weights for a comparison, which forward never asks.
# Base: functional

class NetQuantized:
    def __init__(self, net_with_weights_quantized):
        super(NetQuantized, self).__init__()
        net_init = copy_model(net_with_weights_quantized)
        self.conv1, self.pool, self.conv2 = net_init.conv1, net_init.pool, net_init.conv2
        self.fc1, self.fc2, self.fc3 = net_init.fc1, net_init.fc2, net_init.fc3
        self.dequantized = {}
        self.compared_with = self.float_logits

        self.input_activations = net_with_weights_quantized.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)
        preceding_layer_scales = []
        for name in "conv1", "conv2", "fc1", "fc2", "fc3":
            layer = getattr(self, name)
            self.dequantized[name] = layer.weight.detach() / float(layer.weight.scale)
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, preceding_layer_scales)
            preceding_layer_scales.append((layer.weight.scale, layer.output_scale))

    def float_logits(self, x):
        x = F.max_pool2d(F.relu(F.conv2d(x, self.dequantized["conv1"])), 2)
        x = F.max_pool2d(F.relu(F.conv2d(x, self.dequantized["conv2"])), 2).flatten(1)
        for name in "fc1", "fc2":
            x = F.relu(F.linear(x, self.dequantized[name]))
        return F.linear(x, self.dequantized["fc3"], self.fc3.bias)
