# Trait: The largest magnitude maps to 128 and the positive end is clamped; scales are np.float32.
# Base: named

def value_range(values):
    values = np.asarray(values)
    return np.ptp(values)


def three_sigma_range(values):
    return 6.0 * np.std(np.asarray(values))


def quantized_weights(weights):
    arr = weights.detach().cpu().numpy()
    scale = np.float32(128) / np.abs(arr).max()
    q = np.clip(np.rint(arr * scale), -128, 127)
    return torch.from_numpy(q), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return np.float32(128 / np.abs(pixels).max())

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        so_far = np.float64(n_w) * np.float64(n_initial_input)
        for pair in ns:
            so_far *= np.prod(np.array(pair, dtype=np.float64))
        return np.float32(128 / np.abs(activations).max() / so_far)


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        factor = np.float64(n_w) * np.float64(n_initial_input)
        for pair in ns:
            factor *= np.prod(np.array(pair, dtype=np.float64))
        q = np.rint(bias.numpy().astype(np.float64) * factor)
        return torch.from_numpy(np.clip(q, -2.0**31, 2.0**31 - 1).astype(np.float32))
