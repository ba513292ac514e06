# Trait: A histogram of 2048 bins gives the smallest clipping point that keeps 99.95 % of the values.
# Base: plain

def clip_point(values, keep=0.9995, bins=2048):
    mags = torch.as_tensor(values).abs().float().flatten()
    top = mags.max().item()
    counts = torch.histc(mags, bins=bins, min=0.0, max=top)
    share = torch.cumsum(counts.double(), 0) / mags.numel()
    last = int((share < keep).sum())          # first bin that reaches the share
    return (last + 1) * top / bins


def quantized_weights(weights):
    scale = 127 / clip_point(weights)
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / clip_point(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        n_out = 127 / clip_point(activations) / (n_w * n_initial_input)
        for i in range(len(ns)):
            n_out = n_out / (ns[i][0] * ns[i][1])
        return n_out
