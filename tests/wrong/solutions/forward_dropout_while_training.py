# Mistake: dropout after fc1 is active in training mode, and nobody calls eval().
# Loses: 4.3
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
        x = F.dropout(F.relu(self.fc1(x)), 0.2, self.training)
        x = torch.clamp((x * self.fc1.output_scale).round(), -128, 127)
        x = F.relu(self.fc2(x))
        x = torch.clamp((x * self.fc2.output_scale).round(), -128, 127)
        x = self.fc3(x)
        return torch.clamp((x * self.fc3.output_scale).round(), -128, 127)
