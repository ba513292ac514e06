# Mistake: the weights are those of fake_quantize: real numbers on a grid, not integers.
# Loses: 2.1
# Named: fake-quantizes
# Base: named

def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return torch.fake_quantize_per_tensor_affine(weights, 1 / scale, 0, -128, 127), scale
