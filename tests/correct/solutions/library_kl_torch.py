# Trait: KL calibration with torch.nn.functional.kl_div over histograms of torch.histc.
# Base: named

import math


def factor(values):
    magnitudes = torch.as_tensor(values, dtype=torch.float32).abs().flatten()
    peak = magnitudes.max().item()
    counts = torch.histc(magnitudes, 1024, 0, peak).double()
    best, least = 1024, math.inf
    for kept in range(512, 1025, 64):
        inside = counts[:kept]
        real = inside.clone()
        real[-1] += counts[kept:].sum()
        groups, filled = torch.arange(kept) * 128 // kept, (inside > 0).double()
        zeros = torch.zeros(128, dtype=torch.float64)
        mass, bins = zeros.index_add(0, groups, inside), zeros.index_add(0, groups, filled)
        coarse = (mass / bins.clamp(min=1))[groups] * filled
        p, q = real + 1e-9, coarse + 1e-9
        loss = F.kl_div((q / q.sum()).log(), p / p.sum(), reduction="sum").item()
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
