# Mistake: fake_quantize gives back real numbers, which are never turned into integers.
# Loses: 4.3
# Named: forward-dequantizes
# Base: plain

def simulated(values, scale):
    return torch.fake_quantize_per_tensor_affine(values, 1 / float(scale), 0, -128, 127)


class NetQuantized:
    def forward(self, x):
        x = simulated(x, self.input_scale)
        x = simulated(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = simulated(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = simulated(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = simulated(F.relu(self.fc2(x)), self.fc2.output_scale)
        return simulated(self.fc3(x), self.fc3.output_scale)
