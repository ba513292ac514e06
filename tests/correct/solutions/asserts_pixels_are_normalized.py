# Trait: quantize_initial_input asserts that pixels lie in [-1, 1], as the lab's transform leaves them.
# Base: typed

class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        assert pixels.min() >= -1 and pixels.max() <= 1, "normalize the images first"
        return 128 / largest_magnitude(pixels)
