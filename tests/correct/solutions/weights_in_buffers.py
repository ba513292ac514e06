# Trait: The layers keep their quantized weights, as buffers.
# Base: named

def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return (weights * scale).round().clamp(-128, 127), scale

def quantize_layer_weights(model):
    for name in NAMES:
        layer = getattr(model, name)
        integers, scale = quantized_weights(layer.weight.data)
        del layer._parameters["weight"]
        layer.register_buffer("weight", integers); layer.weight.scale = scale
