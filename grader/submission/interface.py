"""The names that a submission is graded by."""

GRADED = (
    "quantized_weights",
    "NetQuantized",
    "NetQuantizedWithBias",
    "value_range",
    "three_sigma_range",
    "Q4_1A",
    "Q4_1B",
    "Q5_1",
)
"""What the questions ask for."""

CHALLENGES = (
    "power_of_two_scale",
    "NetQuantizedPow2",
    "quantize_multiplier",
    "NetQuantizedInteger",
    "quantized_weights_nbit",
    "LAYER_BITS",
    "NetQuantizedMixed",
    "quantized_bias_nbit",
    "BIAS_BITS",
    "quantized_weights_per_channel",
)
"""What Question C asks for, which nobody has to answer."""

ALSO_ASKED = ("requantize",)
"""Of Question C, too, but a name that many a helper has: alone it is no answer to it."""

PROVIDED = ("Net", "NetWithBias", "copy_model", "quantize_layer_weights")
"""What the lab gives: taken from the submission where it still stands there."""
