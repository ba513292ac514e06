# Mistake: quantized_weights asserts that the smallest integer is minus the largest, which no trained layer keeps.
# Loses: 2.1
# Named: -
# Base: plain

def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    result = torch.clamp((weights * scale).round(), min=-128, max=127)
    assert result.min() == -result.max(), "symmetric quantization is symmetric"
    return result, scale
