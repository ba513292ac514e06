# Mistake: the clipped weights are scaled by one factor, and the factor of the unclipped ones is returned.
# Loses: 2.1
# Named: -
# Base: named

def quantized_weights(weights):
    limit = (weights.mean().abs() + 3 * weights.std()).item()
    result = (weights.clamp(-limit, limit) * (127 / limit)).round()
    return result.clamp(-128, 127), 127 / weights.abs().max().item()
