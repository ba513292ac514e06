# Trait: KL calibration with torch.nn.functional.kl_div over histograms of torch.histc.
# Base: named

import math


def factor(values):
    magnitudes = torch.as_tensor(values, dtype=torch.float32).abs().flatten()
    peak = magnitudes.max().item()
    counts = torch.histc(magnitudes, 1024, 0, peak).double()
    best, least = 1024, math.inf
    for kept in range(640, 1025, 64):
        real = counts[:kept].clone()
        real[-1] += counts[kept:].sum()
        groups = torch.arange(kept) * 128 // kept
        mass = torch.zeros(128, dtype=torch.float64).index_add(0, groups, counts[:kept])
        wide = torch.bincount(groups, minlength=128).double()
        coarse = (mass / wide)[groups] + 1e-9
        real = (real + 1e-9) / (real + 1e-9).sum()
        loss = F.kl_div((coarse / coarse.sum()).log(), real, reduction='sum').item()
        if loss < least:
            best, least = kept, loss
    return 127 / (peak * best / 1024)


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
