# Mistake: qint8 with a zero point of 1: ties go to odd, and the range ends at 126.
# Loses: 4.3
# Named: -
# Base: plain

def shifted(values, scale):
    return torch.quantize_per_tensor(values, 1 / float(scale), 1, torch.qint8).int_repr().float() - 1


class NetQuantized:
    def forward(self, x):
        x = shifted(x, self.input_scale)
        x = shifted(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = shifted(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = shifted(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = shifted(F.relu(self.fc2(x)), self.fc2.output_scale)
        return shifted(self.fc3(x), self.fc3.output_scale)
