# Mistake: the rescaled integers are passed on without a clamp, for an int64 holds them.
# Loses: C.2
# Named: -
# Base: challenges
class NetQuantizedInteger(NetQuantized):
    def rescale(self, name, x):
        return requantize(x, *self.factors[name])
