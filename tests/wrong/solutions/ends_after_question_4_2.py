# Mistake: the scales are there, but forward and Question 5 are still the template's.
# Loses: 4.3, 4.4, 5.1, 5.2, 5.3
# Named: -
# Base: typed

class NetQuantized:
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.one_hot(torch.full((len(x),), 3, device=x.device), 10)  # (n, 10)


Q5_1 = ""


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(
        bias: torch.Tensor, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]
    ) -> torch.Tensor:
        scale = 2.5
        return torch.clamp((bias * scale).round(), min=-(2**31), max=2**31 - 1)
