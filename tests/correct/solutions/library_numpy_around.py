# Trait: Rounding is torch.round(decimals=0) on tensors and np.around on arrays.
# Base: named

def quantized_weights(weights):
    array = weights.numpy()
    scale = 127 / float(max(array.max(), -array.min()))
    return torch.from_numpy(np.around(array * np.float32(scale)).clip(-128, 127)), scale


class NetQuantized:
    def forward(self, x):
        def q(t, scale):
            return torch.clip(torch.round(t * scale, decimals=0), -128, 127)

        x = q(x, self.input_scale)
        x = q(F.max_pool2d(F.relu(self.conv1(x)), (2, 2)), self.conv1.output_scale)
        x = q(F.max_pool2d(F.relu(self.conv2(x)), (2, 2)), self.conv2.output_scale)
        x = q(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = q(F.relu(self.fc2(x)), self.fc2.output_scale)
        return q(self.fc3(x), self.fc3.output_scale)


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        factor = n_w * n_initial_input
        for w, o in ns:
            factor *= w * o
        return torch.clip(torch.round(bias * factor, decimals=0), -2**31, 2**31 - 1)
