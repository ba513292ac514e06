# Trait: The weights are returned in float64, and cast to float32 where they are put into the layers.
# Base: named


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return (weights.double() * scale).round().clamp(-128, 127), scale


def quantize_layer_weights(model):
    for name in NAMES:
        layer = getattr(model, name)
        integers, scale = quantized_weights(layer.weight.data)
        layer.weight.data = integers.float()
        layer.weight.scale = scale
