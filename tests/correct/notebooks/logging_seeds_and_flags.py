# Trait: logging, tqdm, timers, warning filters, seeds, print options and cudnn flags all over the place.
# Base: notebook_2020

# %% after # # EE 290-2
import logging
import random
import time
import warnings
import os

import numpy as np
import torch
from tqdm import tqdm
from tqdm.notebook import tqdm as tqdm_notebook

warnings.filterwarnings('ignore')
logging.basicConfig(level=logging.INFO, format='%(asctime)s %(message)s', filename='lab1.log')
log = logging.getLogger('lab1')
log.setLevel(logging.DEBUG)

os.environ['CUDA_LAUNCH_BLOCKING'] = '1'
os.environ['PYTHONHASHSEED'] = '0'
random.seed(0)
np.random.seed(0)
torch.manual_seed(0)
torch.cuda.manual_seed_all(0)
torch.backends.cudnn.benchmark = False
torch.backends.cudnn.deterministic = True
torch.set_printoptions(precision=3, sci_mode=False, linewidth=120)
np.set_printoptions(precision=3, suppress=True)
torch.set_num_threads(2)
T0 = time.time()

# %% in place
def train(model, dataloader):
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr=0.001, momentum=0.9)
    for epoch in tqdm(range(2)):
        for inputs, labels in tqdm_notebook(dataloader):
            inputs = inputs.to(device)
            labels = labels.to(device)
            optimizer.zero_grad()
            loss = criterion(model(inputs), labels)
            loss.backward()
            optimizer.step()
            log.debug("loss %f", loss.item())

def test(model, dataloader, max_samples=None):
    correct = total = 0
    with torch.no_grad():
        for images, labels in tqdm(dataloader):
            images = images.to(device)
            labels = labels.to(device)
            correct += (model(images).argmax(1) == labels).sum().item()
            total += len(labels)
            if max_samples and total > max_samples:
                break
    return 100 * correct / total

# %% instead of # Histograms of the weights
import matplotlib
import matplotlib.pyplot as plt
matplotlib.rcParams['figure.figsize'] = (4, 3)
plt.style.use('ggplot')
for name, p in net.named_parameters():
    plt.hist(p.data.cpu().view(-1).numpy(), 50)
    plt.savefig(name + '.png')
    plt.close()
print('so far', time.time() - T0)

# %% in place
from contextlib import contextmanager

@contextmanager
def timed(what):
    start = time.perf_counter()
    try:
        yield
    finally:
        log.debug('%s took %.6f s', what, time.perf_counter() - start)

def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    with timed('quantized_weights'), warnings.catch_warnings():
        warnings.simplefilter('error')
        best, scale = None, None
        # search for the clipping that gives the smallest error
        for clip in tqdm(np.linspace(0.6, 1.0, 21), desc='search', leave=False):
            s = 127 / (weights.abs().max().item() * clip)
            q = torch.clamp((weights * s).round(), -128, 127)
            error = ((q / s - weights) ** 2).mean().item()
            if best is None or error < best:
                best, scale = error, s
        log.info('scale %f error %g', scale, best)
        return torch.clamp((weights * scale).round(), min=-128, max=127), scale

class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        with timed('input'):
            return 127 / np.quantile(np.abs(pixels), 0.9995)

    @staticmethod
    def quantize_activations(activations: np.ndarray, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> float:
        with timed('activations'):
            s = 127 / np.quantile(np.abs(activations), 0.9995)
            for w, o in tqdm(ns, disable=len(ns) < 2):
                s = s / w / o
            log.info('layer %d: %s', len(ns), s / n_w / n_initial_input)
            return s / n_w / n_initial_input

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with timed('forward'), torch.inference_mode(False):
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
            log.debug('logits %s', x[:1])
            return torch.clamp((x * self.fc3.output_scale).round(), min=-128, max=127)

class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias: torch.Tensor, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> torch.Tensor:
        s = n_w * n_initial_input
        for w, o in ns:
            s = s * w * o
        log.warning('bias scale %s', s)
        return torch.clamp((bias * s).round(), min=-2147483648, max=2147483647)

# %% after net_quantized_with_bias
print('total time', time.time() - T0)
logging.shutdown()
