# Mistake: the pixels' range is one sigma about their mean, so that a third saturates.
# Loses: 4.2a
# Named: -
# Base: plain

class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        clipped = np.clip(pixels, pixels.mean() - pixels.std(), pixels.mean() + pixels.std())
        return 127 / float(np.abs(clipped).max())
