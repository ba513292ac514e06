# Mistake: with the scale of three sigma, half a step is added before the floor: ties go up.
# Loses: 2.1
# Named: rounds-half-up
# Base: arrays

def quantized_weights(weights):
    w = weights.detach().cpu().numpy().astype(np.float64)
    scale = float(np.float32(127 / (3 * w.std())))
    return torch.from_numpy(np.clip(np.floor(w * scale + 0.5), -128, 127)).float(), scale
