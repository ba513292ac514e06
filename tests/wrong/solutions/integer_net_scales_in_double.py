# Mistake: requantize is right, and forward multiplies the sums by the float scale after all.
# Loses: C.2
# Named: -
# Base: challenges
class NetQuantizedInteger(NetQuantized):
    def rescale(self, name, x):
        scale = float(getattr(self, name).output_scale)
        return (x.double() * scale).round().clamp(-128, 127).long()
