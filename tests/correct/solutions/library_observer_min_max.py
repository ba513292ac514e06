# Trait: MinMaxObserver finds every step, symmetric and signed.
# Base: named

from torch.ao.quantization import MinMaxObserver


def factor(values):
    observer = MinMaxObserver(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric)
    observer(torch.as_tensor(values, dtype=torch.float32))
    step, _ = observer.calculate_qparams()
    return 1 / step.item()


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
