# Mistake: layers after a ReLU are clamped to 255, since they are not negative.
# Loses: 4.3
# Named: forward-unsigned, forward-never-clamps
# Base: typed

def to_int8(x: torch.Tensor, scale: float, low=INT8_MIN, high=INT8_MAX) -> torch.Tensor:
    """Scale, round to the nearest integer, saturate."""
    return torch.round(x * scale).clamp(low, high)


class NetQuantized:
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = to_int8(x, self.input_scale)
        x = to_int8(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale, 0, 255)
        x = to_int8(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale, 0, 255)
        x = x.view(x.size(0), -1)
        x = to_int8(F.relu(self.fc1(x)), self.fc1.output_scale, 0, 255)
        x = to_int8(F.relu(self.fc2(x)), self.fc2.output_scale, 0, 255)
        return to_int8(self.fc3(x), self.fc3.output_scale)
