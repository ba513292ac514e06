# Mistake: quantize_layer_weights quantizes what it has quantized once more, and keeps the scale of the second time, 1.
# Loses: 4.4, 5.3
# Named: -
# Base: functional

def quantize_layer_weights(model):
    for layer in model.children():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            integers, _ = quantized_weights(layer.weight.data)
            layer.weight.data, layer.weight.scale = quantized_weights(integers)
