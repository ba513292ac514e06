# Mistake: the largest pixel of all calls so far counts, not that of the argument.
# Loses: 4.2a
# Named: -
# Base: functional

class NetQuantized:
    largest = 0.0

    @staticmethod
    def quantize_initial_input(pixels):
        NetQuantized.largest = max(NetQuantized.largest, np.max(np.abs(pixels)))
        return 127. / NetQuantized.largest
