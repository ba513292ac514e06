# Mistake: np.digitize sorts the weights into bins around the integers, and an edge belongs to the bin above.
# Loses: 2.1
# Named: rounds-half-up
# Base: plain

def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    bins = np.digitize(weights.numpy() * np.float32(scale), np.arange(-127.5, 127))
    return torch.from_numpy(bins - 128).float(), scale
