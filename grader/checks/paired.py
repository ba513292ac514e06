"""Whether a quantized net is worse than its float net: a paired comparison on the same images.

Two nets that disagree on a tenth of the images can have the same accuracy; two separate accuracies
would hide that the images are the same. What counts are the images on which one is right and the
other wrong.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Drop:
    """Accuracies in percent, and the drop between them in points, with its lower bound."""

    images: int
    before: float
    after: float
    drop: float
    at_least: float
    """Lower end of the one-sided interval: the drop is this or more, at the given confidence."""

    def words(self, confidence: float) -> str:
        """All of it in one sentence."""
        return (
            f"float {self.before:.2f} %, quantized {self.after:.2f} % on {self.images:,} images:"
            f" a drop of {self.drop:.2f} points, at {confidence:.0%} confidence at least"
            f" {self.at_least:.2f}"
        )


def compare(before: NDArray[np.bool_], after: NDArray[np.bool_], confidence: float) -> Drop:
    """Compare which images two nets classify rightly.

    The interval is the adjusted Wald interval for a difference of paired proportions of Bonett and
    Price (2012): with b images lost and c gained of n,
    p = (b + 1) / (n + 2), q = (c + 1) / (n + 2),
    (p - q) - z sqrt((p + q - (p - q)**2) / (n + 2)).
    """
    n = len(before)
    lost, gained = int((before & ~after).sum()), int((~before & after).sum())
    p, q = (lost + 1) / (n + 2), (gained + 1) / (n + 2)
    z = NormalDist().inv_cdf(confidence)
    low = (p - q) - z * math.sqrt((p + q - (p - q) ** 2) / (n + 2))
    return Drop(
        images=n,
        before=100 * float(before.mean()),
        after=100 * float(after.mean()),
        drop=100 * (lost - gained) / n,
        at_least=100 * low,
    )
