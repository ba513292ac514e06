# Mistake: the maximum runs over axis 0 only: an array of scales.
# Loses: 2.1
# Named: -
# Base: arrays

def quantized_weights(weights):
    w = weights.detach().cpu().numpy()
    scale = 127.0 / np.abs(w).max(axis=0)
    q = np.clip(np.rint(w * scale), -128, 127)
    return torch.from_numpy(q).float(), scale
