# Mistake: PerChannelMinMaxObserver gives a step for each channel, and all of them are returned as the scale.
# Loses: 2.1
# Named: -
# Base: plain

from torch.ao.quantization import PerChannelMinMaxObserver


def quantized_weights(weights):
    observer = PerChannelMinMaxObserver(dtype=torch.qint8, qscheme=torch.per_channel_symmetric)
    observer(weights)
    steps, points = observer.calculate_qparams()
    return torch.quantize_per_channel(weights, steps, points, 0, torch.qint8).int_repr().float(), 1 / steps
