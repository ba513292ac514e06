# Trait: All scales stay 0-d float32 tensors from beginning to end.
# Base: named

def value_range(values):
    values = torch.as_tensor(values)
    return torch.max(values) - torch.min(values)


def three_sigma_range(values):
    return 6 * torch.as_tensor(values).std()


def quantized_weights(weights):
    scale = 127 / weights.abs().max()
    return torch.clamp(torch.round(weights * scale), -128, 127), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / torch.from_numpy(pixels).float().abs().max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        reach = torch.from_numpy(activations).float().abs().max()
        product = n_initial_input * n_w
        for w, o in ns:
            product = product * (w * o)
        return 127 / (reach * product)
