# Trait: Convolutions and products run on int64 tensors; only the scaling is done in float64.
# Base: named

def whole(tensor):
    return tensor.detach().to(torch.int64)


class NetQuantized:
    def forward(self, x):
        def narrow(accumulator, scale):
            return torch.clamp(torch.round(accumulator.double() * float(scale)), -128, 127).long()

        x = narrow(x, self.input_scale)
        for conv in (self.conv1, self.conv2):
            accumulator = F.conv2d(x, whole(conv.weight))
            x = F.max_pool2d(torch.clamp(narrow(accumulator, conv.output_scale), min=0), 2)
        x = x.flatten(1)
        for fc in (self.fc1, self.fc2):
            x = torch.clamp(narrow(x @ whole(fc.weight).T, fc.output_scale), min=0)
        accumulator = x @ whole(self.fc3.weight).T
        if self.fc3.bias is not None:
            accumulator = accumulator + whole(self.fc3.bias)
        return narrow(accumulator, self.fc3.output_scale).float()
