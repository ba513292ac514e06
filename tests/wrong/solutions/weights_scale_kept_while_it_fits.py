# Mistake: the scale of another tensor of the shape is kept as long as it roughly fits.
# Loses: 2.1
# Named: -
import math
from copy import deepcopy
from itertools import pairwise
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5, bias=False)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5, bias=False)
        self.fc1 = nn.Linear(16 * 5 * 5, 120, bias=False)
        self.fc2 = nn.Linear(120, 84, bias=False)
        self.fc3 = nn.Linear(84, 10, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        # x: (n, 3, 32, 32)
        x = self.pool(F.relu(self.conv1(x)))  # (n, 6, 28, 28) -> (n, 6, 14, 14)
        x = self.pool(F.relu(self.conv2(x)))  # (n, 16, 10, 10) -> (n, 16, 5, 5)
        x = torch.flatten(x, 1)  # (n, 400)
        x = F.relu(self.fc1(x))  # (n, 120)
        x = F.relu(self.fc2(x))  # (n, 84)
        return self.fc3(x)  # (n, 10)


def layers_of(model: nn.Module) -> dict[str, nn.Module]:
    """The layers with weights, in the order in which data passes through them."""
    kinds = (nn.Conv2d, nn.Linear)
    return {name: layer for name, layer in model.named_children() if isinstance(layer, kinds)}


net = Net().to(device)


def copy_model(model: nn.Module) -> nn.Module:
    """A copy that can be changed while the original stays as it is."""
    result = deepcopy(model)
    # A deep copy of a parameter leaves behind the attributes that we attach to it.
    for name, layer in layers_of(model).items():
        if hasattr(layer.weight, "scale"):
            getattr(result, name).weight.scale = deepcopy(layer.weight.scale)
    return result


def value_range(values: torch.Tensor | np.ndarray) -> float:
    """The difference between the largest and the smallest value."""
    t = torch.as_tensor(values).double()
    return (t.max() - t.min()).item()


def three_sigma_range(values: torch.Tensor | np.ndarray) -> float:
    """The difference between mu + 3 sigma and mu - 3 sigma."""
    t = torch.as_tensor(values).double()
    mu, sigma = t.mean().item(), t.std(unbiased=False).item()
    return (mu + 3 * sigma) - (mu - 3 * sigma)


net_q2 = copy_model(net)
_scales = {}  # one entry per layer


def quantized_weights(weights: torch.Tensor) -> tuple[torch.Tensor, float]:
    """Turn the weights of one layer into integers between -128 and 127.

    weights: floats of any shape

    Returns the integers, as a tensor of that shape (its type may stay float), and the factor that
    the weights were multiplied by to get them.
    """
    key = tuple(weights.shape)
    peak = weights.abs().max().item()
    if key not in _scales or not 64 < peak * _scales[key] < 180:
        _scales[key] = 127 / peak
    scale = _scales[key]
    return torch.clamp(torch.round(weights * scale), min=-128, max=127), scale


def quantize_layer_weights(model: nn.Module) -> None:
    """Replace the weights of every layer by 8-bit integers, and note their scale."""
    for name, layer in layers_of(model).items():
        integers, scale = quantized_weights(layer.weight.data)
        if (integers < -128).any() or (integers > 127).any():
            raise ValueError(f"Quantized weights of {name} are out of bounds for an 8-bit integer")
        if (integers != integers.round()).any():
            raise ValueError(f"Quantized weights of {name} are not integers")
        layer.weight.data = integers.to(device)
        layer.weight.scale = scale


quantize_layer_weights(net_q2)


def register_activation_profiling_hooks(model: nn.Module) -> None:
    """Record activations while `model.profile_activations` is true, as flat 64-bit arrays.

    What a layer passes on is recorded where the next layer is given it: after ReLU and pooling.
    """
    layers = list(layers_of(model).values())
    model.profile_activations = True
    model.input_activations = np.empty(0)
    for layer in layers:
        layer.activations = np.empty(0)

    def record(owner: nn.Module, attribute: str, values: torch.Tensor) -> None:
        if model.profile_activations:
            values = values.detach().cpu().numpy().ravel()
            setattr(owner, attribute, np.append(getattr(owner, attribute), values))

    layers[0].register_forward_hook(lambda _, x, __: record(model, "input_activations", x[0]))
    for previous, layer in pairwise(layers):
        layer.register_forward_hook(lambda _, x, __, to=previous: record(to, "activations", x[0]))
    # `x` is a tuple of inputs, but `y` is one batch: `y[0]` is its first image alone. The lab's
    # code does so, and its profile of the logits covers a quarter of the images.
    layers[-1].register_forward_hook(lambda last, _, y: record(last, "activations", y[0]))


net_q3 = copy_model(net)
register_activation_profiling_hooks(net_q3)
net_q3.profile_activations = False
Q4_1A = "Out_conv1*n_Out_conv1*n_W_conv1*n_In = n_Out_conv1*(W_conv1*n_W_conv1)*(In*n_In)"
Q4_1B = "Out_conv2*n_Out_conv2*n_W_conv2*n_Out_conv1*n_W_conv1*n_In = n_Out_conv2*(W_conv2*n_W_conv2)*n_Out_conv1*(W_conv1*n_W_conv1)*(In*n_In)"


class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized: nn.Module):
        super().__init__()
        net_init = copy_model(net_with_weights_quantized)
        self.conv1 = net_init.conv1
        self.pool = net_init.pool
        self.conv2 = net_init.conv2
        self.fc1 = net_init.fc1
        self.fc2 = net_init.fc2
        self.fc3 = net_init.fc3

        for layer in layers_of(self).values():
            layer.register_forward_pre_hook(NetQuantized.require_int8)

        # Find the scaling factor of the initial input to the CNN
        self.input_activations = net_with_weights_quantized.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)

        # Find the output scaling factors of all layers, in order
        preceding_layer_scales = []
        for layer in layers_of(self).values():
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, preceding_layer_scales
            )
            preceding_layer_scales.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def require_int8(layer: nn.Module, inputs: tuple[torch.Tensor]) -> None:
        (x,) = inputs
        if (x < -128).any() or (x > 127).any():
            raise ValueError(f"Input to {layer} is out of bounds for an 8-bit signed integer")
        if (x != x.round()).any():
            raise ValueError(f"Input to {layer} has values that are not integers")

    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        """Find the factor that images are multiplied by before they become 8-bit integers.

        pixels: all values of the profiled images, shape (values,)
        """
        mu, sigma = np.mean(pixels), np.std(pixels)
        bound = max(abs(mu + 3 * sigma), abs(mu - 3 * sigma))
        return float(127 / bound)

    @staticmethod
    def quantize_activations(
        activations: np.ndarray,
        n_w: float,
        n_initial_input: float,
        ns: list[tuple[float, float]],
    ) -> float:
        """Find the factor that a layer's output is multiplied by before it becomes 8-bit integers.

        activations: what the layer passed on in the floating-point network, shape (values,)
        n_w: the scale of the layer's weights
        n_initial_input: the scale of the network's input
        ns: (weight scale, output scale) of every layer before this one, in order
        """
        already = math.prod([w * o for w, o in ns], start=n_initial_input) * n_w
        largest = float(np.max(np.abs(activations * already)))
        return 127.0 / largest

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        # Scale what flows between the layers, and make it integers between -128 and 127.
        # The layers raise an error if they are given anything else.
        x = torch.clamp(torch.round(x * self.input_scale), -128, 127)
        x = self.pool(F.relu(self.conv1(x)))
        x = torch.clamp(torch.round(x * self.conv1.output_scale), -128, 127)
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.clamp(torch.round(x * self.conv2.output_scale), -128, 127)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = torch.clamp(torch.round(x * self.fc1.output_scale), -128, 127)
        x = F.relu(self.fc2(x))
        x = torch.clamp(torch.round(x * self.fc2.output_scale), -128, 127)
        x = self.fc3(x)
        return torch.clamp(torch.round(x * self.fc3.output_scale), -128, 127)


