# Mistake: torch.std_mean returns the standard deviation first; here it is taken for the mean.
# Loses: 1.2
# Named: -
# Base: tensors

def three_sigma_range(values):
    mean, std = torch.std_mean(torch.as_tensor(values))
    return ((mean + 3 * std) - (mean - 3 * std)).item()
