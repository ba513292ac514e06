# Trait: asserts that weights, their scale, biases and scales are of the size that a trained net's are.
# Base: plain

def quantized_weights(weights):
    largest = weights.abs().max().item()
    if largest > 5:
        raise ValueError(f"exploding weights: {largest}")
    scale = 127 / largest
    assert 1 < scale < 10_000, scale
    return torch.clamp((weights * scale).round(), -128, 127), scale


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        assert bias.abs().max() < 10
        assert n_w > 1 and all(w > 1 > out for w, out in ns)
        scale = n_w * n_initial_input
        for w, out in ns:
            scale = scale * w * out
        return torch.clamp((bias * scale).round(), -(2**31), 2**31 - 1)
