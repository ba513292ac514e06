# Trait: power_of_two_scale computes with 0-d tensors in float32 and returns one.
# Base: challenges
def power_of_two_scale(scale):
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(scale)
    return torch.exp2(torch.floor(torch.log2(torch.tensor(float(scale)))))
