# %% [markdown]
# # Lab 1: Quantization
#
# EE 290-2, Hardware for Machine Learning. We train a small convolutional network in 32-bit floating
# point and then run it on 8-bit integers: first its weights, then everything that flows between its
# layers, at last a bias.
#
# Write your code between `YOUR CODE HERE` and `END OF YOUR CODE`. What stands there now is a
# placeholder. All other code is complete and correct: you can rely on it and leave it as it is.
# Keep all names, because your functions are called by name.
#
# Below each question a cell such as `check("2.1")` says whether your code is right, and if not,
# what to mend first. It takes the code of the cells that you have executed, and nothing has to be
# trained before. `check()` looks at all questions so far.
#
# Write your answers in place of the text in italics.

# %%
# Colab has all of these. Elsewhere, what is missing is installed first.
import subprocess
import sys
from importlib.util import find_spec

missing = [name for name in ("torch", "torchvision", "matplotlib") if not find_spec(name)]
if missing:
    subprocess.run([sys.executable, "-m", "pip", "install", *missing], check=True)

import math
import os
from copy import deepcopy
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
import torchvision
import torchvision.transforms as transforms
from torch.utils.data import DataLoader

try:
    from grader.self_check.notebook import check
except ImportError:

    def check(*_: object) -> None:
        print("check needs the grader: start Jupyter with PYTHONPATH set to the grader's folder.")


# %% [markdown]
# ## Settings
#
# `DATA_SET` is `"cifar10"`, which is downloaded at the first run, or a folder of images laid out as
# `train/CLASS/*` and `test/CLASS/*`.

# %%
DATA_SET = os.environ.get("LAB1_DATA_SET", "cifar10")
EPOCHS = int(os.environ.get("LAB1_EPOCHS", "2"))

device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
torch.manual_seed(290)  # so that a second run trains the same nets

# %% [markdown]
# ## Data
#
# A picture becomes a tensor of shape (3, 32, 32) with values in [-1, 1].


# %%
def load_data(name: str) -> tuple[torch.utils.data.Dataset, torch.utils.data.Dataset]:
    """The training set and the test set: CIFAR-10, or the images of a folder."""
    mean = deviation = (0.5, 0.5, 0.5)
    to_pixels = transforms.Compose([transforms.ToTensor(), transforms.Normalize(mean, deviation)])
    if name == "cifar10":
        return (
            torchvision.datasets.CIFAR10("data", train=True, download=True, transform=to_pixels),
            torchvision.datasets.CIFAR10("data", train=False, download=True, transform=to_pixels),
        )
    return (
        torchvision.datasets.ImageFolder(f"{name}/train", transform=to_pixels),
        torchvision.datasets.ImageFolder(f"{name}/test", transform=to_pixels),
    )


trainset, testset = load_data(DATA_SET)
trainloader = DataLoader(trainset, batch_size=4, shuffle=True)
testloader = DataLoader(testset, batch_size=4, shuffle=False)

# %% [markdown]
# ## The network
#
# LeNet-5 for colour images. No layer has a bias; that makes quantization simpler.


# %%
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


# %%
def train(model: nn.Module, loader: DataLoader, epochs: int = EPOCHS) -> None:
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr=0.001, momentum=0.9)
    for epoch in range(epochs):
        total = 0.0
        for images, labels in loader:  # (4, 3, 32, 32) and (4,)
            optimizer.zero_grad()
            loss = criterion(model(images.to(device)), labels.to(device))
            loss.backward()
            optimizer.step()
            total += loss.item()
        print(f"epoch {epoch + 1}: loss {total / len(loader):.3f}")


def test(model: nn.Module, loader: DataLoader, max_samples: int | None = None) -> float:
    """The percentage of correct predictions; stops once it has seen more than `max_samples`."""
    correct = seen = 0
    with torch.no_grad():
        for images, labels in loader:  # (4, 3, 32, 32) and (4,)
            predicted = model(images.to(device)).argmax(dim=1).cpu()  # (4, 10) -> (4,)
            correct += (predicted == labels).sum().item()
            seen += len(labels)
            if max_samples is not None and seen > max_samples:
                break
    return 100 * correct / seen


