# Mistake: on functional layers: the accumulators of fc3 are int16 and wrap around.
# Loses: 4.3
# Named: -
# Base: functional

class NetQuantized:
    def forward(self, x):
        x = torch.clamp(torch.round(x * self.input_scale), -128, 127)
        x = F.conv2d(x, self.conv1.weight)
        x = F.max_pool2d(F.relu(x), kernel_size=2, stride=2)
        x = torch.clamp(torch.round(x * self.conv1.output_scale), -128, 127)
        x = F.conv2d(x, self.conv2.weight)
        x = F.max_pool2d(F.relu(x), kernel_size=2, stride=2)
        x = torch.clamp(torch.round(x * self.conv2.output_scale), -128, 127)
        x = torch.flatten(x, 1)
        x = F.linear(x, self.fc1.weight)
        x = F.relu(x)
        x = torch.clamp(torch.round(x * self.fc1.output_scale), -128, 127)
        x = F.linear(x, self.fc2.weight)
        x = F.relu(x)
        x = torch.clamp(torch.round(x * self.fc2.output_scale), -128, 127)
        x = F.linear(x.to(torch.int16), self.fc3.weight.to(torch.int16)).float()
        if self.fc3.bias is not None:
            x = x + self.fc3.bias
        x = torch.clamp(torch.round(x * self.fc3.output_scale), -128, 127)
        return x
