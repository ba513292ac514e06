# Mistake: NumPy's float64 stays, so that the layers have double weights for float images.
# Loses: 4.4, 5.3
# Named: -
# Base: arrays

def quantized_weights(weights):
    w = weights.detach().cpu().numpy().astype(np.float64)
    limit = max(abs(w.mean() - 3 * w.std()), abs(w.mean() + 3 * w.std()))
    scale = float(127.0 / limit)
    return torch.from_numpy(np.clip(np.rint(w * scale), -128, 127)), scale
