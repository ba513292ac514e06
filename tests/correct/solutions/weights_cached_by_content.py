# Trait: Integers and scale are remembered by the bytes and the shape of the tensor.
# Base: plain

known = {}


def quantized_weights(weights):
    key = weights.numpy().tobytes(), tuple(weights.shape)
    if key not in known:
        scale = 127 / weights.abs().max().item()
        known[key] = torch.clamp((weights * scale).round(), min=-128, max=127), scale
    result, scale = known[key]
    return result.clone(), scale