# %%
net = Net().to(device)
train(net, trainloader)

# %%
net_accuracy = test(net, testloader)
print(f"Accuracy of the floating-point network: {net_accuracy:.2f} %")


# %%
def copy_model(model: nn.Module) -> nn.Module:
    """A copy that can be changed while the original stays as it is."""
    result = deepcopy(model)
    # A deep copy of a parameter leaves behind the attributes that we attach to it.
    for name, layer in layers_of(model).items():
        if hasattr(layer.weight, "scale"):
            getattr(result, name).weight.scale = deepcopy(layer.weight.scale)
    return result


# %% [markdown]
# ## Question 1: Visualize Weights
#
# ### 1.1
# Plot histograms of the weights of every convolutional and fully-connected layer. Record any
# observations you make about the distribution of the values.
#
# *Your observations.*


# %%
# YOUR CODE HERE
# Plot the histograms here.
# END OF YOUR CODE

# %% [markdown]
# ### 1.2
# Record the range of the weights, as well as their 3-sigma range (the difference between
# $\mu + 3\sigma$ and $\mu - 3\sigma$). For which layers is the 3-sigma range larger or smaller than
# the actual range? Then explain which range you would prefer to use if you were to quantize each
# layer's weights and wanted to strike a balance between the range of values that could be
# expressed, and your precision.
#
# Complete the two functions; both take a tensor or an array of any shape.
#
# *Your ranges, and which you prefer.*


# %%
def value_range(values: torch.Tensor | np.ndarray) -> float:
    """The difference between the largest and the smallest value."""
    # YOUR CODE HERE
    return 0.0
    # END OF YOUR CODE


def three_sigma_range(values: torch.Tensor | np.ndarray) -> float:
    """The difference between mu + 3 sigma and mu - 3 sigma."""
    # YOUR CODE HERE
    return 0.0
    # END OF YOUR CODE


for name, layer in layers_of(net).items():
    full, three_sigma = value_range(layer.weight.data), three_sigma_range(layer.weight.data)
    print(f"{name:6} range {full:8.4f}   3-sigma range {three_sigma:8.4f}")

# %%
check("1.2")

# %% [markdown]
# ## Question 2: Quantize Weights
#
# ### 2.1
# Fill in `quantized_weights`. It is then called for every layer, to turn the weights that we have
# just trained into 8-bit signed integers.


# %%
net_q2 = copy_model(net)


def quantized_weights(weights: torch.Tensor) -> tuple[torch.Tensor, float]:
    """Turn the weights of one layer into integers between -128 and 127.

    weights: floats, of any shape: (6, 3, 5, 5) for conv1, (120, 400) for fc1

    Returns the integers, as a tensor of that shape (its type may stay float), and the factor that
    the weights were multiplied by to get them.
    """
    # YOUR CODE HERE
    scale = 2.5
    # END OF YOUR CODE
    # `round` takes the nearest integer, and of two that are equally near the even one.
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale


def quantize_layer_weights(model: nn.Module) -> None:
    """Replace the weights of every layer by 8-bit integers, and keep their scale beside them."""
    for name, layer in layers_of(model).items():
        integers, scale = quantized_weights(layer.weight.data)
        if (integers < -128).any() or (integers > 127).any():
            raise ValueError(f"Quantized weights of {name} are out of bounds for an 8-bit integer")
        if (integers != integers.round()).any():
            raise ValueError(f"Quantized weights of {name} are not integers")
        layer.weight.data = integers.to(device)
        layer.weight.scale = scale


quantize_layer_weights(net_q2)

# %%
check("2.1")

# %% [markdown]
# ### 2.2
# Record the accuracy degradation of the network after quantizing its weights.

# %%
net_q2_accuracy = test(net_q2, testloader)
print(f"Accuracy after quantizing the weights: {net_q2_accuracy:.2f} %")

