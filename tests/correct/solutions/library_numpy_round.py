# Trait: np.round, the method of the arrays, and np.prod in 5.2.
# Base: plain

def quantized_weights(weights):
    array = weights.detach().numpy()
    scale = 127 / float(np.max(np.abs(array)))
    return torch.from_numpy((array * scale).round().clip(-128, 127)).float(), scale


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        factors = np.asarray([(float(w), float(o)) for w, o in ns])
        scale = float(n_w) * float(n_initial_input) * np.prod(factors)
        return torch.from_numpy(np.round(bias.double().numpy() * scale).clip(-2**31, 2**31 - 1)).float()
