# Mistake: three sigma are at 127, but the integers are clamped at 100.
# Loses: 2.1
# Named: -
# Base: arrays

def quantized_weights(weights):
    w = weights.detach().cpu().numpy().astype(np.float64)
    scale = float(127.0 / (abs(w.mean()) + 3 * w.std()))
    return torch.from_numpy(np.clip(np.rint(w * scale), -100, 100)).float(), scale
