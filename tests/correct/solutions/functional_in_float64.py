# Trait: Functional layers compute on double weights and double activations.
# Base: functional

class NetQuantized:
    def forward(self, x):
        x = torch.clamp(torch.round(x.double() * float(self.input_scale)), -128, 127)
        x = F.relu(F.max_pool2d(F.conv2d(x, self.conv1.weight.double()), 2))
        x = torch.clamp(torch.round(x * float(self.conv1.output_scale)), -128, 127)
        x = F.relu(F.max_pool2d(F.conv2d(x, self.conv2.weight.double()), 2))
        x = torch.clamp(torch.round(x * float(self.conv2.output_scale)), -128, 127)
        x = x.reshape(len(x), -1)
        x = F.relu(F.linear(x, self.fc1.weight.double()))
        x = torch.clamp(torch.round(x * float(self.fc1.output_scale)), -128, 127)
        x = F.relu(F.linear(x, self.fc2.weight.double()))
        x = torch.clamp(torch.round(x * float(self.fc2.output_scale)), -128, 127)
        x = F.linear(x, self.fc3.weight.double(), None if self.fc3.bias is None else self.fc3.bias.double())
        return torch.clamp(torch.round(x * float(self.fc3.output_scale)), -128, 127)
