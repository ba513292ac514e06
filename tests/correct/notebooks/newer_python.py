# Trait: all syntax of Python 3.11 to 3.13 in graded code: type parameters and their defaults, `type` statements, f-strings with any quotes, starred subscripts, `except*`.

# %% [markdown]
# # Lab 1, written in Colab with Python 3.13

# %%
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision
from torchvision.transforms import Compose, Normalize, ToTensor

# %%
type Scale = float
type Pairs = Sequence[tuple[Scale, Scale]]
type Values = torch.Tensor | np.ndarray | Nested[Values]
type Nested[T] = list[T | Nested[T]]
type Rule[**P, R = Scale] = Callable[P, R]
type Shaped[*Sizes] = tuple[*Sizes]
type Limits = tuple[int, int] | None

# %%
dev = torch.device(f"{"cuda" if torch.cuda.is_available() else "cpu"}")
prep = Compose([ToTensor(), Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
cifar_train = torchvision.datasets.CIFAR10(".", train=True, download=True, transform=prep)
cifar_test = torchvision.datasets.CIFAR10(".", train=False, download=True, transform=prep)
batches = torch.utils.data.DataLoader(cifar_train, batch_size=32, shuffle=True)
test_batches = torch.utils.data.DataLoader(cifar_test, batch_size=500)

# %%
# Generic containers and helpers that the graded functions need
class Table[Key, Value = Scale]:
    def __init__(self, **entries: Value) -> None:
        self.entries: dict[Key, Value] = {**entries}

    def __getitem__(self, keys: Key | tuple[Key, ...]) -> Value | list[Value]:
        if isinstance(keys, tuple):
            return [self.entries[key] for key in keys]
        return self.entries[keys]

    def map[Other](self, change: Callable[[Value], Other]) -> "Table[Key, Other]":
        return Table[Key, Other](**{key: change(value) for key, value in self.entries.items()})


class Stack[T: (int, float)](list[T]):
    def product(self, first: T) -> T:
        result: T = first
        for factor in self:
            result = result * factor
        return result


@dataclass(frozen=True)
class Int[
    Low: int = int,  # the narrowest
    High: int = Low,
]:
    low: Low
    high: High

    def clamp[T: torch.Tensor](self, values: T, *, ties: str = "even") -> T:
        match ties:
            case "even":
                return values.round().clamp(self.low, self.high)
            case other:
                raise ValueError(f"no such rule: {other!r:>{len("no such rule")}}")


def first[T](values: Sequence[T], default: T | None = None) -> T | None:
    return next(iter(values), default)


def chained[**P, T](*functions: Callable[P, T]) -> Callable[P, T]:
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        value, *_ = (function(*args, **kwargs) for function in functions)
        return value

    return call


def paired[*Ts](*items: *Ts) -> Shaped[*Ts]:
    return items


limits = Table(int8=Int[int](-128, 127), int32=Int[int, int](-(2**31), 2**31 - 1))
names = *("conv1", "conv2"), "fc1", "fc2", "fc3"
bounds = limits[*("int8", "int32")]
top = limits.map(lambda each: each.high)[*["int8"], "int32"][0]

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


def five[M: nn.Module](model: M) -> list[nn.Module]:
    return [getattr(model, f"{name.split("/")[-1]}") for name in names]


def fit[M: nn.Module](model: M, passes: int = 4) -> M:
    model.to(dev).train()
    sgd = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for epoch in range(passes):
        for x, y in batches:
            sgd.zero_grad()
            F.cross_entropy(model(x.to(dev)), y.to(dev)).backward()
            sgd.step()
        print(f"{epoch = } {'\N{MIDDLE DOT}'.join(["done", f"{epoch:{"3"}}"])}")
    return model.eval()


@torch.no_grad()
def percent_right(model: nn.Module) -> float:
    return 100 * np.mean([(model(x.to(dev)).argmax(1).cpu() == y).float().mean() for x, y in test_batches])


float_net = fit(LeNet())
print(f"{percent_right(float_net):{".2f"}} %")

# %% [markdown]
# ## Q1

# %%
def numbers(values: Values) -> np.ndarray:
    found = values
    try:
        found = values.detach().cpu().numpy()
    except* AttributeError as missing:  # an array has no detach
        if len(missing.exceptions) != 1:
            raise
    return np.asarray(found, dtype="float64")


def value_range(values: Values) -> float:
    return float(np.ptp(numbers(values)))


def three_sigma_range[V: Values](values: V) -> float:
    low, high = paired(-3, 3)
    return float((high - low) * numbers(values).std())


for l in five(float_net):
    plt.hist(l.weight.detach().cpu().ravel().numpy(), bins=99)
    plt.title(f"{value_range(l.weight.detach()):.3f}{
        " / "  # the other one
    }{three_sigma_range(l.weight):.3f}")
    plt.show()

# %% [markdown]
# ## Q2

# %%
def reaching[V: Values](values: V, limit: int = top) -> Scale:
    return limit / float(np.abs(numbers(values)).max())


rule: Rule[[Values], Scale] = chained(reaching)


def quantized_weights(weights: torch.Tensor) -> tuple[torch.Tensor, Scale]:
    s = rule(weights)
    return first(bounds).clamp(weights.mul(s)), s


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
def scales(*layers: str) -> str:
    return f"n_In * {" * ".join(f"n_{kind}_{layer}" for layer in layers for kind in ("W", "Out"))}"


def equation(*layers: str, out: str = "Out") -> str:
    return f"""{scales(*layers)} * In * {
        " * ".join(
            f"{'W'}_{layer}"  # every layer's weights
            for layer in layers
        )
    } = {scales(*layers)} * {f"{out}_{layers[-1]}"}"""


Q4_1A = equation("conv1")
Q4_1B = equation("conv1", "conv2")


# %%
class Scaled[Net: nn.Module, *Layers](nn.Module):
    @staticmethod
    def carried(n_w: Scale, n_initial_input: Scale, ns: Pairs) -> Scale:
        return Stack[float](n for pair in ns for n in pair).product(n_w * n_initial_input)


class NetQuantized[Net: nn.Module](Scaled[Net, nn.Conv2d, nn.Linear]):
    def __init__(self, net_with_weights_quantized: Net) -> None:
        super().__init__()
        source = net_with_weights_quantized
        self.conv1, self.conv2, self.fc1, self.fc2, self.fc3 = five(source)
        self.pool = source.pool
        self.input_activations = source.input_activations
        self.input_scale = self.quantize_initial_input(self.input_activations)
        done: list[tuple[Scale, Scale]] = []
        for l in five(self):
            l.output_scale = self.quantize_activations(l.activations, l.weight.scale, self.input_scale, done)
            done.append((l.weight.scale, l.output_scale))

    @staticmethod
    def quantize_initial_input[P: np.ndarray](pixels: P) -> Scale:
        return rule(pixels)

    @staticmethod
    def quantize_activations[A = np.ndarray](
        activations: A, n_w: Scale, n_initial_input: Scale, ns: Pairs
    ) -> Scale:
        return rule(activations) / NetQuantized.carried(n_w, n_initial_input, ns)

    def forward[X: torch.Tensor](self, x: X) -> X:
        def scaled(x: X, scale: Scale) -> X:
            return limits["int8"].clamp(x * scale)

        x = scaled(x, self.input_scale)
        for layer in five(self):
            match layer:
                case nn.Conv2d():
                    x = self.pool(layer(x).relu())
                case nn.Linear(out_features=10):
                    x = layer(x)
                case nn.Linear():
                    x = layer(x.flatten(1)).relu()
            x = scaled(x, layer.output_scale)
        return x


print(percent_right(NetQuantized(with_int_weights(float_net))))

# %% [markdown]
# ## Q5

# %%
Q5_1 = f"{(c := f"{'n_In'} * n_W * n_Out")} * Out = {c} * In * W + {c} * {f"{f"{"beta"}"}"}"


class NetQuantizedWithBias[Net: nn.Module](NetQuantized[Net]):
    def __init__(self, net_with_weights_quantized: Net) -> None:
        super().__init__(net_with_weights_quantized)
        before = [(l.weight.scale, l.output_scale) for l in five(self)[:4]]
        self.fc3.bias.data = self.quantized_bias(self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias: torch.Tensor, n_w: Scale, n_initial_input: Scale, ns: Pairs) -> torch.Tensor:
        *_, widest = bounds
        return widest.clamp(bias * NetQuantizedWithBias.carried(n_w, n_initial_input, ns))


biased_net = fit(LeNet(last_bias=True))
profile(biased_net)
print(percent_right(biased_net), percent_right(NetQuantizedWithBias(with_int_weights(biased_net))))
