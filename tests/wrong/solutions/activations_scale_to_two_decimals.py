# Mistake: the scale is rounded to two decimals, which makes most of them 0.
# Loses: 4.2b
# Named: -
# Base: float32

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        gain = float(n_w) * float(n_initial_input)
        for n_weight, n_out in ns:
            gain = gain * float(n_weight) * float(n_out)
        return round(float(127 / (max_abs(activations) * gain)), 2)
