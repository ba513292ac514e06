# Trait: The largest magnitude of an array is remembered by a digest of all its bytes.
# Base: named

import hashlib


peaks = {}


def peak(values):
    key = hashlib.sha256(np.ascontiguousarray(values).tobytes()).digest()
    if key not in peaks:
        peaks[key] = np.abs(values).max()
    return peaks[key]


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / peak(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for w, o in ns:
            carried *= w * o
        return 127 / peak(activations) / carried
