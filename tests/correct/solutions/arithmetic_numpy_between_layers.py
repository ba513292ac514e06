# Trait: Between the layers everything is scaled, rounded and clipped in NumPy, in float64.
# Base: plain

def value_range(values):
    v = np.array(values)
    return v.max() - v.min()


def three_sigma_range(values):
    v = np.array(values)
    return 6 * v.std()


def np_quantize(array, scale):
    return np.clip(np.rint(array.astype('float64') * scale), -128, 127).astype('float32')


def quantized_weights(weights):
    w = weights.cpu().numpy()
    scale = 127 / np.abs(w).max().astype('float64')
    return torch.from_numpy(np_quantize(w, scale)).to(weights.device), scale


class NetQuantized:
    def forward(self, x):
        def scaled(t, scale):
            return torch.from_numpy(np_quantize(t.detach().cpu().numpy(), scale)).to(t.device)

        x = scaled(x, self.input_scale)
        x = self.pool(F.relu(scaled(self.conv1(x), self.conv1.output_scale)))
        x = self.pool(F.relu(scaled(self.conv2(x), self.conv2.output_scale)))
        x = x.view(x.shape[0], -1)
        x = F.relu(scaled(self.fc1(x), self.fc1.output_scale))
        x = F.relu(scaled(self.fc2(x), self.fc2.output_scale))
        return scaled(self.fc3(x), self.fc3.output_scale)


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        flat = [n_w, n_initial_input] + [n for pair in ns for n in pair]
        b = np.rint(bias.numpy().astype('float64') * np.prod(flat))
        return torch.from_numpy(np.clip(b, -2**31, 2**31 - 1).astype('float32'))
