# Trait: np.vectorize over Python's own round for the weights and the bias.
# Base: plain

nearest = np.vectorize(round, otypes=[np.float64])


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    integers = nearest(weights.double().numpy() * scale)
    return torch.from_numpy(integers.clip(-128, 127)).float(), scale


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = float(n_w) * float(n_initial_input)
        for w_scale, out_scale in ns:
            scale *= float(w_scale) * float(out_scale)
        integers = nearest(bias.double().numpy() * scale)
        return torch.from_numpy(integers.clip(-2**31, 2**31 - 1)).float()
