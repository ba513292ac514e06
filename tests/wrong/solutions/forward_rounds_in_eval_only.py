# Mistake: hidden layers are rounded in eval mode only, as in quantization-aware training with gradients.
# Loses: 4.3
# Named: -
# Base: compact

class NetQuantized:
    def requantize(self, t, s):
        t = (t * s).clamp(-128, 127)
        return t if self.training else t.round()

    def forward(self, x):
        q = self.requantize
        x = (x * self.input_scale).round().clamp(-128, 127)
        x = q(F.max_pool2d(F.relu(self.conv1(x)), 2), self.conv1.output_scale)
        x = q(F.max_pool2d(F.relu(self.conv2(x)), 2), self.conv2.output_scale)
        x = x.flatten(1)
        x = q(F.relu(self.fc1(x)), self.fc1.output_scale)
        x = q(F.relu(self.fc2(x)), self.fc2.output_scale)
        return q(self.fc3(x), self.fc3.output_scale).round()
