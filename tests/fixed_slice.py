"""What `make test` takes of each corpus: always the same, and every rule is met in it.

A test for each submission of a corpus is marked `corpus`. Those outside of the slice are marked
`rest` as well, as are other tests that repeat at length what a short one has shown already: `make
test-all` runs them.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

import pytest

Submission = TypeVar("Submission")

FAILS = {
    "ranges.value": "range_per_row",
    "ranges.three_sigma": "pair_ranges_and_clamp",
    "weights.form": "weights_without_scale",
    "weights.range_used": "shared_255",
    "weights.integers": "weights_round_not_assigned",
    "weights.int8": "pair_ranges_and_clamp",
    "weights.scale": "weights_shifted_by_the_midpoint",
    "weights.rounding": "weights_shifted_by_the_midpoint",
    "weights.saturation": "pair_ranges_and_clamp",
    "weights.any_tensor": "weights_shifted_by_the_midpoint",
    "weights.repeatable": "weights_random_rounding",
    "equations.conv1": "equation_both_with_division",
    "equations.conv2": "equation_both_with_division",
    "input_scale.form": "class_spelled_quantised",
    "input_scale.range_used": "shared_255",
    "input_scale.any_pixels": "pair_image_constant_and_relu_lost",
    "input_scale.proportional": "pair_image_constant_and_relu_lost",
    "input_scale.repeatable": "input_largest_ever_seen",
    "activations.form": "class_spelled_quantised",
    "activations.range_used": "activations_range_upside_down",
    "activations.any_activations": "shared_255",
    "activations.product": "activations_cached_by_depth",
    "activations.proportional": "activations_cached_by_depth",
    "activations.repeatable": "activations_cached_by_depth",
    "forward.form": "class_spelled_quantised",
    "forward.follows_net": "forward_float_pipeline",
    "forward.input": "forward_never_rounds",
    "forward.scale": "functional_fc2_scaled_by_fc1",
    "forward.relu": "pair_image_constant_and_relu_lost",
    "forward.pool": "forward_every_second_pixel",
    "forward.rounding": "forward_never_rounds",
    "forward.clamp": "forward_wraps_in_int8",
    "forward.last_layer": "forward_never_rounds",
    "forward.batches": "forward_scales_on_the_class",
    "quantized.accuracy": "constructor_never_fills_the_list",
    "equations.bias": "pair_equation_and_bias_by_weights",
    "bias.form": "bias_class_missing",
    "bias.scaled": "bias_template_left",
    "bias.integers": "bias_never_rounded",
    "bias.product": "pair_equation_and_bias_by_weights",
    "bias.rounding": "bias_never_rounded",
    "bias.int32": "bias_clamped_to_31_bits",
    "biased.accuracy": "constructor_never_fills_the_list",
    "biased.forward": "bias_added_in_16_bits",
    "powers.near": "power_by_bit_length",
    "powers.exact": "power_by_exp_and_log",
    "powers.usable": "power_by_int_of_log",
    "powers.refuses": "power_of_zero_is_a_half",
    "powers.net": "power_by_exp_and_log",
    "powers.accuracy": "power_by_bit_length",
    "integers.multiplier": "multiplier_of_30_bits",
    "integers.nearest": "multiplier_with_a_left_shift",
    "integers.carry": "multiplier_of_32_bits",
    "integers.requantize": "requantize_in_int32",
    "integers.rounding": "requantize_half_up",
    "integers.wide": "requantize_in_double",
    "integers.shifts": "requantize_without_left_shifts",
    "integers.refuses": "multiplier_of_zero",
    "integers.refuses_multiplier": "requantize_of_any_multiplier",
    "integers.forward": "multiplier_with_a_left_shift",
    "integers.exact": "requantize_half_up",
    "integers.no_float": "requantize_in_double",
    "bits.form": "nbit_without_scale",
    "bits.range_used": "nbit_scaled_for_eight",
    "bits.bounds": "nbit_always_eight",
    "bits.rounding": "nbit_always_eight",
    "bits.refuses": "nbit_takes_any_width",
    "bits.layers": "mixed_bits_in_a_list",
    "bits.net": "nbit_always_eight",
    "bits.smaller": "mixed_bits_all_eight",
    "bits.accuracy": "nbit_scaled_for_eight",
    "bias_bits.form": "narrow_bias_in_a_list",
    "bias_bits.product": "narrow_bias_clamped_before",
    "bias_bits.rounding": "narrow_bias_floors",
    "bias_bits.bounds": "narrow_bias_wraps",
    "bias_bits.refuses": "narrow_bias_of_any_width",
    "bias_bits.width": "bias_bits_of_eight",
    "channels.form": "channels_in_a_list",
    "channels.range_used": "channels_share_a_scale",
    "channels.integers": "channels_never_rounded",
    "channels.rounding": "channels_floored",
}
"""Which wrong submission fails a check, for every check that a submission can fail.

