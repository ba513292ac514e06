# Mistake: the scale is printed and not returned.
# Loses: 4.2a
# Named: -
# Base: typed

class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        scale = 128 / largest_magnitude(pixels)
        print('input scale', scale)
