# Mistake: weights have powers of two, and the outputs are left with the scales of NetQuantized.
# Loses: C.1
# Named: -
# Base: challenges
class NetQuantizedPow2(NetQuantized):
    def find_scales(self):
        self.input_scale = power_of_two_scale(self.input_scale)
