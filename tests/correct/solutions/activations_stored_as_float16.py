# Trait: Activations and weights are stored as float16, which holds all of int8, and widened for every layer.
# Base: functional

def stored(values, scale):
    return torch.clamp(torch.round(values * scale), -128, 127).half()


class NetQuantized:
    def forward(self, x):
        x = stored(x, self.input_scale)
        for conv in (self.conv1, self.conv2):
            x = F.conv2d(x.float(), conv.weight.half().float())
            x = stored(F.max_pool2d(F.relu(x), 2), conv.output_scale)
        x = x.flatten(1)
        for fc in (self.fc1, self.fc2):
            x = stored(F.relu(F.linear(x.float(), fc.weight.half().float())), fc.output_scale)
        x = F.linear(x.float(), self.fc3.weight.half().float(), self.fc3.bias)
        return stored(x, self.fc3.output_scale).float()
