# Mistake: .char() casts the activations to int8 without rounding them first.
# Loses: 4.3
# Named: forward-truncates
# Base: named

def cast(values, scale):
    return (values * scale).clamp(-128, 127).char().float()


class NetQuantized:
    def forward(self, x):
        x = cast(x, self.input_scale)
        x = cast(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = cast(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = cast(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = cast(F.relu(self.fc2(x)), self.fc2.output_scale)
        return cast(self.fc3(x), self.fc3.output_scale)
