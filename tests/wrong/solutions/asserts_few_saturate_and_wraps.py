# Mistake: the student asserts that fewer than 5 % are beyond int8, and lets these wrap around.
# Loses: 4.3
# Named: -
# Base: compact

def int8(t, s):
    t = (t * s).round()
    assert ((t < -128) | (t > 127)).double().mean() < 0.05, "scale is too large"
    return t.to(torch.int32).to(torch.int8).float()


class NetQuantized:
    def forward(self, x):
        x = int8(x, self.input_scale)
        x = int8(F.max_pool2d(F.relu(self.conv1(x)), 2), self.conv1.output_scale)
        x = int8(F.max_pool2d(F.relu(self.conv2(x)), 2), self.conv2.output_scale)
        x = x.flatten(1)
        x = int8(F.relu(self.fc1(x)), self.fc1.output_scale)
        x = int8(F.relu(self.fc2(x)), self.fc2.output_scale)
        return int8(self.fc3(x), self.fc3.output_scale)
