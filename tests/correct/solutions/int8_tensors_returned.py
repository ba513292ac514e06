# Trait: quantized_weights returns an int8 tensor, and the loop that stores it makes floats of it.
# Base: named

def quantized_weights(weights):
    scale = 127 / float(weights.abs().max())
    return (weights * scale).round().clamp(-128, 127).to(torch.int8), scale


def quantize_layer_weights(model):
    for name in NAMES:
        layer = getattr(model, name)
        integers, scale = quantized_weights(layer.weight.data)
        layer.weight.data = integers.float()
        layer.weight.scale = scale


class NetQuantized:
    def forward(self, x):
        def narrow(t, scale):
            # through real int8 memory, so that nothing else can flow
            return (t * scale).round().clamp(-128, 127).to(torch.int8).float()

        x = narrow(x, self.input_scale)
        x = narrow(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = narrow(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = x.flatten(1)
        x = narrow(F.relu(self.fc1(x)), self.fc1.output_scale)
        x = narrow(F.relu(self.fc2(x)), self.fc2.output_scale)
        return narrow(self.fc3(x), self.fc3.output_scale)
