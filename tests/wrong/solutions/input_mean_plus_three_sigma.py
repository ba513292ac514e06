# Mistake: the range is the mean plus three sigma: too little where most pixels are negative.
# Loses: 4.2a
# Named: input-clips-much
from copy import deepcopy
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
    return float(values.max() - values.min())


def three_sigma_range(values: torch.Tensor | np.ndarray) -> float:
    """The difference between mu + 3 sigma and mu - 3 sigma."""
    return float(6 * values.std())


def quantized_weights(weights: torch.Tensor) -> tuple[torch.Tensor, float]:
    """Turn the weights of one layer into integers between -128 and 127.

    weights: floats of any shape

    Returns the integers, as a tensor of that shape (its type may stay float), and the factor that
    the weights were multiplied by to get them.
    """
    mu, sigma = weights.mean().item(), weights.std(unbiased=False).item()
    bound = max(abs(mu - 3 * sigma), abs(mu + 3 * sigma)) or 1.0
    scale = 127 / bound
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale


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


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_W_conv1 * n_In * n_Out_conv1 * Out_conv1"
Q4_1B = "n_W_conv2 * W_conv2 * (n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1) * n_Out_conv2 = n_W_conv2 * n_W_conv1 * n_In * n_Out_conv1 * n_Out_conv2 * Out_conv2"


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
        return float(127 / (pixels.mean() + 3 * pixels.std()))

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
        total = n_initial_input * n_w
        for weight_scale, output_scale in ns:
            total *= weight_scale * output_scale
        return 127 / (np.abs(activations).max() * total)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        # Scale what flows between the layers, and make it integers between -128 and 127.
        # The layers raise an error if they are given anything else.
        x = (x * self.input_scale).round().clamp(-128, 127)
        for conv in (self.conv1, self.conv2):
            x = F.relu(self.pool(conv(x)))
            x = (x * conv.output_scale).round().clamp(-128, 127)
        x = x.flatten(1)
        for fc in (self.fc1, self.fc2):
            x = (F.relu(fc(x)) * fc.output_scale).round().clamp(-128, 127)
        return (self.fc3(x) * self.fc3.output_scale).round().clamp(-128, 127)


Q5_1 = "(n_W * W * n_In * In + n_W * n_In * beta) * n_Out = n_W * n_In * n_Out * Out"


class NetWithBias(Net):
    def __init__(self):
        super().__init__()
        self.fc3 = nn.Linear(84, 10, bias=True)


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
        scale = n_initial_input * n_w
        for weight_scale, output_scale in ns:
            scale *= weight_scale * output_scale
        return torch.clamp((bias * scale).round(), min=-(2**31), max=2**31 - 1)
