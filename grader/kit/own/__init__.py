"""Checks your work on EE 290-2, Lab 1: post-training int8 quantization of a LeNet.

It verifies what your code claims, and holds no answer. What it says is no grade.
"""

import os
import sys

# Before NumPy is imported: its matrices are small here, and a second thread of OpenBLAS only spins.
if "IPython" not in sys.modules:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
