# Mistake: the cast .int() cuts all activations off toward zero.
# Loses: 4.3
# Named: forward-truncates
# Base: plain

class NetQuantized:
    def forward(self, x):
        x = torch.clamp((x * self.input_scale).int(), -128, 127).float()
        x = self.pool(F.relu(self.conv1(x)))
        x = torch.clamp((x * self.conv1.output_scale).int(), -128, 127).float()
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.clamp((x * self.conv2.output_scale).int(), -128, 127).float()
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = torch.clamp((x * self.fc1.output_scale).int(), -128, 127).float()
        x = F.relu(self.fc2(x))
        x = torch.clamp((x * self.fc2.output_scale).int(), -128, 127).float()
        x = self.fc3(x)
        return torch.clamp((x * self.fc3.output_scale).int(), -128, 127).float()
