# Trait: quint8 with the zero point 128, which is even: ties still go to even once it is taken off.
# Base: named

def signed(values, scale):
    unsigned = torch.quantize_per_tensor(values.detach(), 1 / float(scale), 128, torch.quint8)
    return unsigned.int_repr().float() - 128


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return signed(weights, scale), scale


class NetQuantized:
    def forward(self, x):
        x = signed(x, self.input_scale)
        x = signed(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = signed(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = signed(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = signed(F.relu(self.fc2(x)), self.fc2.output_scale)
        return signed(self.fc3(x), self.fc3.output_scale)
