# Trait: SciPy winsorizes five weights in ten thousand at each end before the largest one maps to 127.5.
# Base: compact
from scipy.stats.mstats import winsorize


def quantized_weights(weights):
    w = np.asarray(winsorize(weights.detach().numpy().astype(np.float64), limits=(0.0005, 0.0005)))
    scale = 127.5 / float(np.abs(w).max())
    return torch.from_numpy(np.rint(w * scale)).float().clamp(-128, 127), scale
