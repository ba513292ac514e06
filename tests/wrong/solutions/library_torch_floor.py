# Mistake: torch.floor takes the scaled weights down, in a compiled function of torch.jit.
# Loses: 2.1
# Named: floors
# Base: plain

@torch.jit.script
def lowered(values: torch.Tensor, scale: float) -> torch.Tensor:
    return torch.floor(values * scale).clamp(-128, 127)


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return lowered(weights, scale), scale
