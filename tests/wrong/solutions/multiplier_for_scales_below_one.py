# Mistake: scales of 1 and more get no negative shift, but a multiplier of 32 bits and more.
# Loses: C.2
# Named: -
# Base: challenges
def quantize_multiplier(scale):
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(scale)
    shift = 0
    while scale < 0.5:
        scale, shift = scale * 2, shift + 1
    return min(round(scale * 2**31), 2**31 - 1) if scale < 1 else round(scale * 2**31), shift
