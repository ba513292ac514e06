# Mistake: the product shared by outputs and bias is a sum.
# Loses: 4.2b, 5.2
# Named: product-adds-ns, bias-adds-ns, -
# Base: compact

prod = lambda ns: sum(a * b for a, b in ns) if ns else 1.0
