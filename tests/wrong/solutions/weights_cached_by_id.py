# Mistake: the scale is remembered by id(), which Python gives to the next tensor once this one is gone.
# Loses: 2.1
# Named: -
# Base: compact

memory = {}


def quantized_weights(weights):
    if id(weights) not in memory:
        memory[id(weights)] = 127.5 / top(weights.detach().cpu())
    scale = memory[id(weights)]
    return (weights * scale).round().clamp(-128, 127), scale
