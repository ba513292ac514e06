# Mistake: rounded by NumPy and cast to int8 without a clip, with the largest magnitude at 128.
# Loses: 2.1
# Named: wraps-around
# Base: plain

def quantized_weights(weights):
    scale = 128 / weights.abs().max().item()
    return torch.from_numpy(np.rint(weights.numpy() * scale).astype(np.int64).astype(np.int8)).float(), scale
