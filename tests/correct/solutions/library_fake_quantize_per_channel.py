# Trait: fake_quantize_per_channel_affine over the channels of each output, all with one step.
# Base: plain

def stepped(values, scale):
    steps = torch.full((values.shape[1],), 1 / float(scale))
    points = torch.zeros(values.shape[1], dtype=torch.int32)
    fake = torch.fake_quantize_per_channel_affine(values, steps, points, 1, -128, 127)
    return (fake * scale).round()


class NetQuantized:
    def forward(self, x):
        x = stepped(x, self.input_scale)
        x = stepped(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = stepped(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = stepped(F.relu(self.fc1(torch.flatten(x, 1))), self.fc1.output_scale)
        x = stepped(F.relu(self.fc2(x)), self.fc2.output_scale)
        return stepped(self.fc3(x), self.fc3.output_scale)
