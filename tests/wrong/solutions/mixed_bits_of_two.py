# Mistake: every layer has 2 bits, and the net knows nothing any more.
# Loses: C.3
# Named: -
# Base: challenges
LAYER_BITS = {"conv1": 2, "conv2": 2, "fc1": 2, "fc2": 2, "fc3": 2}