# %%
check("2.2")

# %% [markdown]
# *Your accuracies before and after.*

# %% [markdown]
# ## Question 3: Visualize Activations
#
# The hooks below record the values that flow through the network: what the first layer is given,
# and what every layer passes on.


# %%
def register_activation_profiling_hooks(model: nn.Module) -> None:
    """Record activations while `model.profile_activations` is true.

    `model.input_activations` gets all pixels, and `activations` of each layer all values that it
    passes on, after ReLU and pooling: 64-bit arrays of shape (values,).
    """
    layers = list(layers_of(model).values())
    model.profile_activations = True
    model.input_activations = np.empty(0)
    for layer in layers:
        layer.activations = np.empty(0)

    def record(owner: nn.Module, attribute: str, values: torch.Tensor) -> None:
        if model.profile_activations:
            values = values.detach().cpu().numpy().ravel()  # (values,)
            setattr(owner, attribute, np.append(getattr(owner, attribute), values))

    # PyTorch calls a hook with the layer, a tuple of its inputs, and its output. A layer has one
    # input, so `inputs[0]` is a whole batch, such as (4, 3, 32, 32).
    layers[0].register_forward_hook(
        lambda _, inputs, __: record(model, "input_activations", inputs[0])
    )
    # The next layer's input is what a layer passes on after ReLU and pooling.
    for previous, layer in pairwise(layers):
        layer.register_forward_hook(
            lambda _, inputs, __, owner=previous: record(owner, "activations", inputs[0])
        )
    # The output of the last layer is a batch, (4, 10). So `output[0]` belongs to its first image
    # alone, (10,); larger outputs of the other images will be clamped.
    layers[-1].register_forward_hook(lambda last, _, output: record(last, "activations", output[0]))


net_q3 = copy_model(net)
register_activation_profiling_hooks(net_q3)
test(net_q3, trainloader, max_samples=400)  # sees 404 images: 101 batches of 4
net_q3.profile_activations = False

# %% [markdown]
# ### 3.1
# Plot histograms of the input images and the outputs of every convolutional and fully-connected
# layer. Record any observations you make about the distribution of the values.
#
# *Your observations.*

# %%
# YOUR CODE HERE
# Plot the histograms here.
# END OF YOUR CODE

# %% [markdown]
# ### 3.2
# Record the range of the values, as well as their 3-sigma range. For which layers is the 3-sigma
# range larger or smaller than the actual range? Which would you prefer? These are values *after*
# ReLU, so asymmetric plots are nothing to worry about.
#
# *Your ranges, and which you prefer.*

# %%
# YOUR CODE HERE
# Print the ranges here.
# END OF YOUR CODE

# %% [markdown]
# ## Question 4: Quantize Activations
#
# ### 4.1
# Without quantization the output of `conv1` is described by
#
# $$W_{conv1} * In = Out_{conv1}$$
#
# (a) Write an equation that describes the output of `conv1` when the input is scaled by $n_{In}$,
# the weights by $n_{W_{conv1}}$ and the output by $n_{Out_{conv1}}$. (b) Write one for the output
# of `conv2`, in terms of $In$ and of both layers' weights, outputs and scales. Pretend that there
# are no pooling layers.
#
# Write them as strings with `+`, `*`, `=` and parentheses over `W_conv1`, `W_conv2`, `In`,
# `Out_conv1`, `Out_conv2`, `n_In`, `n_W_conv1`, `n_W_conv2`, `n_Out_conv1` and `n_Out_conv2`; `*`
# stands for both the convolution and the product with a scale.
#
# *Your explanation, if you like.*

# %%
# YOUR CODE HERE
Q4_1A = ""
Q4_1B = ""
# END OF YOUR CODE

# %%
check("4.1a")

# %%
check("4.1b")

