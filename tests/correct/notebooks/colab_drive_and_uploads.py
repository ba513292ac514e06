# Trait: a 2020 Colab notebook that mounts Google Drive, uploads a file and keeps its weights in Drive paths.
# Base: notebook_2020

# %% [markdown] instead of # # EE 290-2
# # Lab 1 - Quantization (my copy)
# Runtime -> Change runtime type -> GPU

# %%
from google.colab import drive
drive.mount('/content/drive')

# %%
# !pip install -q torch torchvision
# !mkdir -p "/content/drive/My Drive/ee290/lab1"

# %%
from google.colab import files
uploaded = files.upload()
for fn in uploaded.keys():
    print('User uploaded file "{name}" with length {length} bytes'.format(name=fn, length=len(uploaded[fn])))

# %%
SAVE_DIR = '/content/drive/My Drive/ee290/lab1/'

# %% in place
trainset = torchvision.datasets.CIFAR10(root='/content/drive/My Drive/ee290/data', train=True,
                                        download=True, transform=transform)

testset = torchvision.datasets.CIFAR10(root='/content/drive/My Drive/ee290/data', train=False,
                                       download=True, transform=transform)

# %% instead of train(net, trainloader)
import os
if os.path.exists(SAVE_DIR + 'net.pth'):
    net.load_state_dict(torch.load(SAVE_DIR + 'net.pth'))
else:
    train(net, trainloader)
    torch.save(net.state_dict(), SAVE_DIR + 'net.pth')

# %% instead of # Histograms of the weights
import matplotlib.pyplot as plt
import numpy as np

fig, axes = plt.subplots(1, 5, figsize=(25, 4))
for ax, (n, p) in zip(axes, net.named_parameters()):
    w = p.data.cpu().view(-1).numpy()
    ax.hist(w, bins=50)
    ax.set_title(n)
    print(n, 'range', w.max() - w.min(), '3-sigma', 6 * w.std())
plt.savefig(SAVE_DIR + 'q1_weights.png')
plt.show()

# %% in place
def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    '''
    Quantize the weights so that all values are integers between -128 and 127.
    You may want to use the total range, 3-sigma range, or some other range when
    deciding just what factors to scale the float32 values by.
    '''
    # I use the total range: the largest magnitude becomes 127
    biggest = max(abs(weights.min().item()), abs(weights.max().item()))
    scale = 127.0 / biggest
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale

# %% after input_activations
for i, a in enumerate([input_activations, conv1_output_activations, conv2_output_activations,
                       fc1_output_activations, fc2_output_activations, fc3_output_activations]):
    plt.figure()
    plt.hist(a, bins=100)
    plt.savefig(SAVE_DIR + 'q3_%d.png' % i)
    print(a.min(), a.max(), a.mean() - 3 * a.std(), a.mean() + 3 * a.std())

# %%
# colab gets disconnected all the time, so keep the activations
np.save(SAVE_DIR + 'input_activations.npy', input_activations)
files.download(SAVE_DIR + 'q1_weights.png')

# %% in place
class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        '''
        Calculate a scaling factor for the images that are input to the first layer of the CNN.
        '''
        return 127.0 / max(abs(pixels.min()), abs(pixels.max()))

    @staticmethod
    def quantize_activations(activations: np.ndarray, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> float:
        '''
        Calculate a scaling factor to multiply the output of a layer by.
        '''
        real = n_w * n_initial_input
        for w, o in ns:
            real = real * w * o
        return 127.0 / (max(abs(activations.min()), abs(activations.max())) * real)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.clamp((x * self.input_scale).round(), min=-128, max=127)

        x = self.pool(F.relu(self.conv1(x)))
        x = torch.clamp((x * self.conv1.output_scale).round(), min=-128, max=127)

        x = self.pool(F.relu(self.conv2(x)))
        x = torch.clamp((x * self.conv2.output_scale).round(), min=-128, max=127)

        x = x.view(-1, 16 * 5 * 5)

        x = F.relu(self.fc1(x))
        x = torch.clamp((x * self.fc1.output_scale).round(), min=-128, max=127)

        x = F.relu(self.fc2(x))
        x = torch.clamp((x * self.fc2.output_scale).round(), min=-128, max=127)

        x = self.fc3(x)
        x = torch.clamp((x * self.fc3.output_scale).round(), min=-128, max=127)
        return x

# %% after score = test(net_quantized, testloader)
torch.save(net_quantized.state_dict(), '/content/drive/My Drive/ee290/lab1/net_quantized.pth')

# %% in place
class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias: torch.Tensor, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> torch.Tensor:
        '''
        Quantize the bias so that all values are integers between -2147483648 and 2147483647.
        '''
        total = n_w * n_initial_input
        for w, o in ns:
            total = total * w * o
        return torch.clamp((bias * total).round(), min=-2147483648, max=2147483647)

# %% after net_quantized_with_bias
# !cp -r /content/sample_data "/content/drive/My Drive/ee290/lab1/"
drive.flush_and_unmount()
