# Trait: a script rather than a notebook: no cell but this one, everything long is in main() under `if __name__ == "__main__":`.

# %%
"""EE 290-2 Lab 1, run with `python lab1.py --epochs 2`."""

import argparse
import copy
import sys

import numpy as np
import torch
from torch import nn, optim
from torch.nn import functional as F

Q4_1A = "(n_W_conv1 * W_conv1) * (n_In * In) * n_Out_conv1 = (n_W_conv1 * n_In * n_Out_conv1) * Out_conv1"
Q4_1B = "(n_W_conv2 * W_conv2) * (n_W_conv1 * n_In * n_Out_conv1 * Out_conv1) * n_Out_conv2 = (n_W_conv2 * n_W_conv1 * n_In * n_Out_conv1 * n_Out_conv2) * Out_conv2"
Q5_1 = "n_Out * (n_W * W * n_In * In + n_W * n_In * beta) = n_W * n_In * n_Out * Out"

LAYERS = "conv1", "conv2", "fc1", "fc2", "fc3"


class Net(nn.Module):
    bias = False

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5, bias=False)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5, bias=False)
        self.fc1 = nn.Linear(400, 120, bias=False)
        self.fc2 = nn.Linear(120, 84, bias=False)
        self.fc3 = nn.Linear(84, 10, bias=self.bias)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.flatten(1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class NetWithBias(Net):
    bias = True


def value_range(values):
    return float(np.ptp(np.asarray(values)))


def three_sigma_range(values):
    return float(6 * np.std(np.asarray(values)))


def copy_model(model):
    new = copy.deepcopy(model)
    for name in LAYERS:
        old_layer, new_layer = getattr(model, name), getattr(new, name)
        if hasattr(old_layer.weight, "scale"):
            new_layer.weight.scale = old_layer.weight.scale
    return new


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return torch.clamp(torch.round(weights * scale), -128, 127), scale


def quantize_layer_weights(model):
    for name in LAYERS:
        layer = getattr(model, name)
        layer.weight.data, layer.weight.scale = quantized_weights(layer.weight.data)


def register_activation_profiling_hooks(model):
    model.profile_activations = True
    model.input_activations = np.empty(0)
    for name in LAYERS:
        getattr(model, name).activations = np.empty(0)

    def keep(owner, values):
        if model.profile_activations:
            values = values.detach().cpu().numpy().ravel()
            field = "input_activations" if owner is model else "activations"
            setattr(owner, field, np.append(getattr(owner, field), values))

    owners = [model] + [getattr(model, n) for n in LAYERS[:-1]]
    for owner, name in zip(owners, LAYERS):
        getattr(model, name).register_forward_hook(lambda m, x, y, owner=owner: keep(owner, x[0]))
    model.fc3.register_forward_hook(lambda m, x, y: keep(m, y[0]))


class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        net = copy_model(net_with_weights_quantized)
        for name in LAYERS + ("pool",):
            setattr(self, name, getattr(net, name))
        for name in LAYERS:
            getattr(self, name).register_forward_pre_hook(self.check)
        self.input_activations = net.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)
        ns = []
        for name in LAYERS:
            layer = getattr(self, name)
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, ns
            )
            ns.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def check(layer, x):
        assert (x[0] == x[0].round()).all() and x[0].min() >= -128 and x[0].max() <= 127

    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / np.abs(pixels).max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        n = n_w * n_initial_input
        for w, o in ns:
            n *= w * o
        return 127 / (np.abs(activations).max() * n)

    def forward(self, x):
        def q(x, scale):
            return torch.clamp(torch.round(x * scale), -128, 127)

        x = q(x, self.input_scale)
        x = q(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = q(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = q(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = q(F.relu(self.fc2(x)), self.fc2.output_scale)
        return q(self.fc3(x), self.fc3.output_scale)


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        ns = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in LAYERS[:-1]]
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, ns
        )

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        n = n_w * n_initial_input
        for w, o in ns:
            n *= w * o
        return torch.clamp(torch.round(bias * n), -(2**31), 2**31 - 1)


def train(model, loader, epochs, device):
    loss_function = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr=0.001, momentum=0.9)
    for _ in range(epochs):
        for images, labels in loader:
            optimizer.zero_grad()
            loss_function(model(images.to(device)), labels.to(device)).backward()
            optimizer.step()


def test(model, loader, device, max_samples=None):
    right = seen = 0
    with torch.no_grad():
        for images, labels in loader:
            right += int((model(images.to(device)).argmax(1).cpu() == labels).sum())
            seen += len(labels)
            if max_samples and seen > max_samples:
                break
    return 100 * right / seen


def main(argv=None):
    import torchvision
    from torchvision import transforms as T

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args(argv)

    to_pixels = T.Compose([T.ToTensor(), T.Normalize((0.5,) * 3, (0.5,) * 3)])
    loaders = [
        torch.utils.data.DataLoader(
            torchvision.datasets.CIFAR10("data", train=part, download=True, transform=to_pixels),
            batch_size=4, shuffle=part, num_workers=2,
        )
        for part in (True, False)
    ]
    for kind, quantized in ((Net, NetQuantized), (NetWithBias, NetQuantizedWithBias)):
        net = kind().to(args.device)
        train(net, loaders[0], args.epochs, args.device)
        print(kind.__name__, "float", test(net, loaders[1], args.device))
        for name in LAYERS:
            w = getattr(net, name).weight.detach().cpu()
            print(name, value_range(w), three_sigma_range(w))
        register_activation_profiling_hooks(net)
        test(net, loaders[0], args.device, 400)
        net.profile_activations = False
        quantize_layer_weights(net)
        print(kind.__name__, "int8 ", test(quantized(net), loaders[1], args.device))
    return 0


if __name__ == "__main__":
    sys.exit(main())
