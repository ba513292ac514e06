# Mistake: both scale functions still return the template's 1.0.
# Loses: 4.2a, 4.2b
# Named: input-a-constant, activations-a-constant
# Base: arrays

class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 1.0

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        return 1.0
