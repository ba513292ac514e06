# Trait: scales are 0-d tensors and NumPy scalars (torch.float32, np.float32, np.float64) and never plain Python floats.
# Base: notebook_template

def value_range(values):
    values = torch.as_tensor(values).detach()
    return torch.max(values) - torch.min(values)

def three_sigma_range(values):
    values = torch.as_tensor(values).detach()
    mu, sigma = torch.mean(values), torch.std(values)
    return (mu + 3 * sigma) - (mu - 3 * sigma)


INT8_MAX = torch.tensor(127.0)

def quantized_weights(weights: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    scale = INT8_MAX.to(weights.device) / torch.max(torch.abs(weights))  # 0-d float32 tensor
    result = torch.round(torch.mul(weights, scale))
    return torch.clamp(result, min=-128, max=127), scale


Q4_1A = "n_W_conv1*W_conv1*n_In*In*n_Out_conv1=n_W_conv1*n_In*n_Out_conv1*Out_conv1"

Q4_1B = "n_W_conv2*W_conv2*n_W_conv1*W_conv1*n_In*In*n_Out_conv1*n_Out_conv2=n_W_conv2*n_W_conv1*n_In*n_Out_conv1*n_Out_conv2*Out_conv2"


class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels):
        return np.float32(127 / np.abs(pixels).max())

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        scale = np.float64(127) / np.abs(activations).max()
        n = torch.as_tensor(n_w, dtype=torch.float64).cpu() * torch.as_tensor(n_initial_input)
        for w, o in ns:
            n = n * torch.as_tensor(w).cpu() * torch.as_tensor(o).cpu()
        return (torch.tensor(scale) / n).float()

    def forward(self, x):
        x = torch.clamp(torch.round(torch.mul(x, float(self.input_scale))), -128, 127)
        x = self.pool(torch.relu(self.conv1(x)))
        x = torch.clamp(torch.round(torch.mul(x, self.conv1.output_scale)), -128, 127)
        x = self.pool(torch.relu(self.conv2(x)))
        x = torch.clamp(torch.round(torch.mul(x, self.conv2.output_scale)), -128, 127)
        x = torch.flatten(x, 1)
        x = torch.relu(self.fc1(x))
        x = torch.clamp(torch.round(torch.mul(x, self.fc1.output_scale)), -128, 127)
        x = torch.relu(self.fc2(x))
        x = torch.clamp(torch.round(torch.mul(x, self.fc2.output_scale)), -128, 127)
        x = self.fc3(x)
        return torch.clamp(torch.round(torch.mul(x, self.fc3.output_scale)), -128, 127)


Q5_1 = "n_W*W*n_In*In*n_Out + n_W*n_In*n_Out*beta = n_W*n_In*n_Out*Out"


class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        n = torch.as_tensor(n_w).cpu().double() * float(n_initial_input)
        for w, o in ns:
            n = n * torch.as_tensor(w).cpu() * torch.as_tensor(o).cpu()
        exact = torch.round(bias.double() * n.to(bias.device))
        return torch.clamp(exact, -(2**31), 2**31 - 1).to(bias.dtype)
