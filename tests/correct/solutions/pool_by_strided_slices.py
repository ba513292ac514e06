# Trait: Pooling is the maximum of four strided slices, taken on the integers after the clamp.
# Base: named

def pool2(x):
    h, w = x.shape[2] // 2 * 2, x.shape[3] // 2 * 2
    x = x[:, :, :h, :w]
    rows = torch.maximum(x[:, :, 0::2], x[:, :, 1::2])
    return torch.maximum(rows[..., 0::2], rows[..., 1::2])


class NetQuantized:
    def forward(self, x):
        x = torch.clamp(torch.round(x * self.input_scale), -128, 127)
        x = torch.clamp(torch.round(self.conv1(x) * self.conv1.output_scale), -128, 127)
        x = F.relu(pool2(x))
        x = torch.clamp(torch.round(self.conv2(x) * self.conv2.output_scale), -128, 127)
        x = F.relu(pool2(x)).flatten(1)
        x = torch.clamp(torch.round(self.fc1(x) * self.fc1.output_scale), -128, 127)
        x = torch.clamp(torch.round(self.fc2(F.relu(x)) * self.fc2.output_scale), -128, 127)
        return torch.clamp(torch.round(self.fc3(F.relu(x)) * self.fc3.output_scale), -128, 127)
