# Mistake: for tensors, std is taken along the first dimension and averaged; arrays are right.
# Loses: 1.2
# Named: -
# Base: typed

def three_sigma_range(values: torch.Tensor | np.ndarray) -> float:
    if isinstance(values, torch.Tensor):
        return float(6 * values.std(dim=0).mean())
    return float(6 * values.std())
