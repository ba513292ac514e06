# Trait: match statements, walruses, type aliases, star arguments and nested f-strings.
# Base: notebook_template

# %% after copy_model
from typing import TypeAlias, Union, Callable
from math import prod

Values: TypeAlias = Union[torch.Tensor, np.ndarray]
Scale = float
Pairs: TypeAlias = "list[tuple[Scale, Scale]]"
Rule = Callable[[Values], Scale]

# %% in place
def as_array(values: Values) -> np.ndarray:
    match values:
        case torch.Tensor():
            return values.detach().cpu().numpy()
        case np.ndarray() as array:
            return array
        case [*items]:
            return np.array(items)
        case _:
            raise TypeError(f"{type(values).__name__!r} is {'no' + f' {Values}'}")

def value_range(values: Values) -> float:
    return float((a := as_array(values)).max() - a.min())

def three_sigma_range(values: Values, *, k: int = 3) -> float:
    a = as_array(values)
    return float((a.mean() + k * (s := a.std())) - (a.mean() - k * s))


def scale_by(rule: str = "max", /, bits: int = 8) -> Rule:
    top = 2 ** (bits - 1) - 1
    match rule.split(":"):
        case ["max"]:
            return lambda v: top / float(abs(as_array(v)).max())
        case ["sigma", k]:
            return lambda v: top / float(int(k) * as_array(v).std() + abs(as_array(v).mean()))
        case ["percentile" | "pct", p]:
            return lambda v: top / float(np.percentile(abs(as_array(v)), float(p)))
        case other:
            raise ValueError(f"unknown rule {' '.join(f'{part!r}' for part in other)}")

weight_rule, pixel_rule, *activation_rules = map(scale_by, ("max", "max", "pct:99.9", "sigma:3"))

def requantize(x: torch.Tensor, *scales: Scale, lo: int = -128, hi: int = 127) -> torch.Tensor:
    for scale in scales:
        x = x * scale
    return x.round().clamp(**{"min": lo, "max": hi})

def quantized_weights(weights: torch.Tensor) -> tuple[torch.Tensor, Scale]:
    return requantize(weights, scale := weight_rule(weights)), scale

# %% instead of # Histograms of the activations
for n, l in layers_of(net_q3).items():
    if (r := value_range(l.activations)) > (t := three_sigma_range(l.activations)):
        print(f"{n}: {r=:.3f} is larger than {t=:.3f} {'(' + f'{r / t:.1f}' + ' times)'}")

# %% in place
def equation(*layers, last="Out_{}"):
    left = " * ".join(f"n_W_{l} * W_{l} * n_Out_{l}" for l in layers)
    right = " * ".join(f"n_W_{l} * n_Out_{l}" for l in layers)
    return f"{left} * n_In * In = {right} * n_In * {last.format(layers[-1])}"

Q4_1A = equation("conv1")
Q4_1B = equation("conv1", "conv2")


class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> Scale:
        return pixel_rule(pixels)

    @staticmethod
    def quantize_activations(activations: np.ndarray, n_w: Scale, n_initial_input: Scale, ns: Pairs) -> Scale:
        match ns:
            case []:
                before = 1.0
            case [(w, o)]:
                before = w * o
            case [(w, o), *rest]:
                before = w * o * prod(a * b for a, b in rest)
        rule, _ = activation_rules
        return rule(activations) / (n_w * n_initial_input * before)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = requantize(x, self.input_scale)
        for name, layer in layers_of(self).items():
            match name, layer:
                case _, nn.Conv2d():
                    x = self.pool(layer(x).relu())
                case "fc3", _:
                    x = layer(x)
                case _, nn.Linear(in_features=n):
                    x = layer(x.reshape(-1, n)).relu()
            x = requantize(x, layer.output_scale)
        return x


Q5_1 = f"{(c := 'n_W * n_In * n_Out')} * W * In + {c} * beta = {c} * Out"


class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias: torch.Tensor, n_w: Scale, n_initial_input: Scale, ns: Pairs) -> torch.Tensor:
        total = prod((n_w, n_initial_input, *sum(ns, ())))
        return requantize(bias, total, lo=-(2**31), hi=2**31 - 1)
