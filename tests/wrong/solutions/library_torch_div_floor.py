# Mistake: torch.div with rounding_mode floor divides by the step, in 4.3 and in 5.2.
# Loses: 4.3, 5.2
# Named: forward-floors
# Base: plain

def floored(values, scale, low, high):
    return torch.div(values, 1 / float(scale), rounding_mode="floor").clamp(low, high)


class NetQuantized:
    def forward(self, x):
        x = floored(x, self.input_scale, -128, 127)
        x = floored(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale, -128, 127)
        x = floored(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale, -128, 127)
        x = floored(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale, -128, 127)
        x = floored(F.relu(self.fc2(x)), self.fc2.output_scale, -128, 127)
        return floored(self.fc3(x), self.fc3.output_scale, -128, 127)


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_w * n_initial_input
        for w_scale, out_scale in ns:
            scale *= w_scale * out_scale
        return floored(bias, scale, -2147483648, 2147483647)
