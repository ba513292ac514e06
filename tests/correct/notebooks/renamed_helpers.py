# Trait: no copy_model, train or test: the student threw the template's helpers away and wrote others; only the interface's names stay.

# %% [markdown]
# # Lab 1, restructured

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision
from torchvision.transforms import Compose, Normalize, ToTensor

dev = torch.device("cuda:0") if torch.cuda.is_available() else torch.device("cpu")

# %%
prep = Compose([ToTensor(), Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
cifar_train = torchvision.datasets.CIFAR10(".", train=True, download=True, transform=prep)
cifar_test = torchvision.datasets.CIFAR10(".", train=False, download=True, transform=prep)
batches = torch.utils.data.DataLoader(cifar_train, batch_size=32, shuffle=True, num_workers=4)
test_batches = torch.utils.data.DataLoader(cifar_test, batch_size=500, num_workers=4)


# %%
class LeNet(nn.Module):
    def __init__(self, last_bias=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5, bias=False)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5, bias=False)
        self.fc1 = nn.Linear(400, 120, bias=False)
        self.fc2 = nn.Linear(120, 84, bias=False)
        self.fc3 = nn.Linear(84, 10, bias=last_bias)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        x = self.pool(self.conv1(x).relu())
        x = self.pool(self.conv2(x).relu())
        x = self.fc1(x.flatten(start_dim=1)).relu()
        return self.fc3(self.fc2(x).relu())


def five(model):
    return [model.conv1, model.conv2, model.fc1, model.fc2, model.fc3]


# %%
def fit(model, passes=4):
    model.to(dev).train()
    sgd = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for _ in range(passes):
        for x, y in batches:
            sgd.zero_grad()
            F.cross_entropy(model(x.to(dev)), y.to(dev)).backward()
            sgd.step()
    return model.eval()


@torch.no_grad()
def percent_right(model):
    return 100 * np.mean([(model(x.to(dev)).argmax(1).cpu() == y).float().mean() for x, y in test_batches])


# %%
float_net = fit(LeNet())
print(percent_right(float_net))

# %% [markdown]
# ## Q1

# %%
def value_range(values):
    return float(max(values.reshape(-1)) - min(values.reshape(-1))) if values.size == 0 else float(values.max() - values.min())


# %%
# simpler
def value_range(values):
    return float(values.max()) - float(values.min())


def three_sigma_range(values):
    if not isinstance(values, np.ndarray):
        values = values.detach().cpu().numpy()
    return float(6 * np.std(values, dtype=np.float64))


for l in five(float_net):
    plt.hist(l.weight.detach().cpu().ravel().numpy(), bins=99)
    plt.title(f"{value_range(l.weight.detach()):.3f} / {three_sigma_range(l.weight):.3f}")
    plt.show()

# %% [markdown]
# ## Q2

# %%
def quantized_weights(weights):
    s = 127 / weights.abs().amax().item()
    return weights.mul(s).round().clamp(-128, 127), s


def with_int_weights(model):
    new = type(model)(last_bias=model.fc3.bias is not None).to(dev)
    new.load_state_dict(model.state_dict())
    for old_layer, layer in zip(five(model), five(new)):
        layer.weight.data, layer.weight.scale = quantized_weights(layer.weight.data)
        if hasattr(old_layer, "activations"):
            layer.activations = old_layer.activations
    if hasattr(model, "input_activations"):
        new.input_activations = model.input_activations
    return new


print(percent_right(with_int_weights(float_net)))

# %% [markdown]
# ## Q3
# I do not need hooks: I run the layers by hand on 404 images and keep what comes out.

# %%
@torch.no_grad()
def profile(model, n=404):
    x = torch.stack([cifar_train[i][0] for i in range(n)]).to(dev)
    keep = lambda t: t.double().cpu().numpy().ravel()
    model.input_activations = keep(x)
    x = model.pool(model.conv1(x).relu()); model.conv1.activations = keep(x)
    x = model.pool(model.conv2(x).relu()); model.conv2.activations = keep(x)
    x = model.fc1(x.flatten(1)).relu(); model.fc1.activations = keep(x)
    x = model.fc2(x).relu(); model.fc2.activations = keep(x)
    x = model.fc3(x); model.fc3.activations = keep(x)


profile(float_net)

# %% [markdown]
# ## Q4

# %%
Q4_1A = "n_In * In * n_W_conv1 * W_conv1 * n_Out_conv1 = n_In * n_W_conv1 * n_Out_conv1 * Out_conv1"
Q4_1B = "n_In * In * n_W_conv1 * W_conv1 * n_Out_conv1 * n_W_conv2 * W_conv2 * n_Out_conv2 = n_In * n_W_conv1 * n_Out_conv1 * n_W_conv2 * n_Out_conv2 * Out_conv2"


# %%
class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        source = net_with_weights_quantized
        self.conv1, self.conv2, self.fc1, self.fc2, self.fc3 = five(source)
        self.pool = source.pool
        self.input_activations = source.input_activations
        self.input_scale = self.quantize_initial_input(self.input_activations)
        done = []
        for l in five(self):
            l.output_scale = self.quantize_activations(l.activations, l.weight.scale, self.input_scale, done)
            done.append((l.weight.scale, l.output_scale))

    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / np.abs(pixels).max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for pair in ns:
            carried = carried * pair[0] * pair[1]
        return 127 / np.abs(activations).max() / carried

    def forward(self, x):
        x = int8(x * self.input_scale)
        x = int8(self.pool(self.conv1(x).relu()) * self.conv1.output_scale)
        x = int8(self.pool(self.conv2(x).relu()) * self.conv2.output_scale)
        x = int8(self.fc1(x.flatten(1)).relu() * self.fc1.output_scale)
        x = int8(self.fc2(x).relu() * self.fc2.output_scale)
        return int8(self.fc3(x) * self.fc3.output_scale)


def int8(t):
    return t.round().clamp(-128, 127)


print(percent_right(NetQuantized(with_int_weights(float_net))))

# %% [markdown]
# ## Q5

# %%
Q5_1 = "n_In * n_W * n_Out * Out = n_In * In * n_W * W * n_Out + n_In * n_W * n_Out * beta"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        before = [(l.weight.scale, l.output_scale) for l in five(self)[:4]]
        self.fc3.bias.data = self.quantized_bias(self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for pair in ns:
            carried = carried * pair[0] * pair[1]
        return (bias * carried).round().clamp(-(2**31), 2**31 - 1)


biased_net = fit(LeNet(last_bias=True))
profile(biased_net)
print(percent_right(biased_net), percent_right(NetQuantizedWithBias(with_int_weights(biased_net))))
