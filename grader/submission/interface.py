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

PROVIDED = ("Net", "NetWithBias", "copy_model", "quantize_layer_weights")
"""What the lab gives: taken from the submission where it still stands there."""
