# Mistake: 3 sigma in place of 6, and no clamp of the weights.
# Loses: 1.2, 2.1
# Named: sigma-one-side, never-clamps
# Base: arrays

def three_sigma_range(values):
    return float(3 * np.std(np.asarray(values)))


def quantized_weights(weights):
    w = weights.detach().cpu().numpy().astype(np.float64)
    limit = max(abs(w.mean() - 3 * w.std()), abs(w.mean() + 3 * w.std()))
    scale = float(127.0 / limit)
    q = np.rint(w * scale)
    return torch.from_numpy(q).float(), scale
