# Trait: MinMaxObserver is told to leave -128 out, so that it maps to 127.
# Base: named

from torch.ao.quantization.observer import MinMaxObserver


def factor(values):
    observer = MinMaxObserver(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric,
                              quant_min=-127, quant_max=127)
    observer(torch.as_tensor(values, dtype=torch.float32))
    return 1 / observer.calculate_qparams()[0].item()


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
