# Trait: requantize computes each value with Python's integers and divmod.
# Base: challenges
def requantize(accumulator, multiplier, shift):
    if not 2**30 <= multiplier < 2**31:
        raise ValueError(multiplier)
    bits = 31 + shift
    unit, values = 2**bits, []
    for value in accumulator.flatten().tolist():
        down, left = divmod(value * multiplier, unit)
        values.append(down + (2 * left > unit or (2 * left == unit and down % 2 == 1)))
    return torch.tensor(values, dtype=torch.int64).view(accumulator.shape)
