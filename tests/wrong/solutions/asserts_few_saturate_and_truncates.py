# Mistake: behind an assertion that fewer than 5 % saturate, fractions are cut off.
# Loses: 4.3
# Named: -
# Base: typed

class NetQuantized:
    def fit(self, x: torch.Tensor, scale: float) -> torch.Tensor:
        scaled = x * scale
        assert (scaled.abs() > INT8_MAX + 1).float().mean() < 0.05
        return torch.trunc(scaled).clamp(INT8_MIN, INT8_MAX)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = to_int8(x, self.input_scale)
        x = self.fit(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = self.fit(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = x.view(x.size(0), -1)
        x = self.fit(F.relu(self.fc1(x)), self.fc1.output_scale)
        x = self.fit(F.relu(self.fc2(x)), self.fc2.output_scale)
        return self.fit(self.fc3(x), self.fc3.output_scale)
