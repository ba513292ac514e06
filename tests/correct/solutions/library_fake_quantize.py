# Trait: fake_quantize makes grid points of the values, and a product turns those into integers.
# Base: plain

def on_grid(values, scale):
    """Integers from -128 to 127: the grid has steps of 1 / scale."""
    near = torch.fake_quantize_per_tensor_affine(values, 1 / float(scale), 0, -128, 127)
    return torch.round(near * float(scale))


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return on_grid(weights, scale), scale


class NetQuantized:
    def forward(self, x):
        x = on_grid(x, self.input_scale)
        x = on_grid(self.pool(self.conv1(x)).relu(), self.conv1.output_scale)
        x = on_grid(self.pool(self.conv2(x)).relu(), self.conv2.output_scale)
        x = x.flatten(1)
        x = on_grid(self.fc1(x).relu(), self.fc1.output_scale)
        x = on_grid(self.fc2(x).relu(), self.fc2.output_scale)
        return on_grid(self.fc3(x), self.fc3.output_scale)
