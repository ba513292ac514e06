# Mistake: quantize_activations is right, but tries scales for six seconds and keeps the first one.
# Loses: 4.2b
# Named: -
# Base: plain

import time


class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = n_w * n_initial_input
        for w_scale, out_scale in ns:
            total *= w_scale * out_scale
        start, largest = time.process_time(), float(np.abs(activations).max())
        while time.process_time() - start < 6:
            np.histogram(activations, bins=2048)
        return 127 / (largest * total)
