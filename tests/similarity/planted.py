"""Twenty copies that are disguised, each of another submission of the corpora."""

import ast
from random import Random
from typing import NamedTuple

from grader.validation.corpus import BASES, CORRECT, WRONG, base, whole
from tests.similarity.disguises import (
    Disguise,
    inlined,
    recommented,
    renamed,
    reordered,
    unrolled,
    without_texts,
)

SEED = 290


class Plant(NamedTuple):
    """A copy: of what, and how it was disguised."""

    source: str
    """`correct/NAME`, `wrong/NAME` or `bases/NAME`."""
    disguises: tuple[Disguise, ...]
    comments: bool = True

    @property
    def name(self) -> str:
        """Of what was copied."""
        return self.source.partition("/")[2]


PLANTED = (
    # Each disguise by itself.
    Plant("correct/dataclass_for_requantization", ()),
    Plant("correct/arithmetic_int32_matmul", (renamed,), comments=False),
    Plant("correct/type_decimal", (reordered,), comments=False),
    Plant("correct/named_tuples", (unrolled,), comments=False),
    Plant("correct/static_methods_from_plain_functions", (inlined,), comments=False),
    # Together.
    Plant("correct/arithmetic_float64_throughout", (renamed, unrolled)),
    Plant("correct/division_by_step_size", (inlined, renamed)),
    Plant("correct/slow_loops", (renamed, reordered)),
    Plant("correct/library_scipy_minimiser", (reordered, renamed)),
    Plant("correct/layers_in_a_module_dict", (inlined, reordered)),
    Plant("correct/generators_and_accumulate", (renamed,)),
    Plant("correct/range_by_the_kind_of_layer", (reordered, renamed)),
    # Of wrong ones, each on another base.
    Plant("wrong/activations_arguments_swapped", (renamed, unrolled, reordered)),
    Plant("wrong/bias_in_bfloat16", (inlined, renamed)),
    Plant("wrong/bias_rounded_to_tens", (renamed, reordered)),
    Plant("wrong/bias_clamped_at_zero", (renamed, unrolled)),
    Plant("wrong/activations_first_thousand", (unrolled, renamed)),
    Plant("wrong/bias_passes", (renamed, unrolled, reordered)),
    Plant("wrong/bias_quantized_twice", (inlined, unrolled, renamed, reordered)),
    Plant("wrong/bias_scaled_by_weights_only", (inlined, renamed, reordered)),
)


def original(plant: Plant) -> str:
    """What was copied."""
    kind, _, name = plant.source.partition("/")
    if kind == BASES.name:
        return base(name)
    folder = CORRECT if kind == CORRECT.name else WRONG
    return whole(folder / "solutions" / f"{name}.py")


def copy(plant: Plant) -> str:
    """The copy; the same at every call.

    Raises:
        ValueError: one of its disguises found nothing to change.
    """
    random = Random(f"{SEED} {plant.source}")
    tree = ast.parse(original(plant))
    without_texts(tree)
    for disguise in plant.disguises:
        if not disguise(tree, random):
            raise ValueError(f"{plant.source}: there is nothing to be {disguise.__name__}")
    text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    return recommented(text, random) if plant.comments else text
