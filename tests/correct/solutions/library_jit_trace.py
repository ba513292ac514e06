# Trait: requantization is traced by torch.jit.trace, with the scale as a tensor.
# Base: plain

def steps(values, scale):
    return torch.clamp(torch.round(values * scale), -128, 127)


def requantized(values, scale):
    example = (torch.zeros(2, 3), torch.tensor(1.0))
    return torch.jit.trace(steps, example)(values, torch.tensor(float(scale)))


class NetQuantized:
    def forward(self, x):
        x = requantized(x, self.input_scale)
        x = requantized(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = requantized(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = requantized(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = requantized(F.relu(self.fc2(x)), self.fc2.output_scale)
        return requantized(self.fc3(x), self.fc3.output_scale)
