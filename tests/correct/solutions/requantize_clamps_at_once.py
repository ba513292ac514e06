# Trait: requantize clamps to int8 itself, to -127 and 127, and returns int32.
# Base: challenges
def requantize(accumulator, multiplier, shift):
    if not 2**30 <= multiplier < 2**31:
        raise ValueError(multiplier)
    bits = 31 + shift
    product = accumulator * multiplier
    odd = (product >> bits) & 1
    return ((product + (2 ** (bits - 1) - 1) + odd) >> bits).clamp(-127, 127).int()


class NetQuantizedInteger(NetQuantized):
    def rescale(self, name, x):
        return requantize(x, *self.factors[name]).long()
