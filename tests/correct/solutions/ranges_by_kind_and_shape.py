# Trait: Tensors and arrays have branches of their own, and everything is flattened first.
# Base: plain

def flat(values):
    if torch.is_tensor(values):
        return values.detach().reshape(-1).double()
    return torch.from_numpy(np.array(values, dtype=np.float64)).reshape(-1)


def value_range(values):
    low, high = torch.aminmax(flat(values))
    return (high - low).item()


def three_sigma_range(values):
    std, _ = torch.std_mean(flat(values), correction=0)
    return 6 * std.item()
