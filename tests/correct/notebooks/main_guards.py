# Trait: What is under `if __name__ == "__main__":` is executed, as in Jupyter: a constant, a loop over the layers, a function.
# Base: notebook_template

# %% after copy_model
if __name__ == "__main__":
    LARGEST = 127

# %% in place
def quantized_weights(weights):
    scale = LARGEST / weights.abs().max().item()
    return (weights * scale).round().clamp(-128, LARGEST), scale

# %% instead of value_range
def value_range(values):
    return float(values.max() - values.min())

if "__main__" == __name__:
    def three_sigma_range(values):
        return 6 * float(values.std())

    for name, layer in layers_of(net).items():
        print(name, value_range(layer.weight), three_sigma_range(layer.weight))
