# Trait: requantize splits the sums into halves of 16 bits, and float64 holds each product.
# Base: challenges
def requantize(accumulator, multiplier, shift):
    if not 2**30 <= multiplier < 2**31:
        raise ValueError(multiplier)
    bits = 31 + shift
    high, low = accumulator >> 16, accumulator & 65535
    upper, lower = high.double() * multiplier, low.double() * multiplier
    total = upper.long() * 65536 + lower.long()
    odd = (total >> bits) & 1
    return (total + (2 ** (bits - 1) - 1) + odd) >> bits
