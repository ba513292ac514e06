"""Autograder of EE 290-2, Lab 1: post-training int8 quantization of a LeNet."""

import os
import sys

# Before NumPy is imported: its matrices are small here, and a second thread of OpenBLAS only spins.
# Grading takes twice as long with it, and three times the processor. A notebook grades nothing in
# its own process, and its settings are its own.
if "IPython" not in sys.modules:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
