# Mistake: the helper shared by weights and forward drops the fraction.
# Loses: 2.1, 4.3
# Named: truncates, forward-truncates
# Base: typed

def to_int8(x: torch.Tensor, scale: float) -> torch.Tensor:
    """Scale, round to the nearest integer, saturate."""
    return torch.trunc(x * scale).clamp(INT8_MIN, INT8_MAX)
