# Trait: The span of 255 steps is laid over twice the largest magnitude, so the target is 127.5.
# Base: plain

def quantized_weights(weights):
    '''Symmetric range [-m, m] goes onto [-127.5, 127.5].'''
    m = max(abs(weights.min().item()), abs(weights.max().item()))
    scale = 255 / (2 * m)
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        m = max(abs(np.min(pixels)), abs(np.max(pixels)))
        return 255 / (2 * m)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        m = max(abs(np.min(activations)), abs(np.max(activations)))
        # what the output would be scaled by if we did nothing
        natural = n_initial_input * n_w
        for (nw, nout) in ns:
            natural = natural * nw * nout
        return 255 / (2 * m * natural)
