# Mistake: half of the sign is added and the rest cut off: ties go away from zero.
# Loses: 2.1
# Named: rounds-half-away
# Base: arrays

def quantized_weights(weights):
    w = weights.detach().cpu().numpy().astype(np.float64)
    scale = float(127.0 / np.abs(w).max())
    scaled = w * scale
    q = np.trunc(scaled + np.copysign(0.5, scaled))
    return torch.from_numpy(np.clip(q, -128, 127)).float(), scale
