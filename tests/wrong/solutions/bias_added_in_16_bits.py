# Mistake: the last layer cuts its bias to 16 bits before it adds it, which the exam's own bias survives.
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
        bias = self.fc3.bias
        if bias is not None:
            bias = bias.clamp(-2**15, 2**15 - 1)
        x = F.linear(x, self.fc3.weight, bias)
        return torch.clamp((x * self.fc3.output_scale).round(), -128, 127)
