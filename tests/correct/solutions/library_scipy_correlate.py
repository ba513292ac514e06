# Trait: convolutions are scipy.signal.correlate of whole images.
# Base: named

from scipy.signal import correlate


def convolved(x, weight):
    images, kernels = x.double().numpy(), weight.detach().double().numpy()
    maps = [correlate(images, kernel[None], mode="valid", method="direct")[:, 0] for kernel in kernels]
    return torch.from_numpy(np.stack(maps, axis=1)).float()


class NetQuantized:
    def forward(self, x):
        x = (x * self.input_scale).round().clamp(-128, 127)
        for name in NAMES:
            layer = getattr(self, name)
            if name.startswith("conv"):
                x = self.pool(F.relu(convolved(x, layer.weight)))
            else:
                x = layer(x.flatten(1))
                x = x if name == "fc3" else F.relu(x)
            x = (x * layer.output_scale).round().clamp(-128, 127)
        return x
