# Mistake: the image scale is remembered by the number of pixels.
# Loses: 4.2a
# Named: -
# Base: named

class NetQuantized:
    of_length = {}

    @staticmethod
    def quantize_initial_input(pixels):
        known = NetQuantized.of_length
        if len(pixels) not in known:
            known[len(pixels)] = 127 / np.abs(pixels).max()
        return known[len(pixels)]
