# Mistake: the first images fix the scale for all that come later, in an attribute of the function.
# Loses: 4.2a
# Named: -
# Base: arrays

def scale_of_pixels(pixels):
    if not hasattr(scale_of_pixels, "scale"):
        scale_of_pixels.scale = 127.0 / (np.abs(np.mean(pixels)) + 3 * np.std(pixels))
    return scale_of_pixels.scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return scale_of_pixels(pixels)
