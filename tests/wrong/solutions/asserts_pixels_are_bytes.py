# Mistake: quantize_initial_input asserts that pixels are those of a file, 0 to 255, but they are normalized.
# Loses: 4.2a
# Named: -
# Base: functional

class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        assert np.max(pixels) > 1 and np.min(pixels) >= 0
        return 127. / np.max(np.abs(pixels))
