# Mistake: torch.clamp is called, but its result is not kept.
# Loses: 4.3
# Named: forward-never-clamps
# Base: plain

class NetQuantized:
    def forward(self, x):
        x = (x * self.input_scale).round()
        torch.clamp(x, -128, 127)
        x = self.pool(F.relu(self.conv1(x)))
        x = (x * self.conv1.output_scale).round()
        torch.clamp(x, -128, 127)
        x = self.pool(F.relu(self.conv2(x)))
        x = (x * self.conv2.output_scale).round()
        torch.clamp(x, -128, 127)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = (x * self.fc1.output_scale).round()
        torch.clamp(x, -128, 127)
        x = F.relu(self.fc2(x))
        x = (x * self.fc2.output_scale).round()
        torch.clamp(x, -128, 127)
        x = self.fc3(x)
        x = (x * self.fc3.output_scale).round()
        torch.clamp(x, -128, 127)
        return x
