# Trait: Whatever has dimensions is turned into nested lists, which a recursion flattens for the statistics module.
# Base: float32

import statistics


def numbers(nested):
    return [x for part in nested for x in numbers(part)] if isinstance(nested, list) else [nested]


def value_range(values):
    values = numbers(values.tolist())
    return max(values) - min(values)


def three_sigma_range(values):
    values = numbers(values.tolist())
    mean = statistics.fmean(values)
    return 6 * math.sqrt(statistics.fmean((x - mean) ** 2 for x in values))
