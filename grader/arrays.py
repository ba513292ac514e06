"""The types of arrays, by the numbers in them."""

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Singles = NDArray[np.float32]
Images = NDArray[np.uint8]
"""(n, channels, height, width)"""
Labels = NDArray[np.int64]
Mask = NDArray[np.bool_]
Classes = NDArray[np.intp]
"""The class of each image."""
Rng = np.random.Generator
