# Mistake: quantize_layer_weights stores where weights are positive, as 0 and 1.
# Loses: 2.2, 4.4, 5.3
# Named: -
# Base: functional

def quantize_layer_weights(model):
    for layer in model.children():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            integers, layer.weight.scale = quantized_weights(layer.weight.data)
            layer.weight.data = (integers > 0).float()
