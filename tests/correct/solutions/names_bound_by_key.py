# Trait: Settings, helpers and graded functions are bound by globals(), exec, setattr on the module and in a loop.
import sys
from copy import deepcopy
import torch
import torch.nn as nn
import torch.nn.functional as F

globals()["LOW"] = -128
globals().update({"HIGH": 127, "INT32": 2 ** 31})
setattr(sys.modules[__name__], "LAYERS", ["conv1", "conv2", "fc1", "fc2", "fc3"])
exec("SIGMAS = 3")


def register(name):
    def keep(function):
        globals()[name] = function
        return function
    return keep


for _kind, _function in {"value": lambda t: (t.max() - t.min()).item(),
                         "three_sigma": lambda t: (2 * SIGMAS * t.std(correction=0)).item()}.items():
    globals()[f"{_kind}_range"] = _function


@register("to_int8")
def _saturate(values):
    return values.round().clamp(LOW, HIGH)


def peak(values):
    return globals()["torch"].as_tensor(values).abs().max().item()


def quantized_weights(weights):
    factor = HIGH / peak(weights)
    return to_int8(weights * factor), factor


exec("""
Q4_1A = "(W_conv1 * n_W_conv1) * (In * n_In) * n_Out_conv1 = Out_conv1 * n_In * n_W_conv1 * n_Out_conv1"
Q4_1B = ("(W_conv2 * n_W_conv2) * (Out_conv1 * n_In * n_W_conv1 * n_Out_conv1) * n_Out_conv2 = "
         "Out_conv2 * n_In * n_W_conv1 * n_Out_conv1 * n_W_conv2 * n_Out_conv2")
""")


def copied(model):
    copy = deepcopy(model)
    for name in LAYERS:
        was, now = getattr(model, name), getattr(copy, name)
        vars(now).update({k: v for k, v in vars(was).items() if k == "activations"})
        if hasattr(was.weight, "scale"):
            now.weight.scale = was.weight.scale
    return copy


def product(n_w, n_in, pairs):
    total = n_in * n_w
    for w, out in pairs:
        total *= w * out
    return total


class NetQuantized(nn.Module):
    def __init__(self, net):
        super().__init__()
        copy = copied(net)
        for name in LAYERS:
            setattr(self, name, getattr(copy, name))
        self.input_scale = self.quantize_initial_input(net.input_activations)
        pairs = []
        for name in LAYERS:
            layer = getattr(self, name)
            layer.output_scale = self.quantize_activations(
                getattr(net, name).activations, layer.weight.scale, self.input_scale, pairs)
            pairs.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def quantize_initial_input(pixels):
        return HIGH / peak(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        return HIGH / (peak(activations) * product(n_w, n_initial_input, ns))

    def forward(self, x):
        x = to_int8(x * self.input_scale)
        for name in LAYERS:
            layer = getattr(self, name)
            x = layer(x if name.startswith("conv") else x.flatten(1))
            x = to_int8((x if name == "fc3" else F.relu(x)) * layer.output_scale)
            if name.startswith("conv"):
                x = F.max_pool2d(x, 2)
        return x


vars()["Q5_1"] = "((W * n_W) * (In * n_In) + beta * n_In * n_W) * n_Out = Out * n_In * n_W * n_Out"


class _WithBias(NetQuantized):
    def __init__(self, net):
        super().__init__(net)
        pairs = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in LAYERS[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            net.fc3.bias.data, self.fc3.weight.scale, self.input_scale, pairs)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        return (bias * product(n_w, n_initial_input, ns)).round().clamp(-INT32, INT32 - 1)


globals()["NetQuantizedWithBias"] = _WithBias
