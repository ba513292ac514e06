# Trait: Activations are kept as real int8 tensors between the layers, and so are the returned logits.
# Base: named

def to_int8(x, scale):
    return torch.round(x * scale).clamp(-128, 127).to(torch.int8)


class NetQuantized:
    def run(self, layer, integers):
        return layer(integers.to(layer.weight.dtype))

    def forward(self, x):
        x = to_int8(x, self.input_scale)
        x = to_int8(self.pool(F.relu(self.run(self.conv1, x))), self.conv1.output_scale)
        x = to_int8(self.pool(F.relu(self.run(self.conv2, x))), self.conv2.output_scale)
        x = x.flatten(1)
        x = to_int8(F.relu(self.run(self.fc1, x)), self.fc1.output_scale)
        x = to_int8(F.relu(self.run(self.fc2, x)), self.fc2.output_scale)
        return to_int8(self.run(self.fc3, x), self.fc3.output_scale)
