# Trait: torch.vmap maps the requantization of one image over the batch.
# Base: named

def requantized(values, scale):
    def one(image):
        return torch.clamp(torch.round(image * scale), -128, 127)

    return torch.vmap(one)(values)


class NetQuantized:
    def forward(self, x):
        x = requantized(x, self.input_scale)
        x = requantized(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = requantized(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = requantized(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = requantized(F.relu(self.fc2(x)), self.fc2.output_scale)
        return requantized(self.fc3(x), self.fc3.output_scale)
