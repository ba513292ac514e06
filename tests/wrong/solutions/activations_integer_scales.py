# Mistake: the scales are cast to int, an output scale below 1 becomes 0 and divides by zero.
# Loses: 4.2b
# Named: -
# Base: compact

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = int(n_w) * int(n_initial_input) * prod([(int(a), int(b)) for a, b in ns])
        return 127.5 / top(activations) / total
