# Trait: convolutions are products of scipy.fft's transforms, rounded to the whole numbers that they are.
# Base: named

from scipy import fft


def convolved(x, weight):
    size = tuple(x.shape[-2:])
    images = fft.rfft2(x.double().numpy())
    kernels = fft.rfft2(weight.detach().double().numpy(), size)
    sums = fft.irfft2(np.einsum("nchw,kchw->nkhw", images, kernels.conj(), optimize=True), size)
    valid = sums[:, :, : size[0] - weight.shape[2] + 1, : size[1] - weight.shape[3] + 1]
    return torch.from_numpy(np.rint(valid)).float()


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
