# Trait: imports of packages that are not there: in try/except for Colab and wandb, and unconditional ones (polars, seaborn, sklearn, torchsummary) for tables only.
# Base: notebook_2020

# %% [markdown] instead of # # EE 290-2
# # Lab 1 Quantization

# %%
try:
    import google.colab
    from google.colab import drive
    IN_COLAB = True
    drive.mount('/content/drive')
except ImportError:
    IN_COLAB = False

try:
    import wandb
    wandb.init(project='ee290-lab1')
except ImportError:
    wandb = None

import polars as pl
import seaborn as sns
from sklearn.metrics import confusion_matrix
from torchsummary import summary
sns.set_theme()

# %% after net
summary(net, (3, 32, 32))

# %% in place
def train(model, dataloader):
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr=0.001, momentum=0.9)
    for epoch in range(2):
        if wandb is not None:
            wandb.log({'epoch': epoch})
        for inputs, labels in dataloader:
            inputs = inputs.to(device)
            labels = labels.to(device)
            optimizer.zero_grad()
            loss = criterion(model(inputs), labels)
            loss.backward()
            optimizer.step()

# %% instead of # Histograms of the weights
import numpy as np
import matplotlib.pyplot as plt

rows = []
for name, p in net.named_parameters():
    v = p.data.cpu().view(-1).numpy()
    sns.histplot(v, bins=100)
    plt.show()
    rows.append({'layer': name, 'range': np.ptp(v), '3 sigma': 6 * v.std()})
table = pl.DataFrame(rows)
table

# %% in place
try:
    from numba import njit
except ImportError:
    def njit(function):
        return function

@njit
def largest(v):
    m = 0.0
    for x in v:
        if abs(x) > m:
            m = abs(x)
    return m

def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    scale = 127 / largest(weights.cpu().view(-1).numpy())
    scale = float(scale)
    if wandb is not None:
        wandb.log({'scale': scale})
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale

# %% after input_activations
df = pl.DataFrame({'fc3': fc3_output_activations})
df.describe()
df.hist()

# %% in place
class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        return 127 / np.linalg.norm(pixels, np.inf)

    @staticmethod
    def quantize_activations(activations: np.ndarray, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> float:
        return 127 / np.linalg.norm(activations, np.inf) / (n_w * n_initial_input * np.prod(ns))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.clamp(torch.round(x * self.input_scale), min=-128, max=127)
        c1 = F.relu(self.conv1(x))
        c1 = torch.clamp(torch.round(self.pool(c1) * self.conv1.output_scale), min=-128, max=127)
        c2 = F.relu(self.conv2(c1))
        c2 = torch.clamp(torch.round(self.pool(c2) * self.conv2.output_scale), min=-128, max=127)
        f1 = F.relu(self.fc1(c2.view(-1, 16 * 5 * 5)))
        f1 = torch.clamp(torch.round(f1 * self.fc1.output_scale), min=-128, max=127)
        f2 = F.relu(self.fc2(f1))
        f2 = torch.clamp(torch.round(f2 * self.fc2.output_scale), min=-128, max=127)
        f3 = torch.clamp(torch.round(self.fc3(f2) * self.fc3.output_scale), min=-128, max=127)
        return f3

# %% after score = test(net_quantized, testloader)
y_true, y_pred = [], []
with torch.no_grad():
    for images, labels in testloader:
        y_true += labels.tolist()
        y_pred += net_quantized(images.to(device)).argmax(1).tolist()
sns.heatmap(confusion_matrix(y_true, y_pred), annot=True)

# %% in place
class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias: torch.Tensor, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> torch.Tensor:
        return torch.clamp(torch.round(bias * (n_w * n_initial_input * np.prod(ns))), min=-2147483648, max=2147483647)
