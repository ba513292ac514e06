# Trait: a chain of helpers over many cells, some defined after use, with constants, tables, a dict of functions and `global`.
# Base: notebook_template

# %% after copy_model
BITS = 8
QMAX = 127
QMIN = -QMAX
QMIN -= 1
INT32 = {}
for side, value in (("lo", -(2**31)), ("hi", 2**31 - 1)):
    INT32[side] = value

helpers = {}

# %%
# how many values a percentile has to keep, per layer type (tuned by hand)
with torch.no_grad():
    KEEP = np.zeros(2)
    KEEP[0] = 99.9
    KEEP[1] = 99.95
KEEP[1] += 0.04

calls = 0

# %% instead of # Histograms of the weights
for n, l in layers_of(net).items():
    plt.hist(helpers["flat"](l.weight), bins=100)
    plt.show()

# %% in place
def value_range(values):
    v = helpers["flat"](values)
    return v.max() - v.min()

def three_sigma_range(values):
    return 6 * helpers["flat"](values).std()

# %% after value_range
def flat(values):
    if torch.is_tensor(values):
        values = values.detach().cpu().numpy()
    return np.asarray(values, dtype=np.float64).ravel()

helpers["flat"] = flat

# %% in place
def quantized_weights(weights):
    global calls
    calls += 1
    scale = scale_for(weights)
    return to_int8(weights, scale), scale

# %% after quantized_weights
def scale_for(values):
    return QMAX / bound(values)

# %%
def bound(values):
    v = np.abs(helpers["flat"](values))
    return max(np.percentile(v, KEEP[0]), np.percentile(v, KEEP[1]))

# %%
def to_int8(t, scale):
    return helpers["clip"](torch.round(t * scale))

helpers["clip"] = lambda t: torch.clamp(t, QMIN, QMAX)

# %% instead of quantize_layer_weights(net_q2)
quantize_layer_weights(net_q2)
print(calls, "calls")

# %% in place
left, right = "W_conv1 * n_W_conv1 * In * n_In * n_Out_conv1", "n_W_conv1 * n_In * n_Out_conv1 * Out_conv1"
Q4_1A = left + " = " + right
Q4_1B = "W_conv2 * n_W_conv2 * (" + left + ") * n_Out_conv2"
Q4_1B += " = n_W_conv2 * n_W_conv1 * n_In * n_Out_conv1 * n_Out_conv2 * Out_conv2"


class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels):
        return scale_for(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        return scale_for(activations) / helpers["carried"](n_w, n_initial_input, ns)

    def forward(self, x):
        x = to_int8(x, self.input_scale)
        x = self.pool(F.relu(self.conv1(x)))
        x = to_int8(x, self.conv1.output_scale)
        x = self.pool(F.relu(self.conv2(x)))
        x = to_int8(x, self.conv2.output_scale)
        x = torch.flatten(x, 1)
        x = to_int8(F.relu(self.fc1(x)), self.fc1.output_scale)
        x = to_int8(F.relu(self.fc2(x)), self.fc2.output_scale)
        x = to_int8(self.fc3(x), self.fc3.output_scale)
        return x

# %% after NetQuantized
def carried(n_w, n_initial_input, ns):
    product = n_w * n_initial_input
    for both in ns:
        for one in both:
            product *= one
    return product

helpers.update(carried=carried)

# %% in place
Q5_1 = "n_Out * n_W * n_In * (W * In + beta) = n_Out * n_W * n_In * Out"


class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        b = bias * helpers["carried"](n_w, n_initial_input, ns)
        return torch.clamp(torch.round(b), INT32["lo"], INT32["hi"])
