# Trait: Weights are standardised, limited to 3 standard scores, and brought back before they are scaled.
# Base: arrays

def quantized_weights(weights):
    w = weights.detach().cpu().numpy().astype(np.float64)
    z = np.clip((w - w.mean()) / w.std(), -3, 3)
    w = z * w.std() + w.mean()
    scale = float(127.0 / np.abs(w).max())
    return torch.from_numpy(np.rint(w * scale)).float(), scale
