# Mistake: the products are formed in float16, which has only 11 bits.
# Loses: 2.1
# Named: -
# Base: plain

def quantized_weights(weights):
    scale = 127.0 / torch.max(torch.abs(weights)).item()
    result = (weights.to(torch.float16) * torch.tensor(scale, dtype=torch.float16)).float().round()
    return torch.clamp(result, min=-128, max=127), scale
