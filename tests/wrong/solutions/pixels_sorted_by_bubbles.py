# Mistake: the largest pixel is found by a bubble sort of all of them, which takes days.
# Loses: 4.2a
# Named: -
# Base: functional

def bubble_sorted(values):
    values = [abs(v) for v in values]
    for end in range(len(values) - 1, 0, -1):
        for i in range(end):
            if values[i] > values[i + 1]:
                values[i], values[i + 1] = values[i + 1], values[i]
    return values


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 127. / bubble_sorted(pixels)[-1]
