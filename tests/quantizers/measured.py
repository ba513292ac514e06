"""Runs every quantizer and prints the tables, for `tests.quantizers.page`."""

import platform
import sys
import warnings

import numpy as np
import torch

from tests.quantizers.engines import of_engines
from tests.quantizers.observers import of_observers
from tests.quantizers.roundings import of_roundings


def versions() -> str:
    """The versions seen, without what they were built for."""
    python, torch_ = ".".join(platform.python_version_tuple()[:2]), torch.__version__.split("+")[0]
    return f"Seen with torch {torch_}, NumPy {np.__version__} and Python {python}.\n"


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    parts = [
        versions(),
        "### From a number to an integer\n",
        of_roundings(),
        "### From a tensor to a scale\n",
        of_observers(),
        "### Layers that quantize their outputs\n",
        of_engines(),
    ]
    sys.stdout.buffer.write("\n".join(parts).encode("utf-8"))
