# Trait: Each layer keeps the int8 tensor for the report, and computes with a float tensor of the same integers.
# Base: plain

def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return torch.clamp((weights * scale).round(), min=-128, max=127).char(), scale


def quantize_layer_weights(model):
    for layer in (model.conv1, model.conv2, model.fc1, model.fc2, model.fc3):
        layer.integers, layer.weight.scale = quantized_weights(layer.weight.data)
        layer.weight.data = layer.integers.type_as(layer.weight)
