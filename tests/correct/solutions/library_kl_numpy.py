# Trait: KL calibration in NumPy alone, where the sum of p log p / q is written out.
# Base: plain

import math


def factor(values):
    magnitudes = np.abs(np.asarray(values, dtype=np.float64)).ravel()
    counts, edges = np.histogram(magnitudes, bins=1024)
    best, least = len(counts), np.inf
    for kept in range(512, len(counts) + 1, 32):
        real = counts[:kept].astype(np.float64)
        real[-1] += counts[kept:].sum()
        level = np.arange(kept) * 128 // kept
        filled = counts[:kept] > 0
        mass = np.bincount(level, counts[:kept], 128)
        bins = np.bincount(level, filled, 128)
        coarse = np.where(filled, (mass / np.maximum(bins, 1))[level], 0.0)
        p, q = real / real.sum() + 1e-12, coarse / max(coarse.sum(), 1) + 1e-12
        distance = math.fsum(p * np.log(p / q))
        if distance < least:
            best, least = kept, distance
    return 127 / float(edges[best])


def quantized_weights(weights):
    scale = factor(weights)
    return (weights * scale).round().clamp(-128, 127), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return factor(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        scales = [n_w, n_initial_input, *(scale for pair in ns for scale in pair)]
        return factor(activations) / float(np.prod(scales))
