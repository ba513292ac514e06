# Mistake: Python's int() cuts every weight off toward zero.
# Loses: 2.1
# Named: truncates
# Base: named

def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    whole = [max(-128, min(127, int(value * scale))) for value in weights.flatten().tolist()]
    return torch.tensor(whole, dtype=torch.float32).reshape(weights.shape), scale
