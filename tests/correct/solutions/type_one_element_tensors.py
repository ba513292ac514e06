# Trait: Scales are tensors of shape (1,), which broadcast everywhere.
# Base: plain

def quantized_weights(weights):
    scale = (127 / torch.max(torch.abs(weights))).reshape(1)
    return torch.clamp(torch.round(scale * weights), min=-128, max=127), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        pixels = torch.as_tensor(pixels, dtype=torch.float32)
        return (127 / pixels.abs().max()).reshape(1)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        activations = torch.as_tensor(activations, dtype=torch.float32)
        scale = (127 / activations.abs().max()).reshape(1) / (n_w * n_initial_input)
        for w, out in ns:
            scale = scale / (w * out)
        return scale
