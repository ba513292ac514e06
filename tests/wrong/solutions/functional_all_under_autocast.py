# Mistake: on functional layers: the whole of forward runs under autocast.
# Loses: 4.3
# Named: -
# Base: functional

class NetQuantized:
    @torch.autocast("cpu", dtype=torch.float16)
    def forward(self, x):
        x = torch.clamp(torch.round(x * self.input_scale), -128, 127)
        x = F.max_pool2d(F.relu(F.conv2d(x, self.conv1.weight)), kernel_size=2, stride=2)
        x = torch.clamp(torch.round(x * self.conv1.output_scale), -128, 127)
        x = F.max_pool2d(F.relu(F.conv2d(x, self.conv2.weight)), kernel_size=2, stride=2)
        x = torch.clamp(torch.round(x * self.conv2.output_scale), -128, 127)
        x = torch.flatten(x, 1)
        x = F.relu(F.linear(x, self.fc1.weight))
        x = torch.clamp(torch.round(x * self.fc1.output_scale), -128, 127)
        x = F.relu(F.linear(x, self.fc2.weight))
        x = torch.clamp(torch.round(x * self.fc2.output_scale), -128, 127)
        x = F.linear(x, self.fc3.weight, self.fc3.bias)
        return torch.clamp(torch.round(x * self.fc3.output_scale), -128, 127)
