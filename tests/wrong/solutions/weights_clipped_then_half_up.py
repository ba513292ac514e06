# Mistake: clipped to three sigma about the mean, and rounded by adding a half and flooring.
# Loses: 2.1
# Named: -
# Base: arrays

def quantized_weights(weights):
    w = weights.detach().cpu().numpy().astype(np.float64)
    w = np.clip(w, w.mean() - 3 * w.std(), w.mean() + 3 * w.std())
    scale = float(127.0 / np.abs(w).max())
    return torch.from_numpy(np.floor(w * scale + 0.5)).float(), scale
