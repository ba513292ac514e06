# Mistake: the constant for the highest integer is 255, in every scale; clamped at 127 only in forward.
# Loses: 2.1, 4.2a, 4.2b
# Named: weights-doubles-the-range, input-doubles-the-range, activations-doubles-the-range
# Base: tensors

def quantized_weights(weights):
    n = 255 / torch.max(torch.abs(weights))     # a tensor without dimensions
    return torch.clamp(torch.round(weights * n), lowest, highest), n


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 255 / torch.as_tensor(pixels).abs().max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        biggest = torch.as_tensor(activations).abs().max()
        biggest = biggest * n_w * n_initial_input
        for pair in ns:
            biggest = biggest * pair[0] * pair[1]
        return 255 / biggest
