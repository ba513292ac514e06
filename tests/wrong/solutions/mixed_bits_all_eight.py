# Mistake: eight bits everywhere save no memory at all.
# Loses: C.3
# Named: -
# Base: challenges
LAYER_BITS = dict(conv1=8, conv2=8, fc1=8, fc2=8, fc3=8)
