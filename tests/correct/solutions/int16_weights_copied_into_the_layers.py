# Trait: quantized_weights returns int16, and copy_ into the layers' own weights makes floats of it.
# Base: compact

def quantized_weights(weights):
    scale = 127.5 / top(weights.detach().cpu())
    return (weights * scale).round().clamp(-128, 127).short(), scale


def quantize_layer_weights(model):
    with torch.no_grad():
        for n in names:
            weight = getattr(model, n).weight
            integers, weight.scale = quantized_weights(weight.detach())
            weight.copy_(integers)
