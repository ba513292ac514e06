# Mistake: the loop doubles the limit and not the scale, so it never ends.
# Loses: 4.2a
# Named: -
# Base: powers

class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        peak = max(pixels.max(), -pixels.min())
        scale, limit = 1.0, 127.0
        while peak * scale <= limit:
            limit *= 2.0
            if limit == math.inf:
                limit = 127.0
        return scale
