# Trait: torch.max and torch.std are called on whatever comes, and refuse arrays.
# Base: functional

def value_range(values):
    return (torch.max(values) - torch.min(values)).item()


def three_sigma_range(values):
    return 6 * torch.std(values).item()
