# Mistake: the product shared by outputs and bias leaves out the first pair.
# Loses: 4.2b, 5.2
# Named: product-without-the-first-of-ns, bias-without-the-first-of-ns
# Base: typed

def product(ns: List[Tuple[float, float]]) -> float:
    return math.prod(a * b for a, b in ns[1:])
