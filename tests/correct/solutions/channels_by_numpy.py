# Trait: quantized_weights_per_channel goes through the channels one by one, in NumPy and float64.
# Base: challenges
def quantized_weights_per_channel(weights):
    array = weights.numpy().astype(np.float64)
    scales = np.array([127 / np.abs(channel).max() for channel in array])
    integers = [np.clip(np.rint(channel * scale), -128, 127) for channel, scale in zip(array, scales)]
    return torch.from_numpy(np.stack(integers)), torch.from_numpy(scales)