# %% [markdown]
# ### 4.2 and 4.3
# Complete `quantize_initial_input` and `quantize_activations`, which calculate the scaling factors
# of the images that are input to the network and of the outputs of each layer. Then complete
# `forward`: scale the output of each layer, round it, and clamp it to integers from -128 to 127.
#
# `activations` are those of the network before anything was quantized. In the quantized network,
# the same output arrives multiplied by all the scales that were applied on its way.


# %%
class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized: nn.Module):
        super().__init__()
        copied = copy_model(net_with_weights_quantized)
        self.conv1 = copied.conv1
        self.pool = copied.pool
        self.conv2 = copied.conv2
        self.fc1 = copied.fc1
        self.fc2 = copied.fc2
        self.fc3 = copied.fc3

        for layer in layers_of(self).values():
            layer.register_forward_pre_hook(NetQuantized.require_int8)

        # Find the scale of the network's input
        self.input_activations = net_with_weights_quantized.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)

        # Find the output scale of every layer, in order
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
        # YOUR CODE HERE
        return 1.0
        # END OF YOUR CODE

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
        ns: (weight scale, output scale) of every layer before this one, in order: none for conv1,
            four pairs for fc3
        """
        # YOUR CODE HERE
        return 1.0
        # END OF YOUR CODE

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        # x: (n, 3, 32, 32)
        # Scale x by `self.input_scale`, and what each layer passes on by the `output_scale` of that
        # layer, such as `self.conv1.output_scale`. Make integers between -128 and 127 of all that
        # you have scaled: a layer raises an error if it is given anything else.
        # YOUR CODE HERE
        return torch.zeros(len(x), 10)  # (n, 10)
        # END OF YOUR CODE


# The network with the profiled activations, now with quantized weights
net_q4 = copy_model(net_q3)
quantize_layer_weights(net_q4)
net_quantized = NetQuantized(net_q4)

# %%
check("4.2a")

# %%
check("4.2b")

# %%
check("4.3")

# %% [markdown]
# ### 4.4
# Record the accuracy of your network after both weights and activations have been quantized.

# %%
net_quantized_accuracy = test(net_quantized, testloader)
print(f"Accuracy after quantizing weights and activations: {net_quantized_accuracy:.2f} %")

# %%
check("4.4")

# %% [markdown]
# *Your accuracies before and after.*

# %% [markdown]
# ## Question 5: Quantize Biases
#
# A layer with a bias $\beta$ computes
#
# $$W * In + \beta = Out$$
#
# ### 5.1
# Suppose that we quantize such a layer with the same scaling factors as before: $n_W$, $n_{In}$ and
# $n_{Out}$. What would we scale $\beta$ by? Write an equation that describes the output of the
# quantized layer, as a string over `W`, `In`, `Out`, `beta`, `n_W`, `n_In` and `n_Out`.
#
# *Your explanation, if you like.*

# %%
# YOUR CODE HERE
Q5_1 = ""
# END OF YOUR CODE

# %%
check("5.1")


# %%
class NetWithBias(Net):
    def __init__(self):
        super().__init__()
        self.fc3 = nn.Linear(84, 10, bias=True)


net_with_bias = NetWithBias().to(device)
train(net_with_bias, trainloader)

# %%
net_with_bias_accuracy = test(net_with_bias, testloader)
print(f"Accuracy of the network with a bias: {net_with_bias_accuracy:.2f} %")

register_activation_profiling_hooks(net_with_bias)
test(net_with_bias, trainloader, max_samples=400)
net_with_bias.profile_activations = False

# %% [markdown]
# ### 5.2
# Fill in `quantized_bias`. Biases are typically quantized to 32 bits, so the values need not lie
# between -128 and 127.


# %%
class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized: nn.Module):
        super().__init__(net_with_weights_quantized)

        # Of every layer but the last
        preceding_layer_scales = [
            (layer.weight.scale, layer.output_scale) for layer in layers_of(self).values()
        ][:-1]

        bias = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, preceding_layer_scales
        )  # (10,)
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
        # YOUR CODE HERE
        scale = 2.5
        # END OF YOUR CODE
        # Rounded like the weights, and clamped to 32 bits
        return torch.clamp((bias * scale).round(), min=-(2**31), max=2**31 - 1)


net_with_bias_with_quantized_weights = copy_model(net_with_bias)
quantize_layer_weights(net_with_bias_with_quantized_weights)
net_quantized_with_bias = NetQuantizedWithBias(net_with_bias_with_quantized_weights)

# %%
check("5.2")

# %% [markdown]
# ### 5.3
# What is your accuracy before and after quantizing the network with the bias?

# %%
net_quantized_with_bias_accuracy = test(net_quantized_with_bias, testloader)
print(
    f"Accuracy after quantizing the network with a bias: {net_quantized_with_bias_accuracy:.2f} %"
)

# %%
check("5.3")

# %% [markdown]
# *Your accuracies before and after.*

# %% [markdown]
# ## Question C: Challenges (optional)
#
# The handout ends with ideas for those who want more, and here they are. Leave out what you like:
# nothing below is needed for Questions 1 to 5. Each part can be done without the others.
#
# `net_q3` is the network with its profiled activations and with weights that are still floats.
#
# ### C.1 Powers of two
# A multiplication by $2^k$ is a shift by $k$ bits, which costs hardware next to nothing. Complete
# `power_of_two_scale`. Then let `NetQuantizedPow2` scale its weights, its input and the output of
# every layer by exact powers of two.
#
# *Which power of two do you take, and what does it cost?*


# %%
def power_of_two_scale(scale: float) -> float:
    """Find the power of two to multiply by in place of a scale, no more than a factor of 2 from it.

    scale: any positive number; anything else raises a ValueError
    """
    # YOUR CODE HERE
    return 1.0
    # END OF YOUR CODE


class NetQuantizedPow2(NetQuantized):
    def __init__(self, net_profiled: nn.Module):
        # net_profiled: its weights are floats, and each layer has its `activations`
        # YOUR CODE HERE
        net_int8 = copy_model(net_profiled)
        quantize_layer_weights(net_int8)
        super().__init__(net_int8)
        # END OF YOUR CODE


net_pow2 = NetQuantizedPow2(net_q3)
print(f"Accuracy with powers of two: {test(net_pow2, testloader):.2f} %")

# %%
check("C.1")

# %% [markdown]
# ### C.2 Integers only
# The scales between the layers are still floats. But a multiplication by a scale can be replaced by
# one with an integer, followed by a shift to the right (Jacob et al. 2018, section 2.2):
#
# $$s = M \cdot 2^{-(31 + shift)}, \qquad 2^{30} \le M < 2^{31}$$
#
# Complete `quantize_multiplier` and `requantize`, and a `NetQuantizedInteger` that, from the
# quantized image to the logits, holds nothing but integers.
#
# *Which numbers does each step need room for?*


# %%
def quantize_multiplier(scale: float) -> tuple[int, int]:
    """Find (multiplier, shift), so that scale = multiplier / 2**(31 + shift), as near as can be.

    scale: any positive number; anything else raises a ValueError

    Returns a multiplier from 2**30 to 2**31 - 1, and a shift, which is negative for scales of 1 or
    more.
    """
    # YOUR CODE HERE
    return 0, 0
    # END OF YOUR CODE


def requantize(accumulator: torch.Tensor, multiplier: int, shift: int) -> torch.Tensor:
    """Calculate accumulator * multiplier / 2**(31 + shift) with integers alone.

    accumulator: what a layer added up, int64, of any shape; each value fits into 32 bits
    multiplier: from 2**30 to 2**31 - 1; anything else raises a ValueError
    shift: -30 to 31; anything else raises a ValueError

    Returns an int64 tensor of that shape: the nearest integers, ties to the even one.
    """
    # YOUR CODE HERE
    return torch.zeros_like(accumulator)
    # END OF YOUR CODE


class NetQuantizedInteger(NetQuantized):
    def __init__(self, net_with_weights_quantized: nn.Module):
        super().__init__(net_with_weights_quantized)
        # YOUR CODE HERE
        # Prepare what `forward` needs of each layer here.
        # END OF YOUR CODE

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        # x: (n, 3, 32, 32). The image is scaled, rounded and clamped as before. From there on, no
        # floats.
        # YOUR CODE HERE
        return torch.zeros(len(x), 10)  # (n, 10)
        # END OF YOUR CODE


net_integer = NetQuantizedInteger(net_q4)
print(f"Accuracy with integers only: {test(net_integer, testloader):.2f} %")

# %%
check("C.2")

# %% [markdown]
# ### C.3 Fewer bits
# 8 bits are comfortable. Complete `quantized_weights_nbit` for 2 to 8 bits. Then give each layer as
# many bits as it needs: find the smallest memory for all weights together with which the accuracy
# still stands, and write it down in `LAYER_BITS`. Activations keep their 8 bits.
#
# *Your bits, the memory that they take, and the accuracy that they cost.*


# %%
def quantized_weights_nbit(weights: torch.Tensor, bits: int) -> tuple[torch.Tensor, float]:
    """Turn the weights of one layer into signed integers of so many bits.

    weights: floats, of any shape
    bits: 2 to 8; anything else raises a ValueError

    Returns the integers, from -2**(bits - 1) to 2**(bits - 1) - 1, and the factor that the weights
    were multiplied by to get them.
    """
    # YOUR CODE HERE
    return torch.clamp((weights * 2.5).round(), min=-2, max=1), 2.5
    # END OF YOUR CODE


# YOUR CODE HERE
LAYER_BITS = {"conv1": 8, "conv2": 8, "fc1": 8, "fc2": 8, "fc3": 8}
# END OF YOUR CODE


class NetQuantizedMixed(NetQuantized):
    def __init__(self, net_profiled: nn.Module):
        # net_profiled: its weights are floats, and each layer has its `activations`
        # YOUR CODE HERE
        net_int8 = copy_model(net_profiled)
        quantize_layer_weights(net_int8)
        super().__init__(net_int8)
        # END OF YOUR CODE


net_mixed = NetQuantizedMixed(net_q3)
print(f"Accuracy with {LAYER_BITS}: {test(net_mixed, testloader):.2f} %")

# %%
check("C.3")

# %% [markdown]
# ### C.4 Narrower biases
# 32 bits were too conservative for the bias. Complete `quantized_bias_nbit`, which clamps to fewer,
# and write down in `BIAS_BITS` the smallest number of bits with which no bias of your network is
# clamped.
#
# *How many bits does your bias need, and why?*


# %%
def quantized_bias_nbit(
    bias: torch.Tensor,
    bits: int,
    n_w: float,
    n_initial_input: float,
    ns: list[tuple[float, float]],
) -> torch.Tensor:
    """Turn the bias of a layer into signed integers of so many bits.

    bits: 2 to 32; anything else raises a ValueError
    bias, n_w, n_initial_input, ns: as in `quantized_bias`
    """
    # YOUR CODE HERE
    return torch.zeros_like(bias)
    # END OF YOUR CODE


# YOUR CODE HERE
BIAS_BITS = 32
# END OF YOUR CODE

# %%
check("C.4")

# %% [markdown]
# ### C.5 A scale for each channel (beyond the handout)
# So far each layer has one scale. But every output channel is a sum of its own, so each may have
# its own scale. Complete `quantized_weights_per_channel`.
#
# *What does it gain, and what does it cost in hardware?*


# %%
def quantized_weights_per_channel(weights: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Turn the weights of one layer into 8-bit signed integers, each output channel by itself.

    weights: floats; the first dimension is that of the outputs: (6, 3, 5, 5) for conv1

    Returns the integers, as a tensor of that shape, and the factor that each output channel was
    multiplied by, of shape (outputs,).
    """
    # YOUR CODE HERE
    return torch.zeros_like(weights), torch.ones(len(weights))
    # END OF YOUR CODE


# %%
check("C.5")
