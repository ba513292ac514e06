# Mistake: the scale is remembered by the shape of the tensor, and the next tensor of that shape gets it.
# Loses: 2.1
# Named: -
# Base: typed

_scales = {}  # one entry per layer


def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    key = tuple(weights.shape)
    if key not in _scales:
        peak = largest_magnitude(weights)
        _scales[key] = 127 / peak if peak > 0 else 1.0
    return to_int8(weights, _scales[key]), _scales[key]


def quantize_layer_weights(model: nn.Module) -> None:
    for layer in (model.conv1, model.conv2, model.fc1, model.fc2, model.fc3):
        layer.weight.data, layer.weight.scale = quantized_weights(layer.weight.data)


net = Net()  # whose scales are the first ones to be kept
net_q2 = copy_model(net)
quantize_layer_weights(net_q2)
