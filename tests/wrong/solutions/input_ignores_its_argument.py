# Mistake: the function reads a global profile that does not exist, instead of its argument.
# Loses: 4.2a
# Named: -
# Base: float32

class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return np.float32(127) / max_abs(train_pixels)
