# Mistake: the range is that of the first profiled image.
# Loses: 4.2a
# Named: input-clips-much
# Base: typed

class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        first_image = pixels[: 3 * 32 * 32]
        return 128 / largest_magnitude(first_image)
