# Trait: Weights use the maximum, activations the smaller of their maximum and their upper 3-sigma end.
# Base: named

def quantized_weights(weights):
    factor = 127 / torch.max(torch.abs(weights)).item()
    return torch.clamp(torch.round(torch.mul(weights, factor)), -127, 127), factor


class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        largest = np.max(np.abs(activations))
        sigma_end = abs(np.mean(activations)) + 3 * np.std(activations)
        reach = min(largest, sigma_end)
        product = n_w * n_initial_input
        for i, (a, b) in enumerate(ns):
            product *= a * b
        return 127 / (reach * product)

    def forward(self, x):
        # activations are clamped to +-127: the range is symmetric
        x = torch.clamp(torch.round(torch.mul(x, self.input_scale)), -127, 127)
        x = self.pool(torch.relu(self.conv1(x)))
        x = torch.clamp(torch.round(torch.mul(x, self.conv1.output_scale)), -127, 127)
        x = self.pool(torch.relu(self.conv2(x)))
        x = torch.clamp(torch.round(torch.mul(x, self.conv2.output_scale)), -127, 127)
        x = torch.flatten(x, start_dim=1)
        x = torch.relu(self.fc1(x))
        x = torch.clamp(torch.round(torch.mul(x, self.fc1.output_scale)), -127, 127)
        x = torch.relu(self.fc2(x))
        x = torch.clamp(torch.round(torch.mul(x, self.fc2.output_scale)), -127, 127)
        x = self.fc3(x)
        return torch.clamp(torch.round(torch.mul(x, self.fc3.output_scale)), -127, 127)
