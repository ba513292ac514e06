# Mistake: every output is brought back to floating point before the next layer.
# Loses: 4.3
# Named: forward-dequantizes, -
# Base: compact

class NetQuantized:
    def forward(self, x):
        q = lambda t, s: (t * s).round().clamp(-128, 127) / s
        x = q(x, self.input_scale)
        x = q(F.max_pool2d(F.relu(self.conv1(x)), 2), self.conv1.output_scale)
        x = q(F.max_pool2d(F.relu(self.conv2(x)), 2), self.conv2.output_scale)
        x = x.flatten(1)
        x = q(F.relu(self.fc1(x)), self.fc1.output_scale)
        x = q(F.relu(self.fc2(x)), self.fc2.output_scale)
        return q(self.fc3(x), self.fc3.output_scale)
