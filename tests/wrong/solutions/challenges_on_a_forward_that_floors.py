# Mistake: forward rounds down; the nets of Question C that inherit it are not charged for that.
# Loses: 4.3
# Named: forward-floors
# Base: challenges
class NetQuantized(nn.Module):
    def forward(self, x):
        x = torch.clamp((x * self.input_scale).floor(), -128, 127)
        x = self.pool(F.relu(self.conv1(x)))
        x = torch.clamp((x * self.conv1.output_scale).floor(), -128, 127)
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.clamp((x * self.conv2.output_scale).floor(), -128, 127)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = torch.clamp((x * self.fc1.output_scale).floor(), -128, 127)
        x = F.relu(self.fc2(x))
        x = torch.clamp((x * self.fc2.output_scale).floor(), -128, 127)
        x = self.fc3(x)
        return torch.clamp((x * self.fc3.output_scale).floor(), -128, 127)
