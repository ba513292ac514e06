# Mistake: rounding is missing everywhere.
# Loses: 4.3
# Named: forward-unrounded-last-layer, -
# Base: float32

class NetQuantized:
    def requantize(self, x, scale):
        x = x * float(scale)
        return torch.clamp(x, -128, 127)
