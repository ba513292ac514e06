# Mistake: the last layer takes its weights alone, as if no net ever had a bias.
# Loses: 5.3
# Named: -
# Base: plain

class NetQuantized:
    def forward(self, x):
        x = torch.clamp((x * self.input_scale).round(), -128, 127)
        x = self.pool(F.relu(self.conv1(x)))
        x = torch.clamp((x * self.conv1.output_scale).round(), -128, 127)
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.clamp((x * self.conv2.output_scale).round(), -128, 127)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = torch.clamp((x * self.fc1.output_scale).round(), -128, 127)
        x = F.relu(self.fc2(x))
        x = torch.clamp((x * self.fc2.output_scale).round(), -128, 127)
        x = F.linear(x, self.fc3.weight)
        return torch.clamp((x * self.fc3.output_scale).round(), -128, 127)
