# Trait: PerChannelMinMaxObserver, of whose steps the largest is taken for all channels.
# Base: named

from torch.ao.quantization import PerChannelMinMaxObserver


def factor(values):
    observer = PerChannelMinMaxObserver(dtype=torch.qint8, qscheme=torch.per_channel_symmetric)
    values = torch.as_tensor(values, dtype=torch.float32)
    observer(values if values.dim() > 1 else values[None])
    steps, _ = observer.calculate_qparams()
    return 1 / steps.max().item()


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
