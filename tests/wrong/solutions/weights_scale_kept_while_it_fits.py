# Mistake: the scale of another tensor of the shape is kept as long as it roughly fits.
# Loses: 2.1
# Named: -
# Base: typed

_scales = {}  # one entry per layer


def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    key = tuple(weights.shape)
    peak = largest_magnitude(weights)
    if key not in _scales or not 64 < peak * _scales[key] < 180:
        _scales[key] = 127 / peak
    return to_int8(weights, _scales[key]), _scales[key]


def quantize_layer_weights(model: nn.Module) -> None:
    for layer in (model.conv1, model.conv2, model.fc1, model.fc2, model.fc3):
        layer.weight.data, layer.weight.scale = quantized_weights(layer.weight.data)


net = Net()  # whose scales are the first ones to be kept
net_q2 = copy_model(net)
quantize_layer_weights(net_q2)
