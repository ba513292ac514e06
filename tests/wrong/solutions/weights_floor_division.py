# Mistake: floor division by the step size, which always goes down.
# Loses: 2.1
# Named: floors
# Base: float32

def quantized_weights(weights):
    step = float(max_abs(weights)) / 127
    integers = weights // step
    return integers.clamp(min=-128, max=127), 1 / step
