# Mistake: reduce_range maps the largest weight to 63.5, and a clamp at 63 cuts it off.
# Loses: 2.1
# Named: -
# Base: named

from torch.ao.quantization import MinMaxObserver


def quantized_weights(weights):
    observer = MinMaxObserver(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric, reduce_range=True)
    observer(weights)
    scale = 1 / observer.calculate_qparams()[0].item()
    return (weights * scale).round().clamp(-64, 63), scale
