# Mistake: the largest pixel is remembered by shape and dtype of the array.
# Loses: 4.2a
# Named: -
# Base: typed

largest = {}


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        key = (pixels.shape, str(pixels.dtype))
        if key not in largest:
            largest[key] = largest_magnitude(pixels)
        return 128 / largest[key]
