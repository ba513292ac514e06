# Trait: FakeQuantize learns its step from the weights it sees, and the step is read from it.
# Base: named

from torch.ao.quantization import FakeQuantize, MinMaxObserver


def quantized_weights(weights):
    fake = FakeQuantize(observer=MinMaxObserver, quant_min=-128, quant_max=127, dtype=torch.qint8,
                        qscheme=torch.per_tensor_symmetric)
    near = fake(weights)
    scale = 1 / fake.scale.item()
    return torch.round(near * scale), scale
