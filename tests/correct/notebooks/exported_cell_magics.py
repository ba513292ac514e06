# Trait: exported by nbconvert, with timed and captured cells, and cells that write a module, as calls of get_ipython().
# Base: notebook_2020

# %% instead of # # EE 290-2
get_ipython().run_line_magic('matplotlib', 'inline')
get_ipython().run_line_magic('time', 'LARGEST = 127')
get_ipython().magic(u'time SMALLEST = -128')
get_ipython().system('pip install torch')
get_ipython().run_cell_magic('bash', '', 'ls -l\nexit 1\n')
get_ipython().run_cell_magic('writefile', 'scaling.py', 'import numpy as np\n\ndef magnitude(values):\n    return np.abs(values).max()\n')
get_ipython().run_cell_magic('writefile', '-a scaling.py', 'BOUND = 127\n')
import scaling

# %% in place
def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    raise NotImplementedError

# %% after quantized_weights
get_ipython().run_cell_magic('capture', 'out', '%%time\n# mine\ndef quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:\n    scale = LARGEST / weights.abs().max().item()\n    result = (weights * scale).round()\n    return torch.clamp(result, min=SMALLEST, max=LARGEST), scale\n')
get_ipython().run_cell_magic('timeit', '-n 1', 'def quantized_weights(weights):\n    return weights, 1.0\n')

# %% in place
class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        return scaling.BOUND / scaling.magnitude(pixels)

# %% after net_quantized
get_ipython().run_cell_magic('time', '', "def product_of(n_w, n_initial_input, ns):\n    product = n_w * n_initial_input\n    for w, o in ns:\n        product = product * w * o\n    return product\n\n@staticmethod\ndef quantize_activations(activations, n_w, n_initial_input, ns):\n    return 127 / (np.abs(activations).max() * product_of(n_w, n_initial_input, ns))\n\nNetQuantized.quantize_activations = quantize_activations\n")
