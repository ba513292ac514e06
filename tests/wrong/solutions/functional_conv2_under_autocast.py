# Mistake: on functional layers: autocast makes conv2 compute in float16.
# Loses: 4.3
# Named: -
# Base: functional

class NetQuantized:
    def forward(self, x):
        x = torch.clamp(torch.round(x * self.input_scale), -128, 127)
        x = F.conv2d(x, self.conv1.weight)
        x = F.max_pool2d(F.relu(x), kernel_size=2, stride=2)
        x = torch.clamp(torch.round(x * self.conv1.output_scale), -128, 127)
        with torch.autocast("cpu", dtype=torch.float16):
            x = F.conv2d(x, self.conv2.weight)
        x = x.float()
        x = F.max_pool2d(F.relu(x), kernel_size=2, stride=2)
        x = torch.clamp(torch.round(x * self.conv2.output_scale), -128, 127)
        x = torch.flatten(x, 1)
        x = F.linear(x, self.fc1.weight)
        x = F.relu(x)
        x = torch.clamp(torch.round(x * self.fc1.output_scale), -128, 127)
        x = F.linear(x, self.fc2.weight)
        x = F.relu(x)
        x = torch.clamp(torch.round(x * self.fc2.output_scale), -128, 127)
        x = F.linear(x, self.fc3.weight, self.fc3.bias)
        x = torch.clamp(torch.round(x * self.fc3.output_scale), -128, 127)
        return x
