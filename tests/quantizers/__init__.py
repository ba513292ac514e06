"""What the quantizers of torch, NumPy and Python do, found out by running each of them.

`python -m tests.quantizers` writes the tables into docs/quantizers.md.
"""
