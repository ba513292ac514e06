# Trait: LAYER_BITS has 4 for every layer, in NumPy integers.
# Base: challenges
LAYER_BITS = {name: np.int64(4) for name in ("conv1", "conv2", "fc1", "fc2", "fc3")}
