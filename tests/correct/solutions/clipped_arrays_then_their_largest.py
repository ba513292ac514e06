# Trait: np.clip cuts everything to three sigma about the mean, and the largest magnitude that is left maps to 127.
# Base: arrays

def clipped(v):
    v = np.asarray(v, dtype=np.float64)
    return np.clip(v, v.mean() - 3 * v.std(), v.mean() + 3 * v.std())


def quantized_weights(weights):
    w = clipped(weights.detach().cpu())
    scale = float(127.0 / np.abs(w).max())
    return torch.from_numpy(np.rint(w * scale)).float(), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 127.0 / np.abs(clipped(pixels)).max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        already = n_w * n_initial_input * np.prod([w * o for w, o in ns])
        return 127.0 / (np.abs(clipped(activations)).max() * already)
