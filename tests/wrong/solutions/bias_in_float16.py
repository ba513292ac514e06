# Mistake: the bias is multiplied in half precision, which has 11 bits and ends at 65504.
# Loses: 5.2
# Named: -
# Base: typed

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(
        bias: torch.Tensor, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]
    ) -> torch.Tensor:
        scaled = bias.half() * (n_w * n_initial_input * product(ns))
        return scaled.float().round().clamp(-(2**31), 2**31 - 1)
