# Mistake: negative integers stop at -100, whatever the tensor; positive ones go to 127.
# Loses: 2.1
# Named: -
# Base: powers

def quantized_weights(weights):
    peak = float(weights.abs().max())
    scale = 127 / peak
    q = torch.round(weights * scale)
    q[q > 127] = 127
    q[q < -100] = -100
    return q, scale
