# Trait: an observer with reduce_range for the weights: a bit is left free, and nothing is cut off.
# Base: named

from torch.ao.quantization import MinMaxObserver


def quantized_weights(weights):
    observer = MinMaxObserver(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric, reduce_range=True)
    observer(weights)
    scale = 1 / observer.calculate_qparams()[0].item()
    return (weights * scale).round().clamp(-128, 127), scale
