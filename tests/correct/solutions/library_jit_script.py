# Trait: requantization is compiled by torch.jit.script.
# Base: named

@torch.jit.script
def scripted(values: torch.Tensor, scale: float) -> torch.Tensor:
    return torch.clamp(torch.round(values * scale), -128, 127)


def requantized(values, scale):
    return scripted(values, float(scale))


class NetQuantized:
    def forward(self, x):
        x = requantized(x, self.input_scale)
        x = requantized(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = requantized(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = requantized(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = requantized(F.relu(self.fc2(x)), self.fc2.output_scale)
        return requantized(self.fc3(x), self.fc3.output_scale)
