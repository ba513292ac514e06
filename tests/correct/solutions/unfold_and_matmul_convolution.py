# Trait: Convolutions are F.unfold and a matrix product, with shapes from the layer's own attributes.
# Base: named

class NetQuantized:
    @staticmethod
    def _conv(x, layer):
        columns = F.unfold(x, layer.kernel_size)  # (n, c*kh*kw, places)
        sums = layer.weight.flatten(1) @ columns
        height = x.shape[2] - layer.kernel_size[0] + 1
        return sums.reshape(x.shape[0], layer.out_channels, height, -1)

    def forward(self, x):
        x = torch.clamp(torch.round(x * self.input_scale), -128, 127)
        for conv in (self.conv1, self.conv2):
            x = F.relu(self._conv(x, conv))
            x = torch.clamp(torch.round(x * conv.output_scale), -128, 127)
            x = self.pool(x)
        x = x.flatten(1)
        for fc in (self.fc1, self.fc2, self.fc3):
            x = x @ fc.weight.t()
            if fc.bias is not None:
                x = x + fc.bias
            if fc is not self.fc3:
                x = F.relu(x)
            x = torch.clamp(torch.round(x * fc.output_scale), -128, 127)
        return x
