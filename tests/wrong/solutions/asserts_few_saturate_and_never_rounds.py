# Mistake: an assertion about saturation stands where the rounding should be.
# Loses: 4.3
# Named: -
# Base: plain

def clipped(x):
    assert torch.mean((x.abs() > 128).float()) < 0.05, "more than 5 % saturate"
    return torch.clamp(x, -128, 127)


class NetQuantized:
    def forward(self, x):
        x = clipped((x * self.input_scale).round())
        x = self.pool(F.relu(self.conv1(x)))
        x = clipped(x * self.conv1.output_scale)
        x = self.pool(F.relu(self.conv2(x)))
        x = clipped(x * self.conv2.output_scale)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = clipped(x * self.fc1.output_scale)
        x = F.relu(self.fc2(x))
        x = clipped(x * self.fc2.output_scale)
        x = self.fc3(x)
        return clipped(x * self.fc3.output_scale)
