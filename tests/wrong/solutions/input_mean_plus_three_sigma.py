# Mistake: the range is the mean plus three sigma: too little where most pixels are negative.
# Loses: 4.2a
# Named: input-clips-much
# Base: typed

class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        return float(127 / (pixels.mean() + 3 * pixels.std()))
