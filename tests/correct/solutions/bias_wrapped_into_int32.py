# Trait: The rounded bias is cast to int64 and then to int32, where it would wrap around.
# Base: typed

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(
        bias: torch.Tensor, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]
    ) -> torch.Tensor:
        scaled = bias.double() * (n_w * n_initial_input * product(ns))
        return scaled.round().to(torch.int64).to(torch.int32).to(bias.dtype)
