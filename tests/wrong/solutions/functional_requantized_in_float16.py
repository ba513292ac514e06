# Mistake: on functional layers: sums are exact, but they are multiplied by their scale in float16.
# Loses: 4.3
# Named: -
# Base: functional

def requantize(sums, scale):
    return torch.clamp(torch.round(sums.half() * scale).float(), -128, 127)


class NetQuantized:
    def forward(self, x):
        x = torch.clamp(torch.round(x * self.input_scale), -128, 127)
        x = F.max_pool2d(F.relu(F.conv2d(x, self.conv1.weight)), kernel_size=2, stride=2)
        x = requantize(x, self.conv1.output_scale)
        x = F.max_pool2d(F.relu(F.conv2d(x, self.conv2.weight)), kernel_size=2, stride=2)
        x = requantize(x, self.conv2.output_scale)
        x = torch.flatten(x, 1)
        x = requantize(F.relu(F.linear(x, self.fc1.weight)), self.fc1.output_scale)
        x = requantize(F.relu(F.linear(x, self.fc2.weight)), self.fc2.output_scale)
        return requantize(F.linear(x, self.fc3.weight, self.fc3.bias), self.fc3.output_scale)