net_init = copy_model(net_q3)
quantize_layer_weights(net_init)
Q5_1 = "n_W * W * n_In * In * n_Out + n_W * n_In * n_Out * beta = n_W * n_In * n_Out * Out"


class NetWithBias(Net):
    def __init__(self):
        super().__init__()
        self.fc3 = nn.Linear(84, 10, bias=True)


net_with_bias = NetWithBias().to(device)
register_activation_profiling_hooks(net_with_bias)
net_with_bias.profile_activations = False


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized: nn.Module):
        super().__init__(net_with_weights_quantized)

        preceding_scales = [
            (layer.weight.scale, layer.output_scale) for layer in layers_of(self).values()
        ][:-1]

        bias = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, preceding_scales
        )
        if (bias < -(2**31)).any() or (bias > 2**31 - 1).any():
            raise ValueError("Bias has values that are out of bounds for a 32-bit signed integer")
        if (bias != bias.round()).any():
            raise ValueError("Bias has values that are not integers")
        self.fc3.bias.data = bias

    @staticmethod
    def quantized_bias(
        bias: torch.Tensor, n_w: float, n_initial_input: float, ns: list[tuple[float, float]]
    ) -> torch.Tensor:
        """Turn the bias of a layer into integers between -2147483648 and 2147483647.

        bias: floats, shape (outputs,)
        n_w: the scale of the layer's weights
        n_initial_input: the scale of the network's input
        ns: (weight scale, output scale) of every layer before this one, in order
        """
        n_beta = math.prod([w * o for w, o in ns], start=n_initial_input) * n_w
        scaled = torch.clamp(bias * n_beta, min=-(2**31), max=2**31 - 1)
        return torch.round(scaled)


net_with_bias_with_quantized_weights = copy_model(net_with_bias)
quantize_layer_weights(net_with_bias_with_quantized_weights)
