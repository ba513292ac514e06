# Mistake: forward multiplies the sums of conv2 by its scale in float32, and rescales all others by integers.
# Loses: C.2
# Named: -
# Base: challenges
class NetQuantizedInteger(NetQuantized):
    def rescale(self, name, x):
        if name == "conv2":
            return (x.float() * float(self.conv2.output_scale)).round().clamp(-128, 127).long()
        return requantize(x, *self.factors[name]).clamp(-128, 127)
