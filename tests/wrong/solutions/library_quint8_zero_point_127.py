# Mistake: quint8 with the odd zero point 127, which is added before rounding: ties go to odd.
# Loses: 4.3
# Named: -
# Base: plain

def signed(values, scale):
    unsigned = torch.quantize_per_tensor(values, 1 / float(scale), 127, torch.quint8)
    return (unsigned.int_repr().float() - 127).clamp(max=127)


class NetQuantized:
    def forward(self, x):
        x = signed(x, self.input_scale)
        x = signed(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = signed(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = signed(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = signed(F.relu(self.fc2(x)), self.fc2.output_scale)
        return signed(self.fc3(x), self.fc3.output_scale)
