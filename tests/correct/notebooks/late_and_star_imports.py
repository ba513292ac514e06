# Trait: imports come late, inside functions, or as `from x import *`, which also shadows builtins such as pow and round.
# Base: notebook_2020

# %% after # # EE 290-2
from numpy import *

# %% instead of # Histograms of the weights
from matplotlib.pyplot import *

for layer in net.children():
    if hasattr(layer, 'weight'):
        hist(layer.weight.data.cpu().view(-1).numpy(), bins=60)
        show()

# %% before quantized_weights
from typing import *

# %% in place
def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, SupportsFloat]:
    from math import floor
    top = floor(127.9)
    scale = top / fabs(weights.abs().max().item())
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale

# %% after quantized_weights
# fabs
from math import *

# %% after input_activations
# turns out the hooks above need this one
import numpy as np

print(max([1, 2, 3]), ptp(array([1, 2, 3])))

# %% in place
class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> SupportsFloat:
        # abs and amax are numpy's from here on
        return 127 / amax(abs(pixels))

    @staticmethod
    def quantize_activations(activations: np.ndarray, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> float:
        from functools import reduce
        import operator
        chain = [n_w, n_initial_input]
        for pair in ns:
            chain.extend(pair)
        return 127 / amax(absolute(activations)) / reduce(operator.mul, chain)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        import torch.nn.functional as functional
        from torch import clamp

        def squash(v, s):
            return clamp(torch.round(v * s), min=-128, max=127)

        x = squash(x, self.input_scale)
        x = squash(functional.relu(self.pool(self.conv1(x))), self.conv1.output_scale)
        x = squash(functional.relu(self.pool(self.conv2(x))), self.conv2.output_scale)
        x = x.view(-1, 16 * 5 * 5)
        x = squash(functional.relu(self.fc1(x)), self.fc1.output_scale)
        x = squash(functional.relu(self.fc2(x)), self.fc2.output_scale)
        return squash(self.fc3(x), self.fc3.output_scale)

# %% before NetQuantizedWithBias
from functools import *

# %% in place
class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias: torch.Tensor, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> torch.Tensor:
        scale = reduce(lambda acc, pair: acc * pair[0] * pair[1], ns, n_w * n_initial_input)
        return torch.clamp(torch.round(bias * scale), min=-2**31, max=2**31 - 1)