One that fails a few serves them all.
"""

NOT_REACHED = {"weights.accuracy": "weights_shifted_by_the_midpoint"}
"""Weights that cost accuracy have lost points before: this check never fails alone."""

LAYERS = {
    "L0": ("wire: ", "session: ", "design: a student's process sends claims only"),
    "L1": ("L1 clean start",),
    "L2": ("L2 limits",),
    "L3": ("L3 user",),
    "L4": ("L4 system calls",),
    "L5": ("L5 files",),
    "L6": ("L6 namespaces",),
}
"""The layers of the wall, as attacks name what stops them."""

ATTACKS = frozenset(
    {
        *("environment", "heap_scan"),
        *("descriptor_bomb", "raise_limits", "thread_bomb"),
        *("hard_link", "kill_supervisor", "results_file"),
        *("exec", "loopback", "sockets_of_the_machine", "subprocess"),
        "command_lines",
        *("frame_with_score", "pickled_object", "claims_flood"),
        *("exit_at_once", "loop", "atexit", "inodes", "own_protocol"),
        *(
            "helper_named_grader",
            "helpers_named_like_the_wall",
            "shared_memory_changed",
            "objects_scan",
            "printed_report",
            "state_left_behind",
        ),
        *("stdin_read", "strange_names"),
        *("chmod_of_others", "truncated_by_path", "deaths_without_end", "umask_of_nothing"),
        *("disk_behind_closed_folders", "disk_mapped", "disk_never_named", "disk_reserved"),
        *(
            "by_chance",
            "by_shape",
            "float_with_another_value",
            "product_by_call_number",
            "weights_broadcast",
        ),
        *("copy_model_forged", "hooks_removed", "weights_unquantized"),
        "equation_of_powers",
        *("error_in_lines", "error_in_markup", "printed_markup"),
    }
)
"""At least two on each layer of the wall, and one on whatever else stops attacks."""


def every(step: int, names: Iterable[str]) -> frozenset[str]:
    """Every so many of these names, in their order."""
    return frozenset(sorted(names)[::step])


def some(inside: Collection[Any], values: Iterable[Any]) -> list[Any]:
    """A parameter for each value; those that are not inside of the slice are the rest."""
    found = list(values)
    if unknown := [value for value in inside if value not in found]:
        raise ValueError(f"the slice names what there is not: {unknown}")
    rest = pytest.mark.rest
    return [
        pytest.param(
            *(value if isinstance(value, tuple) else (value,)),
            marks=[] if value in inside else [rest],
        )
        for value in found
    ]


def of_corpus(
    submissions: Iterable[Submission],
    inside: Collection[str],
    name: Callable[[Submission], str],
) -> list[Any]:
    """A parameter for each submission; those whose name is not inside of the slice are the rest."""
    found = {name(one): one for one in submissions}
    if unknown := set(inside) - found.keys():
        raise ValueError(f"the slice names what the corpus has not: {sorted(unknown)}")
    corpus, rest = pytest.mark.corpus, pytest.mark.rest
    return [
        pytest.param(one, id=key, marks=[corpus] if key in inside else [corpus, rest])
        for key, one in found.items()
    ]
