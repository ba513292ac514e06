"""Wrong products of the scales so far: for questions 4.2b and 5.2.

The sums of a layer carry n_w * n_initial_input * every scale in `ns` (lab, equation 3 applied layer
after layer). To add a wrong product, copy an entry of `WRONG_PRODUCTS`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from grader.oracle import scale_product

Scales: TypeAlias = Sequence[tuple[float, float]]
"""The lab's `ns`: (weight scale, output scale) of each preceding layer."""
Product: TypeAlias = Callable[[float, float, Scales], float]
"""From n_w, n_initial_input and ns to a number."""

CORRECT_CODE = "n_w * n_initial_input * np.prod([w * o for w, o in ns])"
"""The correct product as student code."""


def correct_product(n_w: float, n_initial_input: float, ns: Scales) -> float:
    """What the sums of a layer carry."""
    return scale_product((n_w, n_initial_input), ns)


@dataclass(frozen=True)
class WrongProduct:
    """A mistake in the product of the scales so far."""

    name: str
    sentence: str
    hint: str
    code: str
    """The product as student code."""
    product: Product
    """The same in NumPy."""
    variants: tuple[Product, ...] = ()
    """Other products with the same mistake."""

    @property
    def products(self) -> tuple[Product, ...]:
        """Every product with this mistake."""
        return (self.product, *self.variants)


def _of_pairs(ns: Scales) -> float:
    return float(np.prod([w * o for w, o in ns]))


WRONG_PRODUCTS = (
    WrongProduct(
        name="without-ns",
        sentence="Your code leaves out ns, the scales of the preceding layers.",
        hint="The layers before this one have multiplied their scales in. Include all of them.",
        code="n_w * n_initial_input",
        product=lambda w, i, ns: w * i,
    ),
    WrongProduct(
        name="without-n-w",
        sentence="Your code leaves out n_w, the scale of this layer's weights.",
        hint="The weights were multiplied by n_w, so the layer's sums carry it. Include n_w.",
        code="n_initial_input * np.prod([w * o for w, o in ns])",
        product=lambda w, i, ns: i * _of_pairs(ns),
    ),
    WrongProduct(
        name="without-n-initial-input",
        sentence="Your code leaves out n_initial_input, the scale of the image.",
        hint="The image's scale goes through the whole net. Include n_initial_input.",
        code="n_w * np.prod([w * o for w, o in ns])",
        product=lambda w, i, ns: w * _of_pairs(ns),
    ),
    WrongProduct(
        name="without-output-scales",
        sentence="Your code leaves out the output scales in ns.",
        hint="Each pair of ns holds two factors, and both were multiplied in. Include both.",
        code="n_w * n_initial_input * np.prod([float(w) for w, o in ns])",
        product=lambda w, i, ns: w * i * float(np.prod([a for a, _ in ns])),
    ),
    WrongProduct(
        name="without-weight-scales",
        sentence="Your code leaves out the weight scales in ns.",
        hint="Each pair of ns holds two factors, and both were multiplied in. Include both.",
        code="n_w * n_initial_input * np.prod([float(o) for w, o in ns])",
        product=lambda w, i, ns: w * i * float(np.prod([o for _, o in ns])),
    ),
    WrongProduct(
        name="only-the-last-of-ns",
        sentence="Your code uses only the last pair of ns, that of the layer just before.",
        hint="Every layer before this one has multiplied its scales in. Include all pairs.",
        code="n_w * n_initial_input * np.prod([w * o for w, o in ns[-1:]])",
        product=lambda w, i, ns: w * i * _of_pairs(ns[-1:]),
    ),
    WrongProduct(
        name="only-the-first-of-ns",
        sentence="Your code uses only the first pair of ns, that of the net's first layer.",
        hint="Every layer before this one has multiplied its scales in. Include all pairs.",
        code="n_w * n_initial_input * np.prod([w * o for w, o in ns[:1]])",
        product=lambda w, i, ns: w * i * _of_pairs(ns[:1]),
    ),
    WrongProduct(
        name="without-the-first-of-ns",
        sentence="Your code leaves out the first pair of ns.",
        hint="This pair belongs to the first layer of the net. Include it, too.",
        code="n_w * n_initial_input * np.prod([w * o for w, o in ns[1:]])",
        product=lambda w, i, ns: w * i * _of_pairs(ns[1:]),
    ),
    WrongProduct(
        name="without-the-last-of-ns",
        sentence="Your code leaves out the last pair of ns.",
        hint="This pair belongs to the layer just before this one. Include it, too.",
        code="n_w * n_initial_input * np.prod([w * o for w, o in ns[:-1]])",
        product=lambda w, i, ns: w * i * _of_pairs(ns[:-1]),
    ),
    WrongProduct(
        name="divides-by-output-scales",
        sentence="Your code divides the product by the output scales in ns.",
        hint="A layer's output is multiplied by its output scale. Make it a factor of the product.",
        code="n_w * n_initial_input * np.prod([w / o for w, o in ns])",
        product=lambda w, i, ns: w * i * float(np.prod([a / o for a, o in ns])),
    ),
    WrongProduct(
        name="adds-ns",
        sentence="Your code adds up the layers' scales in ns.",
        hint="The layers multiply one after the other. Make their scales factors, not terms.",
        code="n_w * n_initial_input * (sum(w * o for w, o in ns) or 1)",
        product=lambda w, i, ns: w * i * (sum(a * o for a, o in ns) or 1.0),
        variants=(
            lambda w, i, ns: w * i * float(np.prod([a + o for a, o in ns])),
            lambda w, i, ns: w * i * (1 + sum(a * o for a, o in ns)),
            lambda w, i, ns: w * i + sum(a * o for a, o in ns),
        ),
    ),
    WrongProduct(
        name="multiplies",
        sentence="Your result is on the wrong side of the fraction: large scales make it larger.",
        hint="The more the sums carry, the less is left to multiply by. Turn the fraction around.",
        code="1 / (n_w * n_initial_input * np.prod([w * o for w, o in ns]))",
        product=lambda w, i, ns: 1 / (w * i * _of_pairs(ns)),
    ),
    WrongProduct(
        name="divides-by-n-w",
        sentence="Your code has the weight scale n_w on the wrong side of the fraction.",
        hint="n_w makes the layer's sums larger, as n_initial_input does. Treat the two alike.",
        code="n_initial_input * np.prod([w * o for w, o in ns]) / n_w",
        product=lambda w, i, ns: i * _of_pairs(ns) / w,
    ),
    WrongProduct(
        name="only-n-w",
        sentence="Your code uses no scale but n_w, that of the layer's own weights.",
        hint="The layer's input was multiplied, too. Include n_initial_input and all of ns.",
        code="n_w",
        product=lambda w, i, ns: w,
    ),
    WrongProduct(
        name="ignores-all-scales",
        sentence="Your result does not depend on n_w, n_initial_input or ns.",
        hint="The sums are those of the float net times all scales so far. Include these scales.",
        code="1",
        product=lambda w, i, ns: 1.0,
    ),
)
