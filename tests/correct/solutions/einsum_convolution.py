# Trait: Convolutions are an einsum over sliding windows.
# Base: named

def convolve(x, kernel):
    windows = x.unfold(2, kernel.shape[2], 1).unfold(3, kernel.shape[3], 1)
    return torch.einsum("nchwij,ocij->nohw", windows, kernel)


class NetQuantized:
    def forward(self, x):
        x = x.mul(self.input_scale).round().clamp(-128, 127)
        for conv in (self.conv1, self.conv2):
            x = convolve(x, conv.weight).mul(conv.output_scale).round().clamp(0, 127)
            x = self.pool(x)
        x = x.reshape(x.shape[0], -1)
        for fc in (self.fc1, self.fc2):
            x = torch.einsum("nk,ok->no", x, fc.weight).mul(fc.output_scale).round().clamp(0, 127)
        x = torch.einsum("nk,ok->no", x, self.fc3.weight)
        if self.fc3.bias is not None:
            x = x + self.fc3.bias
        return x.mul(self.fc3.output_scale).round().clamp(-128, 127)
