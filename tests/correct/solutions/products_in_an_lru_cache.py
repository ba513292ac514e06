# Trait: The product of scales is under lru_cache, whose key is every factor of it.
# Base: typed

from functools import lru_cache


@lru_cache(maxsize=None)
def product(ns: Tuple[Tuple[float, float], ...]) -> float:
    return math.prod(a * b for a, b in ns)


class NetQuantized:
    @staticmethod
    def quantize_activations(
        activations: np.ndarray, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]
    ) -> float:
        scales_so_far = n_initial_input * product(tuple(ns)) * n_w
        return 128 / largest_magnitude(activations) / scales_so_far


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(
        bias: torch.Tensor, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]
    ) -> torch.Tensor:
        scaled = bias * (n_w * n_initial_input * product(tuple(ns)))
        return scaled.round().clamp(-(2**31), 2**31 - 1)
