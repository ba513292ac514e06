# Mistake: only the first value of the profile is looked at.
# Loses: 4.2a
# Named: -
# Base: plain

class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        first = np.abs(pixels[0])
        return 127.0 / first
