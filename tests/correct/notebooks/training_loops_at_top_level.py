# Trait: both training loops stand in their cells, not in a function, and weights are loaded from cifar_net.pth.
# Base: notebook_2020

# %% instead of device
import torch
import torchvision
import torchvision.transforms as transforms
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
import matplotlib.pyplot as plt
import numpy as np
from copy import deepcopy
from typing import List, Tuple

device = 'cuda:0' if torch.cuda.is_available() else 'cpu'

# %% after trainset
def imshow(img):
    img = img / 2 + 0.5     # unnormalize
    npimg = img.numpy()
    plt.imshow(np.transpose(npimg, (1, 2, 0)))
    plt.show()

dataiter = iter(trainloader)
images, labels = next(dataiter)
imshow(torchvision.utils.make_grid(images))
print(' '.join('%5s' % classes[labels[j]] for j in range(4)))

# %% without # ## Train and test

# %% without train

# %% instead of train(net, trainloader)
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(net.parameters(), lr=0.001, momentum=0.9)

# %%
for epoch in range(2):  # loop over the dataset multiple times
    running_loss = 0.0
    for i, data in enumerate(trainloader, 0):
        inputs, labels = data[0].to(device), data[1].to(device)
        optimizer.zero_grad()
        outputs = net(inputs)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
        if i % 2000 == 1999:
            print('[%d, %5d] loss: %.3f' % (epoch + 1, i + 1, running_loss / 2000))
            running_loss = 0.0

print('Finished Training')
PATH = './cifar_net.pth'
torch.save(net.state_dict(), PATH)

# %%
net = Net()
net.load_state_dict(torch.load('cifar_net.pth'))
net.to(device)
net.eval()

# %% [markdown] instead of # ## Question 1: Visualize Weights
# # Q1

# %% instead of # Histograms of the weights
shapes = {}
for name in ['conv1', 'conv2', 'fc1', 'fc2', 'fc3']:
    layer = getattr(net, name)
    shapes[name] = layer.weight.shape
    plt.hist(layer.weight.data.cpu().view(-1).numpy(), bins=50)
    plt.title(name)
    plt.show()

# %% [markdown] instead of # ## Question 2: Quantize Weights
# # Q2

# %% in place
def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    assert weights.shape in shapes.values() or weights.numel() > 0
    # power of two, so that the hardware only shifts
    exact = 127 / weights.abs().max().item()
    scale = 2.0 ** np.floor(np.log2(exact))
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale

# %% [markdown] instead of # ## Question 4: Quantize Activations
# # Q4

# %% in place
class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        exact = 127 / np.abs(pixels).max()
        return 2.0 ** np.floor(np.log2(exact))

    @staticmethod
    def quantize_activations(activations: np.ndarray, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> float:
        exact = 127 / np.abs(activations).max()
        before = n_w * n_initial_input
        for w, o in ns:
            before = before * w * o
        return 2.0 ** np.floor(np.log2(exact)) / before

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = (x * self.input_scale).round_().clamp_(-128, 127)
        x = self.pool(F.relu(self.conv1(x)))
        x = (x * self.conv1.output_scale).round_().clamp_(-128, 127)
        x = self.pool(F.relu(self.conv2(x)))
        x = (x * self.conv2.output_scale).round_().clamp_(-128, 127)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = (x * self.fc1.output_scale).round_().clamp_(-128, 127)
        x = F.relu(self.fc2(x))
        x = (x * self.fc2.output_scale).round_().clamp_(-128, 127)
        x = self.fc3(x)
        return (x * self.fc3.output_scale).round_().clamp_(-128, 127)

# %% [markdown] instead of # ## Question 5: Quantize Biases
# # Q5

# %% instead of train(net_with_bias, trainloader)
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(net_with_bias.parameters(), lr=0.001, momentum=0.9)
losses = []
for epoch in range(2):
    for i, (inputs, labels) in enumerate(trainloader):
        optimizer.zero_grad()
        loss = criterion(net_with_bias(inputs.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        losses += [loss.item()]
plt.plot(losses)
torch.save(net_with_bias.state_dict(), './cifar_net_with_bias.pth')

# %%
net_with_bias.load_state_dict(torch.load('./cifar_net_with_bias.pth', map_location=device))

# %% in place
class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias: torch.Tensor, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> torch.Tensor:
        before = n_w * n_initial_input
        for w, o in ns:
            before = before * w * o
        return torch.clamp((bias * before).round(), min=-2147483648, max=2147483647)
