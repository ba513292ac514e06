# Trait: The scales so far are looked up by the layers' names: a list longer than the lab's would be cut.
# Base: named

def factors(n_w, n_initial_input, ns):
    """What the sums of a layer are multiplied by, by where it comes from."""
    found = {"input": n_initial_input, "weights": n_w}
    for name, (weight, output) in zip(NAMES, ns):
        found[name] = weight * output
    return found


class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        so_far = np.prod(list(factors(n_w, n_initial_input, ns).values())).item()
        return 127 / (np.abs(activations).max().item() * so_far)


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        total = 1.0
        for factor in factors(n_w, n_initial_input, ns).values():
            total *= factor
        return torch.clamp(torch.round(bias * total), -2**31, 2**31 - 1)
