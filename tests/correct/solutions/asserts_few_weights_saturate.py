# Trait: quantized_weights asserts, after a three-sigma rule, that at most 5 % of the weights are clipped.
# Base: arrays

def quantized_weights(weights):
    w = weights.detach().cpu().numpy().astype(np.float64)
    limit = abs(w.mean()) + 3 * w.std()
    scale = float(127.0 / limit)
    clipped = np.mean(np.abs(w) > limit)
    if clipped > 0.05:
        raise ValueError(f"{clipped:.1%} of the weights would be clipped: is the range wrong?")
    return torch.from_numpy(np.clip(np.rint(w * scale), -128, 127)).float(), scale
