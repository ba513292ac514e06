# Trait: Decimal.to_integral_value with ROUND_HALF_EVEN for the weights and the bias.
# Base: named

from decimal import ROUND_HALF_EVEN, Decimal


def integers(values, scale, low, high):
    flat = (Decimal(value) * Decimal(float(scale)) for value in values.flatten().tolist())
    whole = [min(max(int(v.to_integral_value(ROUND_HALF_EVEN)), low), high) for v in flat]
    return torch.tensor(whole, dtype=torch.float64).reshape(values.shape).to(values.dtype)


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return integers(weights, scale, -128, 127), scale


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for w, o in ns:
            carried *= w * o
        return integers(bias, carried, -2**31, 2**31 - 1)
