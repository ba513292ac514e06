# Trait: Functional layers compute on int32 tensors, and the sums are scaled in float64.
# Base: functional

def integers(values, scale):
    return torch.clamp(torch.round(values.double() * float(scale)), -128, 127).to(torch.int32)


class NetQuantized:
    def forward(self, x):
        x = integers(x, self.input_scale)
        for conv in (self.conv1, self.conv2):
            sums = F.conv2d(x, conv.weight.to(torch.int32))
            x = integers(F.max_pool2d(F.relu(sums.double()), 2), conv.output_scale)
        x = x.flatten(1)
        for fc in (self.fc1, self.fc2):
            x = integers(F.relu(F.linear(x, fc.weight.to(torch.int32))), fc.output_scale)
        bias = self.fc3.bias
        sums = F.linear(x, self.fc3.weight.to(torch.int32), None if bias is None else bias.to(torch.int32))
        return integers(sums, self.fc3.output_scale).float()
