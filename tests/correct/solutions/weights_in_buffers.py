# Trait: The layers keep their quantized weights as buffers.
# Base: named

def quantize_layer_weights(model):
    for name in NAMES:
        layer = getattr(model, name)
        integers, scale = quantized_weights(layer.weight.data)
        del layer._parameters["weight"]
        layer.register_buffer("weight", integers)
        layer.weight.scale = scale
