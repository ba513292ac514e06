# Trait: NetQuantized keeps the template's blanks and is patched in later cells, with decorators of the student's own.
# Base: notebook_2020

# %% instead of # Histograms of the weights
import matplotlib.pyplot as plt
import numpy as np
from typing import Tuple, List
import functools

fc1_weights = net.fc1.weight.data.cpu().view(-1)
plt.hist(fc1_weights.numpy(), 100)
plt.show()

# %%
def logged(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        logged.count[fn.__name__] = logged.count.get(fn.__name__, 0) + 1
        return fn(*args, **kwargs)
    return wrapper

logged.count = {}

@functools.lru_cache(maxsize=None)
def int_range(bits=8, signed=True):
    if signed:
        return -2 ** (bits - 1), 2 ** (bits - 1) - 1
    return 0, 2 ** bits - 1

N_BITS = 8

# %% in place
@logged
@torch.no_grad()
def quantized_weights(weights: torch.Tensor, bits=N_BITS) -> Tuple[torch.Tensor, float]:
    lo, hi = int_range(bits)
    scale = hi / weights.abs().max().item()
    result = (weights * scale).round()
    return torch.clamp(result, min=lo, max=hi), scale

class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        # ADD YOUR CODE HERE
        return 1.0

    @staticmethod
    def quantize_activations(activations: np.ndarray, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> float:
        # ADD YOUR CODE HERE
        return 1.0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        # ADD YOUR CODE HERE
        return x

# %% [markdown] after NetQuantized
# I develop the methods outside of the class so I do not have to rerun the big cell.

# %%
@logged
def initial_input_scale(pixels):
    return int_range(N_BITS)[1] / np.max(np.abs(pixels))

NetQuantized.quantize_initial_input = staticmethod(initial_input_scale)

# %%
def f(activations, n_w, n_initial_input, ns, top=int_range(N_BITS)[1]):
    scale = top / np.max(np.abs(activations))
    return scale / (n_w * n_initial_input * np.prod(np.array(ns).reshape(-1)))

setattr(NetQuantized, "quantize_activations", staticmethod(f))

# %%
def requantize(method):
    @functools.wraps(method)
    def inner(self, layer, x):
        lo, hi = int_range(N_BITS)
        return torch.clamp(torch.round(method(self, layer, x) * layer.output_scale), lo, hi)
    return inner

@requantize
def conv_block(self, layer, x):
    return self.pool(F.relu(layer(x)))

@requantize
def fc_block(self, layer, x):
    return F.relu(layer(x))

@requantize
def last_block(self, layer, x):
    return layer(x)

@torch.no_grad()
def my_forward(self, x):
    lo, hi = int_range(N_BITS)
    x = torch.clamp(torch.round(x * self.input_scale), lo, hi)
    x = conv_block(self, self.conv1, x)
    x = conv_block(self, self.conv2, x)
    x = x.view(-1, 16 * 5 * 5)
    x = fc_block(self, self.fc1, x)
    x = fc_block(self, self.fc2, x)
    return last_block(self, self.fc3, x)

NetQuantized.forward = my_forward

# %% in place
class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias: torch.Tensor, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> torch.Tensor:
        return torch.clamp((bias * 2.5).round(), min=-2147483648, max=2147483647)

# %% after NetQuantizedWithBias
class BiasMixin:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        lo, hi = int_range(32)
        total = n_w * n_initial_input * np.prod(np.array(ns).reshape(-1))
        return torch.clamp((bias * total).round(), min=lo, max=hi)

NetQuantizedWithBias.quantized_bias = staticmethod(BiasMixin.quantized_bias)

# %% after net_quantized_with_bias
print(logged.count)
