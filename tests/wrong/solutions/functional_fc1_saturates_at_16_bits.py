# Mistake: on functional layers: fc1's sums saturate at 16 bits, as on a DSP with a narrow accumulator.
# Loses: 4.3
# Named: -
# Base: functional

class NetQuantized:
    def forward(self, x):
        x = torch.clamp(torch.round(x * self.input_scale), -128, 127)
        x = F.max_pool2d(F.relu(F.conv2d(x, self.conv1.weight)), kernel_size=2, stride=2)
        x = torch.clamp(torch.round(x * self.conv1.output_scale), -128, 127)
        x = F.max_pool2d(F.relu(F.conv2d(x, self.conv2.weight)), kernel_size=2, stride=2)
        x = torch.clamp(torch.round(x * self.conv2.output_scale), -128, 127)
        x = torch.flatten(x, 1)
        x = F.relu(F.linear(x, self.fc1.weight).clamp(-2 ** 15, 2 ** 15 - 1))
        x = torch.clamp(torch.round(x * self.fc1.output_scale), -128, 127)
        x = F.relu(F.linear(x, self.fc2.weight))
        x = torch.clamp(torch.round(x * self.fc2.output_scale), -128, 127)
        x = F.linear(x, self.fc3.weight, self.fc3.bias)
        x = torch.clamp(torch.round(x * self.fc3.output_scale), -128, 127)
        return x
