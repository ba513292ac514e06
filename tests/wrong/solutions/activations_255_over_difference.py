# Mistake: 255 / (max - min) is right for a zero point, here it doubles all ReLU outputs.
# Loses: 4.2b
# Named: activations-spreads-the-width
# Base: typed

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        spread = float(activations.max()) - float(activations.min())
        return 255 / spread / (n_initial_input * product(ns) * n_w)
