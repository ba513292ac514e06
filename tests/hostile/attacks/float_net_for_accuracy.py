"""Leaves every function blank and answers with the float net, for its accuracy -> nothing of the accuracies is earned."""

QUESTIONS = {"2.1", "4.2a", "4.2b", "4.3", "4.4", "5.2", "5.3"}
SAYS = "mend those first"
STOPPED_BY = "checks: an accuracy counts for a quantized net only"
BODIES = {
    "quantized_weights": "return (weights * 2.5).round().clamp(-128, 127), 2.5",
    "NetQuantized.quantize_initial_input": "return 1.0",
    "NetQuantized.quantize_activations": "return 1.0",
    "NetQuantizedWithBias.quantized_bias": "return (bias * 2.5).round()",
    "NetQuantized.forward": "return net(x)",
}
