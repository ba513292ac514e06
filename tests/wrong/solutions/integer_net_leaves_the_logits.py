# Mistake: what fc3 adds up is returned as it is.
# Loses: C.2
# Named: -
# Base: challenges
class NetQuantizedInteger(NetQuantized):
    def rescale(self, name, x):
        if name == "fc3":
            return x
        return requantize(x, *self.factors[name]).clamp(-128, 127)
