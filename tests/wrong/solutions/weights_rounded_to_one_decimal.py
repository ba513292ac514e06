# Mistake: rounded to one decimal, which are not integers.
# Loses: 2.1
# Named: never-rounds
# Base: arrays

def quantized_weights(weights):
    w = weights.detach().cpu().numpy().astype(np.float64)
    scale = float(127.0 / np.abs(w).max())
    return torch.from_numpy(np.clip(np.round(w * scale, 1), -128, 127)).float(), scale
