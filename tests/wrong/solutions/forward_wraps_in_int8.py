# Mistake: a cast to int8 without a clamp, so that 128 becomes -128.
# Loses: 4.3
# Named: forward-wraps-around
# Base: compact

class NetQuantized:
    def forward(self, x):
        q = lambda t, s: (t * s).round().to(torch.int32).to(torch.int8).float()
        x = q(x, self.input_scale)
        x = q(F.max_pool2d(F.relu(self.conv1(x)), 2), self.conv1.output_scale)
        x = q(F.max_pool2d(F.relu(self.conv2(x)), 2), self.conv2.output_scale)
        x = x.flatten(1)
        x = q(F.relu(self.fc1(x)), self.fc1.output_scale)
        x = q(F.relu(self.fc2(x)), self.fc2.output_scale)
        return q(self.fc3(x), self.fc3.output_scale)
