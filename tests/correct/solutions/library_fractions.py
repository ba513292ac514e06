# Trait: Fractions are exact, and round() takes them to the nearest even integer.
# Base: plain

from fractions import Fraction


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    exact = [Fraction(w) * Fraction(scale) for w in weights.flatten().tolist()]
    whole = torch.tensor([float(max(-128, min(127, round(e)))) for e in exact])
    return whole.reshape(weights.shape), scale
