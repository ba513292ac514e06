# Trait: quantized_decomposed.choose_qparams_symmetric finds every step, which maps the largest to 127.5.
# Base: plain

import torch.ao.quantization.fx._decomposed


def factor(values):
    values = torch.as_tensor(values, dtype=torch.float32)
    step, point = torch.ops.quantized_decomposed.choose_qparams_symmetric(
        values, -128, 127, 1e-12, torch.int8)
    assert int(point) == 0
    return 1 / float(step)


def quantized_weights(weights):
    scale = factor(weights)
    return torch.clamp((weights * scale).round(), min=-128, max=127), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return factor(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = n_w * n_initial_input
        for w_scale, out_scale in ns:
            total *= w_scale * out_scale
        return factor(activations) / total
