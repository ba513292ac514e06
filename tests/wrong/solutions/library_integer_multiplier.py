# Mistake: an integer multiplier and a right shift requantize, where adding half of a unit takes ties up.
# Loses: 4.3
# Named: forward-rounds-half-up
# Base: plain

def shifted(values, scale):
    mantissa, exponent = np.frexp(float(scale))
    multiplier, shift = int(round(float(mantissa) * 2 ** 31)), 31 - int(exponent)
    products = values.double().round().long() * multiplier
    whole = torch.bitwise_right_shift(products + (1 << (shift - 1)), shift)
    return whole.clamp(-128, 127).float()


class NetQuantized:
    def forward(self, x):
        x = torch.clamp((x * self.input_scale).round(), -128, 127)
        x = shifted(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = shifted(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = shifted(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = shifted(F.relu(self.fc2(x)), self.fc2.output_scale)
        return shifted(self.fc3(x), self.fc3.output_scale)
