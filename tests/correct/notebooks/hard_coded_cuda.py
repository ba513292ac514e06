# Trait: written for a GPU only: device = "cuda", .cuda() on everything, also inside the graded functions.
# Base: notebook_2020

# %% instead of device
import torch
device = "cuda"
torch.cuda.empty_cache()
print(torch.cuda.get_device_name(0))

# %% instead of net
net = Net()
net.to("cuda:0")

# %% in place
def train(model, dataloader):
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr=0.001, momentum=0.9)
    for epoch in range(2):
        for inputs, labels in dataloader:
            inputs = inputs.cuda()
            labels = labels.cuda()
            optimizer.zero_grad()
            loss = criterion(model(inputs), labels)
            loss.backward()
            optimizer.step()

def test(model, dataloader, max_samples=None):
    correct = total = 0
    with torch.no_grad():
        for images, labels in dataloader:
            images = images.cuda()
            labels = labels.cuda()
            correct += (model(images).argmax(1) == labels).sum().item()
            total += len(labels)
            if max_samples and total > max_samples:
                break
    return 100 * correct / total

# %% instead of # Histograms of the weights
import matplotlib.pyplot as plt
import numpy as np
weights_by_layer = [l.weight.data.cpu().view(-1) for l in (net.conv1, net.conv2, net.fc1, net.fc2, net.fc3)]
for wl in weights_by_layer:
    plt.figure(); plt.hist(wl.numpy(), bins=64)
    print("range: %f  3 sigma: %f" % (wl.max() - wl.min(), 6 * wl.std()))

# %% in place
def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    weights = weights.cuda()
    int8_max = torch.tensor(127., device=device)
    scale = int8_max / weights.abs().max()
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale.item()

class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        pixels = torch.tensor(pixels, device="cuda")
        return (127 / pixels.abs().max()).item()

    @staticmethod
    def quantize_activations(activations: np.ndarray, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> float:
        acts = torch.from_numpy(activations).to(device)
        out = 127 / acts.abs().max().item()
        for n_w_prev, n_out_prev in ns:
            out = out / (n_w_prev * n_out_prev)
        return out / (n_w * n_initial_input)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.to("cuda")
        lo = torch.tensor(-128., device=device)
        hi = torch.tensor(127., device=device)
        x = torch.max(torch.min((x * self.input_scale).round(), hi), lo)
        x = self.pool(F.relu(self.conv1(x)))
        x = torch.max(torch.min((x * self.conv1.output_scale).round(), hi), lo)
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.max(torch.min((x * self.conv2.output_scale).round(), hi), lo)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = torch.max(torch.min((x * self.fc1.output_scale).round(), hi), lo)
        x = F.relu(self.fc2(x))
        x = torch.max(torch.min((x * self.fc2.output_scale).round(), hi), lo)
        x = self.fc3(x)
        x = torch.max(torch.min((x * self.fc3.output_scale).round(), hi), lo)
        return x

net_with_bias = NetWithBias().cuda()

class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias: torch.Tensor, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> torch.Tensor:
        factor = n_w * n_initial_input
        for a, b in ns:
            factor = factor * a * b
        factor = torch.tensor(factor, device=device, dtype=torch.float32)
        return torch.clamp((bias.cuda() * factor).round(), min=-2147483648, max=2147483647)
